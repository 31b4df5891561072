"""Mean over the classes of F1, the harmonic mean of precision and recall: 2 correct / (labels + answers)."""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


def build() -> Callable[[Array, Array, Array], Array]:
    return macro_f1


def macro_f1(correct_K: Array, support_K: Array, predicted_K: Array) -> Array:
    """Mean over the classes that occur, as labels or as answers; all count alike, however many images they have."""
    f1_K = 2 * correct_K / np.maximum(support_K + predicted_K, 1)
    occurring = np.maximum(((support_K > 0) | (predicted_K > 0)).sum(axis=-1), 1)
    return np.asarray(f1_K.sum(axis=-1) / occurring)
