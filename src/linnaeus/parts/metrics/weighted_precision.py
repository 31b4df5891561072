"""Mean over the classes of precision, each class weighted by its number of images."""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


def build() -> Callable[[Array, Array, Array], Array]:
    return weighted_precision


def weighted_precision(correct_K: Array, support_K: Array, predicted_K: Array) -> Array:
    """Precision of a class: of the images given it, the share that have it as their label; 0 if none was."""
    precision_K = correct_K / np.maximum(predicted_K, 1)
    return np.asarray((precision_K * support_K).sum(axis=-1) / support_K.sum(axis=-1))
