"""Scores that are no probabilities, made into logits by one factor."""

from typing import Any

import numpy as np
import numpy.typing as npt

NEVER = -1e4  # logit of a class that no image shows


def scale(scores_NK: npt.NDArray[Any], labels_N: npt.NDArray[Any], least: float) -> float:
    """The factor, from e^`least` to e⁸, under which the scores' softmax has the least log loss."""
    from scipy.optimize import minimize_scalar
    from scipy.special import log_softmax

    def loss(exponent: float) -> float:
        return -float(log_softmax(np.exp(exponent) * scores_NK, axis=1)[np.arange(len(labels_N)), labels_N].mean())

    return float(np.exp(minimize_scalar(loss, bounds=(least, 8), method="bounded").x))
