"""No verb imports a slow package that it has no use for: they are most of what a person waits for."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

SLOW = {
    "matplotlib", "onnx", "onnxruntime", "pandas", "PIL", "rich", "scipy.optimize", "scipy.stats", "sklearn", "sympy", "timm",
    "torch", "torch._dynamo", "torchvision",
}  # fmt: skip
PROGRAM = """
import sys
from linnaeus.cli.app import run
try:
    run(sys.argv[1:])
finally:
    print(*sorted(sys.modules), file=sys.stderr)
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Path:
    """A folder with a picture, where the verbs leave their runs."""
    folder = tmp_path_factory.mktemp("imports")
    Image.fromarray(np.full((8, 8), 99, np.uint8)).save(folder / "picture.png")
    return folder


def imported(place: Path, *words: str) -> set[str]:
    """Which of the slow packages the command imported."""
    environment = {**os.environ, "XDG_CACHE_HOME": str(place / "cache"), "COLUMNS": "100"}
    command = [sys.executable, "-c", PROGRAM, *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=place, env=environment)
    assert done.returncode == 0, done.stderr[-2000:]
    return SLOW & set(done.stderr.splitlines()[-1].split())


def test_each_verb_imports_no_more_than_it_uses(place):
    """In the order of the work: the later ones ask for the run of the first."""
    network = {"torch", "PIL"}
    asked = {
        ("train", "digits", "--epochs", "1", "--name", "a"): network | {"matplotlib"},
        ("predict", "a", "picture.png"): network,
        ("evaluate", "a"): network | {"matplotlib"},  # calibration, and the page
        ("report", "a"): {"PIL", "matplotlib"},
        ("audit", "digits"): {"PIL"},
        ("runs",): set(),
        ("env",): set(),
    }
    too_much = {words[0]: imported(place, *words) - allowed for words, allowed in asked.items()}
    assert too_much == {words[0]: set() for words in asked}
