"""Fashion-MNIST: 60,000 + 10,000 pictures of clothes, 28×28, grey, ten classes.

Xiao, Rasul & Vollgraf 2017, arXiv 1708.07747.
Downloaded (31 MB) from torchvision's mirrors and held against its checksums, unless it is there already.
"""

from pathlib import Path
from typing import Any

from linnaeus.parts.datasets._mnist import splits

CLASSES = ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"]
HINT = 'fashion_mnist(folder="…") takes a copy of its four files that you have'


def build(cache: Path, /, *, folder: str | None = None) -> dict[str, Any]:
    """`folder` is a local copy: torchvision's layout (FashionMNIST/raw), or a folder with the four files, packed or not.

    A mirrored shoe is a shoe. ValueError: they are not there and cannot be downloaded, or they are damaged.
    """
    return {
        "classes": list(CLASSES),
        "splits": splits(cache, folder, "Fashion-MNIST", "FashionMNIST", HINT),
        "mirror": True,
    }
