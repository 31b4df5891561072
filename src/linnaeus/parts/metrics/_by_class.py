"""Precision, recall and F1 of each class (K,), from counts of correct images, of labels and of answers; and their means."""

from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]  # the last axis is that of the classes


def ratio(count_K: Array, of_K: Array) -> Array:
    """0 of a class that has none."""
    return np.asarray(count_K / np.maximum(of_K, 1))


def f1(correct_K: Array, support_K: Array, predicted_K: Array) -> Array:
    """The harmonic mean of precision and recall: 2 correct / (labels + answers)."""
    return ratio(2 * correct_K, support_K + predicted_K)


def macro(found_K: Array, support_K: Array, predicted_K: Array) -> Array:
    """The mean over the classes that occur, as labels or as answers; all count alike, however many images they have."""
    occurring = np.maximum(((support_K > 0) | (predicted_K > 0)).sum(axis=-1), 1)
    return np.asarray(found_K.sum(axis=-1) / occurring)


def weighted(found_K: Array, support_K: Array) -> Array:
    """The mean over the classes, each weighted by its number of images."""
    return np.asarray((found_K * support_K).sum(axis=-1) / support_K.sum(axis=-1))
