"""Scores that are no probabilities, made into logits by one factor."""

from typing import Any

import numpy as np
import numpy.typing as npt

NEVER = -1e4  # logit of a class that no image shows


def scale(scores_NK: npt.NDArray[Any], labels_N: npt.NDArray[Any], least: float) -> float:
    """The factor, from e^`least` to e⁸, under which the scores' softmax has the least log loss."""
    from scipy.optimize import minimize_scalar

    def loss(exponent: float) -> float:
        return log_loss(np.exp(exponent) * scores_NK, labels_N)

    return float(np.exp(minimize_scalar(loss, bounds=(least, 8), method="bounded").x))


def log_loss(logits_NK: npt.NDArray[Any], labels_N: npt.NDArray[Any]) -> float:
    """The mean of −ln of the probability that an image's own class is given."""
    from scipy.special import log_softmax

    return -float(log_softmax(logits_NK, axis=1)[np.arange(len(labels_N)), labels_N].mean())
