"""What the benchmarks of whole commands share: a process with its seconds and memory, and folders of made-up images."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image

CLASSES, SIDE = 10, 32


class Spent(NamedTuple):
    """Seconds of the processor and of the clock, the peak of resident memory in MB, and what was printed."""

    processor: float
    wall: float
    peak: float
    out: str
    err: str


def timed(call: Sequence[str], place: Path | None = None, **environment: str) -> Spent:
    """One process with its children, in the folder `place`; ends this program where it fails. Not on Windows."""
    # Python keeps what it has compiled, as it does for those who have not forbidden it
    variables = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        start = time.perf_counter()
        process = subprocess.Popen(call, cwd=place, env=variables | environment, stdout=out, stderr=err)
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        printed = []
        for stream in (out, err):
            stream.seek(0)
            printed.append(stream.read().decode(errors="replace"))
    if process.returncode:
        sys.exit(f"{' '.join(call)}: {printed[1][-2000:]}")
    return Spent(used.ru_utime + used.ru_stime, wall, used.ru_maxrss / 1024, *printed)


def linnaeus(command: str | Sequence[str], place: Path, **environment: str) -> Spent:
    """`timed` of the command `linnaeus`."""
    words = command.split() if isinstance(command, str) else command
    return timed([sys.executable, "-m", "linnaeus", *words], place, **environment)


def images(folder: Path, count: int) -> Path:
    """`count` PNG files in a folder for each of ten classes: a bright shape for each class on noise, no two alike."""
    rng = np.random.default_rng(0)
    shapes = rng.integers(0, 2, (CLASSES, 8, 8), np.uint8).repeat(4, axis=1).repeat(4, axis=2)
    for number in range(count):
        place = folder / f"class-{number % CLASSES}"
        place.mkdir(parents=True, exist_ok=True)
        noise = rng.integers(0, 160, (SIDE, SIDE, 3), np.uint8)
        noise[shapes[number % CLASSES] > 0] += 90
        Image.fromarray(noise).save(place / f"{number:06}.png", compress_level=1)
    return folder
