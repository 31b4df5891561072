"""How seconds and memory grow with the number of images: audit, train, inspect, report and predict on folders of 1,000 to 64,000 of them.

    python benchmarks/growth.py [--images 1000 4000 16000 64000] [--threads 1]

The folders hold PNG files of 32 px in ten classes, made for this: a bright shape for each class on noise, no two alike. Every command is
a process of its own; told are its processor seconds with its children's, its peak of resident memory in MB, and the exponent of
both over the last step, 1 being in proportion. One epoch is trained; pictures are read anew by each training (the
cache of decoded images is emptied), and `again` is the same training with them decoded.
"""

import argparse
import math
import shutil
import tempfile
from pathlib import Path

from processes import Spent, images, linnaeus

COMMANDS = {
    "audit": "audit {data}",
    "train": "train {data} --epochs 1 --name run --threads {threads}",
    "again": "train {data} --epochs 1 --name again --threads {threads}",
    "inspect": "inspect run",
    "report": "report run",
    "predict": "predict run {data} --out answers.csv",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--images", type=int, nargs="+", default=[1000, 4000, 16_000, 64_000])
    parser.add_argument("--threads", type=int, default=1)
    given = parser.parse_args()
    found: dict[str, list[Spent]] = {name: [] for name in COMMANDS}
    for count in given.images:
        with tempfile.TemporaryDirectory() as folder:
            place, data = Path(folder), images(Path(folder) / "data", count)
            for name, command in COMMANDS.items():
                if name == "train":
                    shutil.rmtree(place / "cache", ignore_errors=True)
                words = command.format(data=data, threads=given.threads)
                spent = linnaeus(words, place, XDG_CACHE_HOME=str(place / "cache"))
                found[name].append(spent)
                print(
                    f"{count:7,} {name:8} {spent.processor:8.1f} s  {spent.peak:7.0f} MB  {spent.wall:8.1f} s wall",
                    flush=True,
                )
    print(f"\n{'':8}" + "".join(f"{count:>20,}" for count in given.images) + f"{'exponents':>16}")
    for name, row in found.items():
        cells = "".join(f"{spent.processor:11.1f} s{spent.peak:5.0f} MB" for spent in row)
        exponents = [
            f"{_exponent(given.images, [getattr(spent, what) for spent in row]):8.2f}"
            for what in ("processor", "peak")
            if len(row) > 1
        ]
        print(f"{name:8}{cells}", *exponents)


def _exponent(counts: list[int], used: list[float]) -> float:
    """Of the last step, where the constant start weighs least."""
    return math.log(used[-1] / used[-2]) / math.log(counts[-1] / counts[-2])


if __name__ == "__main__":
    main()
