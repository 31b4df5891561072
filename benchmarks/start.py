"""What each command imports, and the seconds it takes beside `import torch` alone, so that nobody waits for modules.

    python benchmarks/start.py [--rounds 3]

In a folder of its own: one epoch on the embedded digits, then commands that ask for that run. In each round every command runs once,
one after the other, as a process from the start of Python to its end. Told are medians over the rounds: seconds of the processor, wall
seconds beside, the ratio of processor seconds to those of `import torch` in the same round, the number of modules, and which of
the slow packages are among them (`tests/cli/test_imports.py` holds that list).
"""

import argparse
import statistics
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

from PIL import Image
from processes import timed

SLOW = [
    "torch", "torch._dynamo", "torchvision", "timm", "scipy.optimize", "scipy.stats", "sklearn", "matplotlib", "PIL", "onnxruntime",
    "onnx", "rich",
]  # fmt: skip
PROGRAM = """
import sys
from linnaeus.cli import main
try:
    main()
finally:
    print(*sys.modules, file=sys.stderr)
"""
TORCH = "import sys, torch; print(*sys.modules, file=sys.stderr)"
COMMANDS = (
    "--help", "", "runs", "parts", "env", "train digits --epochs 1", "predict last picture.png", "export last digits.onnx",
    "predict digits.onnx picture.png", "evaluate last", "inspect last", "report last", "audit digits",
)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    seconds, modules = defaultdict(list), {}
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        Image.new("L", (8, 8), 99).save(place / "picture.png")
        calls = {"import torch": ("-c", TORCH), **{one: ("-c", PROGRAM, *one.split()) for one in COMMANDS}}
        for _ in range(rounds):
            torch_s = 0.0
            for command, call in calls.items():
                spent = timed([sys.executable, *call], place, XDG_CACHE_HOME=str(place / "cache"))
                torch_s = torch_s or spent.processor  # it is the first
                seconds[command].append((spent.processor, spent.wall, spent.processor / torch_s))
                modules[command] = spent.err.splitlines()[-1].split()
    print(f"{'command':34}{'processor, s':>13}{'wall, s':>9}{'/ import torch':>15}{'modules':>9}  of the slow packages")
    for command, times in seconds.items():
        processor, wall, ratio = (statistics.median(column) for column in zip(*times, strict=True))
        slow = ", ".join(name for name in SLOW if name in modules[command])
        told = command if command == "import torch" else f"linnaeus {command}".strip()
        print(f"{told:34}{processor:13.2f}{wall:9.2f}{ratio:15.2f}{len(modules[command]):9}  {slow}")


if __name__ == "__main__":
    main()
