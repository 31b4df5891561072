"""SAM around SGD against SGD alone: same data, splits, seeds and epochs. Prints the paired gain with its intervals, and the cost of a step.

    python benchmarks/sam.py [DATA] [--model MODEL] [--epochs 10] [--seeds 5] [--rho 0.05] [--val 0.4]

The two take turns seed by seed; the last weights are kept, so that nothing is chosen. The gain is in accuracy on the very same
validation images. It has two intervals: over these images (normal, of each image's mean difference over the seeds) and over the seeds
(Student's); "better" is said only where both leave out zero. The cost is measured apart, in processor time on one thread: steps of the
two in turn on the same batch of 128, augmentation included, and the median of the ratios with its quartiles.
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
from linnaeus.record.run import RunRecord
from linnaeus.training.step import Rules, parameter_groups, step

PAIRS = 60  # of steps, after the first three
BASE = "sgd(lr=0.05, momentum=0.9, nesterov=True, weight_decay=0.0005)"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", nargs="?", default="digits")
    parser.add_argument("--model", default="convnet(width=16)")
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--rho", type=float, default=0.05)
    parser.add_argument("--val", type=float, default=0.4, help="share of the images to compare on")
    parser.add_argument("--augment", default="crop(pad=4) | flip")
    given = parser.parse_args()
    optimizers = {"SGD": BASE, "SAM": f"sam(base={BASE}, rho={given.rho})"}
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
    gains_SN = 100 * (rows["SAM"].astype(float) - rows["SGD"])
    seeds, images = gains_SN.shape
    for name, row in rows.items():
        print(f"{name}  validation {100 * row.mean():.2f} %  ({seeds} seeds, the same {images:,} images)")
    gain = gains_SN.mean()
    over_images = 1.96 * gains_SN.mean(0).std(ddof=1) / images**0.5
    over_seeds = stats.t.ppf(0.975, seeds - 1) * gains_SN.mean(1).std(ddof=1) / seeds**0.5
    widest = max(over_images, over_seeds)
    verdict = "SAM is better" if gain > widest else "SAM is worse" if gain < -widest else "not distinguishable"
    print(
        f"gain {gain:+.2f} points; over the images {gain - over_images:+.2f} to {gain + over_images:+.2f}, "
        f"over the seeds {gain - over_seeds:+.2f} to {gain + over_seeds:+.2f}: {verdict}"
    )
    ratios = cost(record, given.model, given.augment, optimizers)
    low, middle, high = np.quantile(ratios, [0.25, 0.5, 0.75])
    print(f"cost of a step ×{middle:.2f} (quartiles {low:.2f} to {high:.2f}, {len(ratios)} pairs)")


def cost(record: RunRecord, model: str, augment: str, optimizers: dict[str, str]) -> list[float]:
    """Processor time of a step with SAM over that of the step with SGD before it."""
    torch.set_num_threads(1)
    size, channels, classes = record.data["image_size"], record.data["channels"], len(record.data["classes"])
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
    generator, ratios = torch.Generator().manual_seed(0), []
    for _ in range(3 + PAIRS):
        spent = {}
        for name, module in modules.items():
            start = time.process_time()
            step(module, built[name], batch, rules, generator)
            spent[name] = time.process_time() - start
        ratios.append(spent["SAM"] / spent["SGD"])
    return ratios[3:]


if __name__ == "__main__":
    main()
