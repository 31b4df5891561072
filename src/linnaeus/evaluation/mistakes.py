"""The mistakes worth looking at: those the classifier was surest of, and the classes it confuses most."""

from typing import Any

import numpy as np
import numpy.typing as npt

from linnaeus.record.confusion import ConfusedPair, confused_pairs

__all__ = ["ConfusedPair", "confused_pairs", "worst"]

Array = npt.NDArray[Any]


def worst(labels_N: Array, probabilities_NK: Array, most: int = 24) -> Array:
    """Places of the most confident mistakes, the surest first; at most `most`, none if every image is right."""
    mistaken = np.flatnonzero(probabilities_NK.argmax(axis=1) != labels_N)
    confidence = probabilities_NK[mistaken].max(axis=1, initial=0)
    return np.asarray(mistaken[np.argsort(-confidence, kind="stable")][:most])
