"""Mean over the classes of recall, each class weighted by its number of images: accuracy, by another name.

scikit-learn's recall_score, average="weighted".
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


def build() -> Callable[[Array, Array], Array]:
    return weighted_recall


def weighted_recall(labels_N: Array, probabilities_NK: Array) -> Array:
    """Booleans (N,): right or not. The sum over classes of (support / n) · (correct / support) is correct / n:
    a proportion, with the interval of one, so that the same number never stands beside two intervals."""
    return np.asarray(probabilities_NK.argmax(axis=1) == labels_N)
