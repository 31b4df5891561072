"""What each command imports, and the seconds it takes beside `import torch` alone, so that nobody waits for modules.

    python benchmarks/start.py [--rounds 3]

In a folder of its own: one epoch on the embedded digits, then commands that ask for that run. In each round every command runs once,
one after the other, as a process from the start of Python to its end. Told are medians over the rounds: seconds of the processor, wall
seconds beside, the ratio of processor seconds to those of `import torch` in the same round, the number of modules, and which of
the slow packages are among them (`tests/cli/test_imports.py` holds that list).
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

SLOW = [
    "torch", "torch._dynamo", "torchvision", "timm", "scipy.optimize", "scipy.stats", "sklearn", "matplotlib", "PIL", "onnxruntime",
    "onnx", "rich",
]  # fmt: skip
PROGRAM = """
import sys
from linnaeus.cli.app import run
try:
    run(sys.argv[1:])
finally:
    print(*sys.modules, file=sys.stderr)
"""
TORCH = ("-c", "import sys, torch; print(*sys.modules, file=sys.stderr)")
COMMANDS = (
    "--help", "", "runs", "parts", "env", "train digits --epochs 1", "predict last picture.png", "export last digits.onnx",
    "predict digits.onnx picture.png", "evaluate last", "inspect last", "report last", "audit digits",
)  # fmt: skip


def timed(call: tuple[str, ...], place: Path) -> tuple[float, float, list[str]]:
    """Seconds of the processor and of the wall of one process, and the modules that it had imported at its end."""
    before, start = os.times(), time.perf_counter()
    environment = {**os.environ, "XDG_CACHE_HOME": str(place / "cache")}
    done = subprocess.run(
        [sys.executable, *call], cwd=place, env=environment, capture_output=True, text=True, check=False
    )
    wall, after = time.perf_counter() - start, os.times()
    if done.returncode:
        sys.exit(f"{' '.join(call[2:])}: {done.stderr[-1000:]}")
    processor = after.children_user + after.children_system - before.children_user - before.children_system
    return processor, wall, done.stderr.splitlines()[-1].split()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    seconds, modules = defaultdict(list), {}
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        subprocess.run(
            [sys.executable, "-c", "from PIL import Image; Image.new('L', (8, 8), 99).save('picture.png')"],
            cwd=place,
            check=True,
        )
        for _ in range(rounds):
            processor, wall, found = timed(TORCH, place)
            torch_s = processor
            for command, call in [("import torch", None), *((one, ("-c", PROGRAM, *one.split())) for one in COMMANDS)]:
                if call is not None:
                    processor, wall, found = timed(call, place)
                seconds[command].append((processor, wall, processor / torch_s))
                modules[command] = found
    print(f"{'command':34}{'processor, s':>13}{'wall, s':>9}{'/ import torch':>15}{'modules':>9}  of the slow packages")
    for command, times in seconds.items():
        processor, wall, ratio = (statistics.median(column) for column in zip(*times, strict=True))
        slow = ", ".join(name for name in SLOW if name in modules[command])
        told = command if command == "import torch" else f"linnaeus {command}".strip()
        print(f"{told:34}{processor:13.2f}{wall:9.2f}{ratio:15.2f}{len(modules[command]):9}  {slow}")


if __name__ == "__main__":
    main()
