"""Crop (reflect, 4 px), mirror and normalise 32-pixel images on one core, and print images a second and the ratio.

torchvision on Pillow's images one by one, as a script's data set does it, against the whole batch at once, as `linnaeus train`
does it; interleaved in one run, medians of the process time.

    python benchmarks/crop_flip.py [--rounds 15]
"""

import argparse
import statistics
import time
from collections.abc import Callable

import numpy as np
import torch
from PIL import Image
from torchvision import transforms

from linnaeus.classifier.card import Preprocessing
from linnaeus.classifier.classifier import normalise
from linnaeus.data.augment import pipeline
from linnaeus.data.randomness import generator
from linnaeus.device import describe
from linnaeus.recipe.spec import parse

BATCH, MEAN, STD = 512, (0.4914, 0.4822, 0.4465), (0.2470, 0.2435, 0.2616)


def with_pillow() -> Callable[[Image.Image], torch.Tensor]:
    """What a data set's `transform` is in nearly every script for CIFAR."""
    return transforms.Compose(
        [
            transforms.RandomCrop(32, padding=4, padding_mode="reflect"),
            transforms.RandomHorizontalFlip(),
            transforms.ToTensor(),
            transforms.Normalize(MEAN, STD),
        ]
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=15)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    images = np.random.default_rng(0).integers(0, 256, (BATCH, 32, 32, 3), dtype=np.uint8)
    augment, targets = pipeline(parse("crop(pad=4) | flip")), torch.eye(10)[torch.arange(BATCH) % 10]
    preprocessing = Preprocessing(size=32, channels=3, resize="crop", mean=MEAN, std=STD)

    transform = with_pillow()

    def theirs() -> torch.Tensor:
        return torch.stack([transform(Image.fromarray(image)) for image in images])

    def ours() -> torch.Tensor:
        changed, _ = augment(torch.from_numpy(images).permute(0, 3, 1, 2), targets, generator("benchmark"))
        return normalise(changed, preprocessing)

    times: dict[str, list[float]] = {"Pillow, one by one": [], "linnaeus, whole batch": []}
    for round_number in range(arguments.rounds + 2):
        for name, run in zip(times, (theirs, ours), strict=True):
            start = time.process_time()
            run()
            if round_number > 1:  # the first two warm up
                times[name].append(time.process_time() - start)
    theirs_s, ours_s = (statistics.median(found) for found in times.values())
    for name, seconds in zip(times, (theirs_s, ours_s), strict=True):
        print(f"{name:23} {BATCH / seconds:9,.0f} images/s of one core   (n {arguments.rounds} × {BATCH})")
    print(f"ratio {theirs_s / ours_s:.1f} · {describe()['cpu']}, process time, medians")


if __name__ == "__main__":
    main()
