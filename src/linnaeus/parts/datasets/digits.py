"""Digits: 1,797 handwritten digits, 8×8, grey, ten classes. They come with scikit-learn, so no network is needed.

Alpaydin & Kaynak 1998, "Optical Recognition of Handwritten Digits", UCI Machine Learning Repository.
"""

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt


def build(folder: Path, /) -> dict[str, Any]:
    """Counts of ink from 0 to 16 are scaled to 0 … 255. Digits are not mirrored: a mirrored 2 is no digit."""
    rows = _rows()
    images_NHW = np.rint(rows[:, :64].reshape(-1, 8, 8) * (255 / 16)).astype(np.uint8)
    return {
        "classes": [str(digit) for digit in range(10)],
        "splits": {"all": (images_NHW[..., None], rows[:, 64].astype(np.int64))},
        "mirror": False,
    }


def _rows() -> npt.NDArray[np.float64]:
    """64 counts and the label of each image: scikit-learn's file by itself, since importing the package takes a second."""
    package = find_spec("sklearn")
    file = Path(package.origin).parent / "datasets" / "data" / "digits.csv.gz" if package and package.origin else None
    if file is not None and file.exists():
        return np.loadtxt(file, delimiter=",")
    from sklearn.datasets import load_digits  # wherever a later version keeps it

    found = load_digits()
    return np.column_stack([found.data, found.target])
