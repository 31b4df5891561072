"""Mean over the classes of recall: of the images with a label, the share that were given that class."""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


def build() -> Callable[[Array, Array, Array], Array]:
    return macro_recall


def macro_recall(correct_K: Array, support_K: Array, predicted_K: Array) -> Array:
    """Mean over the classes that occur, as labels or answers. A class without images counts 0, as in scikit-learn."""
    recall_K = correct_K / np.maximum(support_K, 1)
    occurring = np.maximum(((support_K > 0) | (predicted_K > 0)).sum(axis=-1), 1)
    return np.asarray(recall_K.sum(axis=-1) / occurring)
