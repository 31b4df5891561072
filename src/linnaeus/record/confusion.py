"""Who is taken for whom: counts of label against answer. Both evaluation and report read them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfusedPair:
    """`count` of the `support` images of class `name` were taken for `taken_for`."""

    name: str
    taken_for: str
    count: int
    support: int


def confusion(labels_N: Array, predicted_N: Array, classes: int) -> Array:
    """Counts (K, K), rows are labels, columns the classes given."""
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
            taken_for=classes[taken],
            count=int(mistakes_KK[label, taken]),
            support=int(support_K[label]),
        )
        for label, taken in pairs
    ]
