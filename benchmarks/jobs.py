"""A study with two trainings at once against the same study with one: seconds of whole commands, in turn.

    python benchmarks/jobs.py [--rounds 3] [--epochs 30]

Eight trainings of a small network on the included digits, one thread each. Two idle cores are the whole point of it: beside other work
both wait for each other, and the ratio says nothing. Beside it stands what the machine itself gives: two processes that do nothing but
steps of torch, one after the other and at once.
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

PLAIN = """
import torch
torch.set_num_threads(1)
images = torch.randn(128, 1, 8, 8)
network = torch.nn.Sequential(torch.nn.Conv2d(1, 32, 3), torch.nn.ReLU(), torch.nn.Conv2d(32, 64, 3), torch.nn.ReLU())
for _ in range(4000):
    network(images).sum().backward()
"""


def plain() -> float:
    """How many times as fast two processes of plain torch are at once."""
    command = [sys.executable, "-c", PLAIN]
    begin = time.perf_counter()
    for _ in range(2):
        subprocess.run(command, check=True)
    between = time.perf_counter()
    both = [subprocess.Popen(command) for _ in range(2)]
    if any(one.wait() for one in both):
        sys.exit("a process of plain torch failed")
    return (between - begin) / (time.perf_counter() - between)


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
    ratios, ceilings = [], []
    for number in range(given.rounds):
        one, two = seconds(given.epochs, 1), seconds(given.epochs, 2)
        ratios.append(one / two)
        print(f"round {number}: one at a time {one:.1f} s, two at once {two:.1f} s, ×{ratios[-1]:.2f}", flush=True)
        ceilings.append(plain())
        print(f"         plain torch, two at once ×{ceilings[-1]:.2f}", flush=True)
    print(f"median ×{statistics.median(ratios):.2f}, of plain torch ×{statistics.median(ceilings):.2f}")


if __name__ == "__main__":
    main()
