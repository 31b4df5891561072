"""Mean of −log p of the label, in nats: the price of over-confidence (scikit-learn's log_loss). 0 is perfect, log K a guess among K."""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

LEAST = 1e-12  # a smaller p counts as this one, or a mistake at p = 0 would have no price: one image costs at most 27.6


def build() -> Callable[[Array, Array], Array]:
    return log_loss


def log_loss(labels_N: Array, probabilities_NK: Array) -> Array:
    """Numbers (N,): the loss of each image."""
    of_label_N = np.take_along_axis(probabilities_NK, labels_N[:, None], axis=1)[:, 0]
    return np.asarray(-np.log(np.clip(of_label_N.astype(np.float64), LEAST, 1)))
