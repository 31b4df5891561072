"""What is gained by keeping silent: accuracy of the most confident images, and the images that are called unknown.

El-Yaniv & Wiener 2010, "On the Foundations of Noise-free Selective Classification"; Geifman & El-Yaniv 2017, "Selective
Classification for Deep Neural Networks".
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from linnaeus.record.calibration import Point, Unknown
from linnaeus.record.scores import Score, wilson
from linnaeus.stats.intervals import bootstrap
from linnaeus.stats.score import accuracy_score

Array = npt.NDArray[Any]

COVERAGES = np.arange(1, 21) / 20
RESAMPLES = 400  # of the area, each of which must be sorted


def curve(right_N: Array, confidence_N: Array) -> tuple[Point, ...]:
    """Accuracy of the most confident 5 %, 10 % … 100 % of the images; of images of equal confidence the earlier count as surer."""
    order = np.argsort(-confidence_N, kind="stable")
    right_so_far, points = right_N[order].cumsum(), []
    for coverage in COVERAGES:
        count = max(1, round(coverage * len(order)))
        point = Point(
            coverage=float(coverage),
            threshold=float(confidence_N[order[count - 1]]),
            accuracy=accuracy_score(int(right_so_far[count - 1]), count),
        )
        points.append(point)
    return tuple(points)


def area(right_N: Array, confidence_N: Array) -> Score:
    """AURC: the share of mistakes among the most confident k images, averaged over k = 1 … N."""
    n = len(right_N)
    wrong_N = ~right_N[np.argsort(-confidence_N, kind="stable")]
    ranks = np.arange(1, n + 1)

    def statistics(places: Array, axis: int = -1) -> Array:
        mistakes = wrong_N[np.sort(places.astype(np.int32), axis=-1)].cumsum(axis=-1, dtype=np.int32)
        return np.asarray((mistakes / ranks).mean(axis=axis))[None]

    value, low, high = (float(end[0]) for end in bootstrap(statistics, n, RESAMPLES))
    if low == high:  # all right, or all wrong: no spread to resample, yet no surer than the share of mistakes
        low, high = wilson(int(wrong_N.sum()), n)
    return Score(value=value, low=min(low, value), high=max(high, value), n=n)


def unknown(right_N: Array, unknown_N: Array, threshold: float) -> Unknown:
    """How it goes when the images of `unknown_N` are called unknown."""
    accepted_N, n = ~unknown_N, len(right_N)
    accepted, right, kept = int(accepted_N.sum()), int(right_N.sum()), int((right_N & accepted_N).sum())
    refused = int((~right_N & unknown_N).sum())
    return Unknown(
        threshold=threshold,
        accepted=accuracy_score(accepted, n),
        kept=accuracy_score(kept, right),
        accuracy=accuracy_score(kept, accepted) if accepted else None,
        refused=accuracy_score(refused, n - right) if right < n else None,
    )
