"""Digits: 1,797 handwritten digits, 8×8, grey, ten classes. They come with scikit-learn, so no network is needed.

E. Alpaydin & C. Kaynak, Optical Recognition of Handwritten Digits, UCI Machine Learning Repository, 1998.
"""

from pathlib import Path
from typing import Any

import numpy as np
from sklearn.datasets import load_digits


def build(folder: Path, /) -> dict[str, Any]:
    """Counts of ink from 0 to 16 are scaled to 0 … 255. Digits are not mirrored: a mirrored 2 is no digit."""
    bunch = load_digits()
    images_NHW = np.rint(bunch.images * (255 / 16)).astype(np.uint8)
    return {
        "classes": [str(name) for name in bunch.target_names],
        "splits": {"all": (images_NHW[..., None], bunch.target.astype(np.int64))},
        "mirror": False,
    }
