"""Thresholds with a promise for small samples, and how prediction sets keep it: split conformal prediction.

Vovk, Gammerman & Shafer 2005, "Algorithmic Learning in a Random World"; for classes, Sadinle, Lei & Wasserman 2019, "Least
Ambiguous Set-Valued Classifiers with Bounded Error Levels" (LAC). The promise is of images like the calibrating ones, not of images
from elsewhere: one to each class that has images enough for a threshold of its own, else one on average over all images.
"""

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from linnaeus.classifier.confidence import Certainty
from linnaeus.record.calibration import Sets
from linnaeus.record.scores import Score
from linnaeus.stats.score import accuracy_score

Array = npt.NDArray[Any]


def threshold(scores_N: Array, level: float) -> float | None:
    """The greatest threshold that one more score of the kind reaches with probability `level` or more.

    It is the k-th least of the N, k = ⌊(N + 1)(1 − level)⌋. None: too few for any promise but "all".
    """
    place = math.floor((len(scores_N) + 1) * (1 - level) + 1e-9)  # 1 − 0.9 is a little less than 0.1
    return float(np.partition(scores_N, place - 1)[place - 1]) if place else None


def needed(level: float) -> int:
    """How many scores a threshold takes."""
    return math.ceil(level / (1 - level) - 1e-9)


def by_class(labels_N: Array, scores_N: Array, classes: int, level: float) -> tuple[float | None, ...]:
    """`threshold` of each class, by the scores of its own images."""
    order, ends = np.argsort(labels_N, kind="stable"), np.bincount(labels_N, minlength=classes).cumsum()[:-1]
    return tuple(threshold(own, level) for own in np.split(scores_N[order], ends))


def sets(labels_N: Array, mask_NK: Array, certainty: Certainty, level: float, size: Score) -> Sets:
    """How prediction sets (`mask_NK`: the classes in them) fare; `size`: their mean size."""
    right_N = mask_NK[np.arange(len(labels_N)), labels_N]
    supports, covered = (
        np.bincount(some, minlength=mask_NK.shape[1]).tolist() for some in (labels_N, labels_N[right_N])
    )
    return Sets(
        level=level,
        threshold=certainty.set_from[level],
        thresholds=certainty.class_from.get(level, ()),
        size=size,
        cover=accuracy_score(int(right_N.sum()), len(labels_N)),
        sizes=tuple(np.bincount(mask_NK.sum(axis=1)).tolist()),
        by_class=tuple(accuracy_score(k, n) if n else None for k, n in zip(covered, supports, strict=True)),
    )
