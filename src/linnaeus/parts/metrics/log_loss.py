"""Mean of −log p of the label, in nats: the price of over-confidence (scikit-learn's log_loss). 0 is perfect, log K a guess among K."""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

LEAST = float(np.finfo(np.float32).eps)  # a smaller p counts as this one: one image then costs at most 15.9


def build() -> Callable[[Array, Array], Array]:
    return log_loss


def log_loss(labels_N: Array, probabilities_NK: Array) -> Array:
    """Numbers (N,): the loss of each image."""
    of_label_N = np.take_along_axis(probabilities_NK, labels_N[:, None], axis=1)[:, 0]
    return np.asarray(-np.log(np.clip(of_label_N.astype(np.float64), LEAST, 1)))
