"""MNIST: 60,000 + 10,000 handwritten digits, 28×28, grey, ten classes.

LeCun, Bottou, Bengio & Haffner 1998, "Gradient-based learning applied to document recognition", Proceedings of the IEEE 86.
Downloaded (12 MB) from torchvision's mirrors and held against its checksums, unless it is there already.
"""

from pathlib import Path
from typing import Any

from linnaeus.parts.datasets._mnist import splits

HINT = 'mnist(folder="…") takes a copy of its four files that you have'


def build(cache: Path, /, *, folder: str | None = None) -> dict[str, Any]:
    """`folder` is a local copy: torchvision's layout (MNIST/raw), or a folder with the four files, packed or not.

    Digits are not mirrored: a mirrored 2 is no digit. ValueError: they are not there and cannot be downloaded, or they are damaged.
    """
    return {
        "classes": [str(digit) for digit in range(10)],
        "splits": splits(cache, folder, "MNIST", "MNIST", HINT),
        "mirror": False,
    }
