"""A study with two trainings at once against the same study with one: seconds of whole commands, in turn.

    python benchmarks/jobs.py [--rounds 3] [--epochs 30]

Eight trainings of a small network on the included digits, one thread each. Two idle cores are the whole point of it: beside other work
both wait for each other, and the ratio says nothing.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

STUDY = """
maximise = "val accuracy"
repeats = 2

[recipe]
data = "digits"
epochs = {epochs}
threads = 1

[factors]
"optimizer.lr" = [0.003, 0.006]
augment = ["none", "shift(pixels=1)"]
"""


def seconds(epochs: int, jobs: int) -> float:
    with tempfile.TemporaryDirectory() as folder:
        space = Path(folder, "space.toml")
        space.write_text(STUDY.format(epochs=epochs), encoding="utf-8")
        command = [sys.executable, "-m", "linnaeus", "study", str(space), "--jobs", str(jobs), "--runs", folder]
        begin = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return time.perf_counter() - begin


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--epochs", type=int, default=30)
    given = parser.parse_args()
    ratios = []
    for number in range(given.rounds):
        one, two = seconds(given.epochs, 1), seconds(given.epochs, 2)
        ratios.append(one / two)
        print(f"round {number}: one at a time {one:.1f} s, two at once {two:.1f} s, ×{ratios[-1]:.2f}", flush=True)
    print(f"median ×{statistics.median(ratios):.2f}")


if __name__ == "__main__":
    main()
