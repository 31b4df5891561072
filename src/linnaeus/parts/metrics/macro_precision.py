"""Mean over the classes of precision: of the images given a class, the share that have it as their label."""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


def build() -> Callable[[Array, Array, Array], Array]:
    return macro_precision


def macro_precision(correct_K: Array, support_K: Array, predicted_K: Array) -> Array:
    """Mean over the classes that occur, as labels or answers. A class never given counts 0, as in scikit-learn."""
    precision_K = correct_K / np.maximum(predicted_K, 1)
    occurring = np.maximum(((support_K > 0) | (predicted_K > 0)).sum(axis=-1), 1)
    return np.asarray(precision_K.sum(axis=-1) / occurring)
