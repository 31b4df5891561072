"""A training step of CIFAR's ResNet-20, batch 128: the plain fp32 loop against ours, interleaved in one run; prints the ratio of medians.

    python benchmarks/resnet_step.py [--rounds 5]

The plain loop is what a script does: contiguous tensors, fp32, per-image crop, flip and normalisation left out in its favour. Ours is the
step that `linnaeus train` takes on this machine: the precision that the probe finds, channels last, crop and flip on the batch.
"""

import argparse
import statistics
import time
from dataclasses import replace

import torch

from linnaeus.classifier.card import Preprocessing
from linnaeus.classifier.classifier import build_module
from linnaeus.data.augment import pipeline
from linnaeus.data.batch import Batch
from linnaeus.data.randomness import generator
from linnaeus.device import cores, describe
from linnaeus.recipe import catalog
from linnaeus.recipe.recipe import Recipe
from linnaeus.recipe.spec import parse
from linnaeus.training.machine import fastest
from linnaeus.training.step import Rules, parameter_groups, step

BATCH = 128


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    torch.manual_seed(0)
    images = torch.randint(0, 256, (BATCH, 32, 32, 3), dtype=torch.uint8)
    labels = torch.randint(0, 10, (BATCH,))

    plain = catalog.build("models", parse("resnet(depth=20)"), 3, 10)
    plain_optimizer = torch.optim.SGD(plain.parameters(), lr=0.01, momentum=0.9, weight_decay=1e-4)
    floats = images.permute(0, 3, 1, 2).float().div(255).contiguous()

    def plain_step() -> None:
        plain_optimizer.zero_grad()
        torch.nn.functional.cross_entropy(plain(floats), labels).backward()
        plain_optimizer.step()

    ours = build_module(parse("resnet(depth=20)"), 3, 10, 32)
    rules = Rules(
        augment=pipeline(parse("crop(pad=4) | flip")),
        preprocessing=Preprocessing(size=32, channels=3, resize="crop", mean=(0.5,) * 3, std=(0.25,) * 3),
        classes=10,
        loss=catalog.build("losses", parse("cross_entropy")),
        precision="fp32",
        clip_norm=0.0,
    )
    sgd = parse("sgd(lr=0.01, momentum=0.9)")
    recipe = Recipe(
        data=parse("digits"), image_size=32, channels=3, model=parse("resnet(depth=20)"), optimizer=sgd, epochs=1
    )
    machine = fastest(recipe, ours, rules)
    rules = replace(rules, precision=machine.precision)
    optimizer = catalog.build("optimizers", sgd, parameter_groups(ours))
    batch = Batch(images_BCHW=images.permute(0, 3, 1, 2), labels_B=labels)

    def our_step() -> None:
        step(ours, optimizer, batch, rules, generator("benchmark"))

    plain.train()
    times: dict[str, list[float]] = {"plain fp32": [], "linnaeus": []}
    for round_number in range(arguments.rounds + 1):
        for name, take, threads in (("plain fp32", plain_step, cores()), ("linnaeus", our_step, machine.threads)):
            torch.set_num_threads(threads)
            for _ in range(3):
                start = time.perf_counter()
                take()
                if round_number:  # the first round warms up
                    times[name].append(time.perf_counter() - start)
    medians = {name: statistics.median(found) for name, found in times.items()}
    for name, seconds in medians.items():
        print(f"{name:11} {1000 * seconds:7.1f} ms a step   {BATCH / seconds:7.0f} images/s   (n {len(times[name])})")
    print(
        f"ratio {medians['plain fp32'] / medians['linnaeus']:.2f} · {describe()['cpu']}; plain: {cores()} threads; "
        f"the probe chose {machine.precision} on {machine.threads}"
    )


if __name__ == "__main__":
    main()
