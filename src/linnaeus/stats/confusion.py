"""The confusion matrix: counts of label against prediction."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from linnaeus.record.scores import ConfusedPair

Array = npt.NDArray[Any]


def confusion(labels_N: Array, predicted_N: Array, classes: int) -> Array:
    """Counts (K, K), rows are labels, columns the predicted classes."""
    codes_N = labels_N.astype(np.int64) * classes + predicted_N
    return np.bincount(codes_N, minlength=classes * classes).reshape(classes, classes)


def confused_pairs(confusion_KK: Array, classes: Sequence[str], most: int = 12) -> list[ConfusedPair]:
    """The most frequent mistakes, at most `most`, by count; equal counts in the order of the classes."""
    mistakes_KK = np.asarray(confusion_KK).copy()
    np.fill_diagonal(mistakes_KK, 0)
    order = np.argsort(-mistakes_KK, axis=None, kind="stable")[:most]
    support_K = confusion_KK.sum(axis=1)
    pairs = [divmod(int(place), len(classes)) for place in order if mistakes_KK.flat[place]]
    return [
        ConfusedPair(
            name=classes[label],
            confused_with=classes[predicted],
            count=int(mistakes_KK[label, predicted]),
            support=int(support_K[label]),
        )
        for label, predicted in pairs
    ]
