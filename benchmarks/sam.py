"""SAM around SGD against SGD alone, at each step and at each 7th: same data, splits, seeds and epochs. Prints the paired gain of each
with its intervals, and what a step costs.

    python benchmarks/sam.py [DATA] [--model MODEL] [--epochs 10] [--batch 128] [--seeds 5] [--rho 0.05] [--val 0.4]

They take turns seed by seed; the last weights are kept, so that nothing is chosen. The gain is in accuracy on the very same
validation images. It has two intervals: over these images (normal, of each image's mean difference over the seeds) and over the seeds
(Student's); "better" is said only where both leave out zero. The cost is measured apart, in processor time on one thread: steps of
each in turn on the same batch of 128, augmentation included, and the median of the ratios with its quartiles.
"""

import argparse
import tempfile
import time

import numpy as np
import numpy.typing as npt
import torch
from scipy import stats

import linnaeus
from linnaeus.classifier.card import Preprocessing
from linnaeus.data.augment import pipeline
from linnaeus.data.batch import Batch
from linnaeus.recipe import catalog
from linnaeus.recipe.spec import parse
from linnaeus.record.folder import RunFolder
from linnaeus.record.record import RunRecord
from linnaeus.training.step import Rules, parameter_groups, step

PAIRS, STEPS = 10, 7  # of each, after the first
BASE = "sgd(lr=0.05, momentum=0.9, nesterov=True, weight_decay=0.0005)"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", nargs="?", default="digits")
    parser.add_argument("--model", default="convnet(width=16)")
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--rho", type=float, default=0.05)
    parser.add_argument("--val", type=float, default=0.4, help="share of the images to compare on")
    parser.add_argument("--augment", default="crop(pad=4) | flip")
    given = parser.parse_args()
    optimizers = {
        "SGD": BASE,
        "SAM": f"sam(base={BASE}, rho={given.rho})",
        "SAM, every 7th step": f"sam(base={BASE}, rho={given.rho}, every=7)",
    }
    right: dict[str, list[npt.NDArray[np.bool_]]] = {name: [] for name in optimizers}  # a row of images for each seed
    with tempfile.TemporaryDirectory() as runs:
        for seed in range(given.seeds):
            for name, optimizer in optimizers.items():
                record = linnaeus.train(
                    given.data,
                    model=given.model,
                    runs=runs,
                    report=False,
                    optimizer=optimizer,
                    augment=given.augment,
                    epochs=given.epochs,
                    batch_size=given.batch,
                    seed=seed,
                    val=given.val,
                    choose="last",
                    precision="fp32",
                    threads=1,
                    compile="off",
                )
                assert record.folder is not None
                predictions = RunFolder(record.folder).predictions("val")
                right[name].append(predictions["probabilities"].argmax(1) == predictions["labels"])
                print(f"seed {seed}  {name}  {100 * right[name][-1].mean():.2f} %", flush=True)
    rows = {name: np.array(each) for name, each in right.items()}
    for name, row in rows.items():
        print(f"{name:20} validation {100 * row.mean():.2f} %  ({len(row)} seeds, the same {row.shape[1]:,} images)")
    ratios = cost(record, given.model, given.augment, optimizers)
    for name in list(optimizers)[1:]:
        low, middle, high = np.quantile(ratios[name], [0.25, 0.5, 0.75])
        print(
            f"{name:20} {gain(rows['SGD'], rows[name])}; a step costs ×{middle:.2f} (quartiles {low:.2f} to {high:.2f}, {PAIRS} pairs)"
        )


def gain(before_SN: npt.NDArray[np.bool_], after_SN: npt.NDArray[np.bool_]) -> str:
    """Of S seeds on N images, over the images and over the seeds."""
    gains_SN = 100 * (after_SN.astype(float) - before_SN)
    seeds, images = gains_SN.shape
    found = gains_SN.mean()
    over_images = 1.96 * gains_SN.mean(0).std(ddof=1) / images**0.5
    over_seeds = stats.t.ppf(0.975, seeds - 1) * gains_SN.mean(1).std(ddof=1) / seeds**0.5
    widest = max(over_images, over_seeds)
    verdict = "better" if found > widest else "worse" if found < -widest else "not distinguishable"
    return (
        f"{found:+.2f} points; over the images {found - over_images:+.2f} to {found + over_images:+.2f}, "
        f"over the seeds {found - over_seeds:+.2f} to {found + over_seeds:+.2f}: {verdict}"
    )


def cost(record: RunRecord, model: str, augment: str, optimizers: dict[str, str]) -> dict[str, list[float]]:
    """Processor time of seven steps of each over that of the seven with SGD before them, seven being one turn of `every`."""
    torch.set_num_threads(1)
    size, channels, classes = record.data.image_size, record.data.channels, len(record.data.classes)
    half = (0.5,) * channels
    rules = Rules(
        augment=pipeline(parse(augment)),
        preprocessing=Preprocessing(size=size, channels=channels, resize="crop", mean=half, std=half),
        classes=classes,
        loss=catalog.build("losses", parse("cross_entropy")),
        precision="fp32",
        clip_norm=0.0,
    )
    images_BCHW = torch.randint(256, (128, size, size, channels), dtype=torch.uint8).permute(0, 3, 1, 2)
    batch = Batch(images_BCHW=images_BCHW, labels_B=torch.arange(128) % classes)
    known = {"image_size": size}
    modules = {name: catalog.build("models", parse(model), channels, classes, known=known) for name in optimizers}
    built = {
        name: catalog.build(
            "optimizers", parse(optimizers[name]), parameter_groups(module.to(memory_format=torch.channels_last))
        )
        for name, module in modules.items()
    }
    generator, ratios = torch.Generator().manual_seed(0), {name: list[float]() for name in optimizers}
    for turn in range(1 + PAIRS):
        spent = {}
        for name, module in modules.items():
            start = time.process_time()
            for _ in range(STEPS):
                step(module, built[name], batch, rules, generator)
            spent[name] = time.process_time() - start
        for name, seconds in spent.items() if turn else ():
            ratios[name].append(seconds / spent["SGD"])
    return ratios


if __name__ == "__main__":
    main()
