"""Thresholds with a promise for small samples, and how prediction sets keep it: split conformal prediction.

Vovk, Gammerman & Shafer 2005, "Algorithmic Learning in a Random World"; for classes, Sadinle, Lei & Wasserman 2019, "Least
Ambiguous Set-Valued Classifiers with Bounded Error Levels" (LAC). The promise is of images like the calibrating ones, not of images
from elsewhere: one to each class that has images enough for a threshold of its own, else one on average over all images.

Where several images show one thing, it is a promise for an image of another thing: things count, and the images of one share its
weight (Lee, Barber & Willett 2023, "Distribution-free inference with hierarchical data", arXiv 2306.06342).
"""

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from linnaeus.classifier.confidence import Certainty
from linnaeus.record.calibration import Sets
from linnaeus.record.scores import Score
from linnaeus.stats import groups
from linnaeus.stats.groups import Things
from linnaeus.stats.score import share_of, share_score

Array = npt.NDArray[Any]


def threshold(scores_N: Array, level: float, shown: Things | None = None) -> float | None:
    """The greatest threshold that one more score of the kind, or one of another thing, reaches with probability `level` or more.

    It is the k-th least of the N, k = ⌊(N + 1)(1 − level)⌋; of G things the least below which their images have a weight of k,
    each thing one in all. None: too few for any promise but "all".
    """
    count = shown.count if shown else len(scores_N)
    place = math.floor((count + 1) * (1 - level) + 1e-9)  # 1 − 0.9 is a little less than 0.1
    if shown is None or not place:
        return float(np.partition(scores_N, place - 1)[place - 1]) if place else None
    room = (count + 1) * (1 - level) - 1 + 1e-9  # that scores below the threshold may weigh
    order = np.argsort(scores_N, kind="stable")
    below = np.cumsum(1 / shown.sizes_G[shown.of_N[order]])
    return float(scores_N[order[min(int(np.searchsorted(below, room, side="right")), len(order) - 1)]])


def needed(level: float) -> int:
    """How many scores, or things, a threshold takes."""
    return math.ceil(level / (1 - level) - 1e-9)


def by_class(
    labels_N: Array, scores_N: Array, classes: int, level: float, shown: Things | None = None
) -> tuple[float | None, ...]:
    """`threshold` of each class, by the scores of its own images."""
    own_KN = (labels_N == k for k in range(classes))
    return tuple(threshold(scores_N[own_N], level, groups.among(shown, own_N)) for own_N in own_KN)


def sets(
    labels_N: Array, mask_NK: Array, certainty: Certainty, level: float, size: Score, shown: Things | None = None
) -> Sets:
    """How prediction sets (`mask_NK`: the classes in them) fare; `size`: their mean size."""
    right_N = mask_NK[np.arange(len(labels_N)), labels_N]
    supports = np.bincount(labels_N, minlength=mask_NK.shape[1]).tolist()
    return Sets(
        level=level,
        threshold=certainty.set_from[level],
        thresholds=certainty.class_from.get(level, ()),
        size=size,
        cover=share_score(right_N, shown),
        sizes=tuple(np.bincount(mask_NK.sum(axis=1)).tolist()),
        by_class=tuple(share_of(right_N, labels_N == k, shown) if n else None for k, n in enumerate(supports)),
    )
