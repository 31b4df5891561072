"""Mean over the classes of F1, each class weighted by its number of images."""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


def build() -> Callable[[Array, Array, Array], Array]:
    return weighted_f1


def weighted_f1(correct_K: Array, support_K: Array, predicted_K: Array) -> Array:
    """F1 of a class: the harmonic mean of its precision and recall, 2 correct / (labels + answers)."""
    f1_K = 2 * correct_K / np.maximum(support_K + predicted_K, 1)
    return np.asarray((f1_K * support_K).sum(axis=-1) / support_K.sum(axis=-1))
