"""SAM around SGD against SGD alone: same data, same seeds, same epochs. Prints the paired gain over seeds with its interval, and the cost.

    python benchmarks/sam.py [DATA] [--model MODEL] [--epochs 15] [--seeds 5] [--rho 0.05]

The two take turns seed by seed. The gain is in validation accuracy, on the very same images; its interval is Student's over the seeds.
"""

import argparse
import statistics
import tempfile

import numpy as np
from scipy import stats

from linnaeus import api

BASE = "sgd(lr=0.05, momentum=0.9, nesterov=True, weight_decay=0.0005)"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", nargs="?", default="digits")
    parser.add_argument("--model", default="convnet(width=16)")
    parser.add_argument("--epochs", type=int, default=15)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--rho", type=float, default=0.05)
    given = parser.parse_args()
    optimizers = {"SGD": BASE, "SAM": f"sam(base={BASE}, rho={given.rho})"}
    accuracies: dict[str, list[float]] = {name: [] for name in optimizers}
    seconds: dict[str, list[float]] = {name: [] for name in optimizers}
    with tempfile.TemporaryDirectory() as runs:
        for seed in range(given.seeds):
            for name, optimizer in optimizers.items():
                changes = [
                    f"optimizer={optimizer}",
                    f"epochs={given.epochs}",
                    f"seed={seed}",
                    "precision=fp32",
                    "threads=1",
                ]
                record = api.train(given.data, model=given.model, changes=changes, runs=runs, page=False)
                accuracies[name].append(record.scores["val"].metrics["accuracy"].value)
                seconds[name].append(record.time["train_s"])
    images = record.scores["val"].metrics["accuracy"].n
    gains = np.subtract(accuracies["SAM"], accuracies["SGD"])
    half = stats.t.ppf(0.975, len(gains) - 1) * gains.std(ddof=1) / np.sqrt(len(gains))
    ratios = [sam / sgd for sam, sgd in zip(seconds["SAM"], seconds["SGD"], strict=True)]
    for name in optimizers:
        print(
            f"{name}  validation {100 * statistics.mean(accuracies[name]):.2f} %  ({given.seeds} seeds, the same {images:,} images)"
        )
    low, high = 100 * (gains.mean() - half), 100 * (gains.mean() + half)
    verdict = "SAM is better" if low > 0 else "SAM is worse" if high < 0 else "not distinguishable"
    print(
        f"gain {100 * gains.mean():+.2f} points ({low:+.2f} to {high:+.2f}): {verdict} · cost ×{statistics.median(ratios):.2f}"
    )


if __name__ == "__main__":
    main()
