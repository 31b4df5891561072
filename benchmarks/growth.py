"""How seconds and memory grow with the number of images: audit, train, inspect, report and predict on folders of 1,000 to 64,000 of them.

    python benchmarks/growth.py [--images 1000 4000 16000 64000] [--threads 1]

The folders hold PNG files of 32 px in ten classes, made for this: a bright shape for each class on noise, no two alike. Every command is
a process of its own; told are its processor seconds with its children's, its peak of resident memory in MB, and the exponent of
both over the last step, 1 being in proportion. One epoch is trained; pictures are read anew by each training (the
cache of decoded images is emptied), and `again` is the same training with them decoded.
"""

import argparse
import math
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from PIL import Image

CLASSES, SIDE = 10, 32
COMMANDS = {
    "audit": "audit {data}",
    "train": "train {data} --epochs 1 --name run --threads {threads}",
    "again": "train {data} --epochs 1 --name again --threads {threads}",
    "inspect": "inspect run",
    "report": "report run",
    "predict": "predict run {data} --out answers.csv",
}


def made(folder: Path, images: int) -> Path:
    """A folder for each class."""
    rng = np.random.default_rng(0)
    shapes = rng.integers(0, 2, (CLASSES, 8, 8), np.uint8).repeat(4, axis=1).repeat(4, axis=2)
    for number in range(images):
        place = folder / f"class-{number % CLASSES}"
        place.mkdir(parents=True, exist_ok=True)
        noise = rng.integers(0, 160, (SIDE, SIDE, 3), np.uint8)
        noise[shapes[number % CLASSES] > 0] += 90
        Image.fromarray(noise).save(place / f"{number:06}.png", compress_level=1)
    return folder


def measured(command: str, place: Path) -> tuple[float, float, float]:
    """Processor seconds, peak MB and wall seconds of one command and its children, as a process of its own."""
    program = (
        "import resource, subprocess, sys; code = subprocess.call(sys.argv[1:]); used = resource.getrusage(resource.RUSAGE_CHILDREN); "
        "print(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, file=sys.stderr); sys.exit(code)"
    )
    environment = {**os.environ, "XDG_CACHE_HOME": str(place / "cache")}
    call = [sys.executable, "-c", program, sys.executable, "-m", "linnaeus", *command.split()]
    start = time.perf_counter()
    done = subprocess.run(call, cwd=place, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{command}: {done.stderr[-2000:]}")
    seconds, peak = map(float, done.stderr.splitlines()[-1].split())
    return seconds, peak, time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--images", type=int, nargs="+", default=[1000, 4000, 16_000, 64_000])
    parser.add_argument("--threads", type=int, default=1)
    given = parser.parse_args()
    found: dict[str, list[tuple[float, float, float]]] = {name: [] for name in COMMANDS}
    for images in given.images:
        with tempfile.TemporaryDirectory() as folder:
            place, data = Path(folder), made(Path(folder) / "data", images)
            for name, command in COMMANDS.items():
                if name == "train":
                    shutil.rmtree(place / "cache", ignore_errors=True)
                found[name].append(measured(command.format(data=data, threads=given.threads), place))
                seconds, peak, wall = found[name][-1]
                print(f"{images:7,} {name:8} {seconds:8.1f} s  {peak:7.0f} MB  {wall:8.1f} s wall", flush=True)
    print(f"\n{'':8}" + "".join(f"{images:>20,}" for images in given.images) + f"{'exponents':>16}")
    for name, row in found.items():
        cells = "".join(f"{seconds:11.1f} s{peak:5.0f} MB" for seconds, peak, _ in row)
        print(
            f"{name:8}{cells}"
            + (f"{_exponent(given.images, row, 0):9.2f}{_exponent(given.images, row, 1):7.2f}" if len(row) > 1 else "")
        )


def _exponent(images: list[int], row: list[tuple[float, float, float]], of: int) -> float:
    """Of the last step, where the constant start weighs least."""
    return math.log(row[-1][of] / row[-2][of]) / math.log(images[-1] / images[-2])


if __name__ == "__main__":
    main()
