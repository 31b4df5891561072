"""Share of images whose most probable class is their label (scikit-learn's accuracy_score)."""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


def build() -> Callable[[Array, Array], Array]:
    return accuracy


def accuracy(labels_N: Array, probabilities_NK: Array) -> Array:
    """Booleans (N,): right or not. Of equal probabilities the first class counts, as in `argmax`."""
    return np.asarray(probabilities_NK.argmax(axis=1) == labels_N)
