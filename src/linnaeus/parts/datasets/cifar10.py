"""CIFAR-10: 50,000 + 10,000 photographs, 32×32, colour, ten classes.

Krizhevsky 2009, "Learning multiple layers of features from tiny images", University of Toronto.
Downloaded (170 MB) from the author's page and held against torchvision's checksums, unless it is there already.
"""

from pathlib import Path
from typing import Any

import numpy as np
from torchvision.datasets import CIFAR10

from linnaeus.parts.datasets import _cifar


def build(cache: Path, /, *, folder: str | None = None) -> dict[str, Any]:
    """`folder` is a local copy: the folder cifar-10-batches-py, or the one that holds it. A mirrored cat is a cat.

    ValueError: it is not there and cannot be downloaded, or it is damaged.
    """
    parts = _cifar.parts(CIFAR10, cache, folder)
    return {
        "classes": list(parts["train"].classes),
        "splits": {name: (part.data, np.array(part.targets, np.int64)) for name, part in parts.items()},
        "mirror": True,
    }
