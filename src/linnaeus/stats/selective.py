"""What is gained by keeping silent: accuracy of the most confident images, and the images that are called unknown.

El-Yaniv & Wiener 2010, "On the Foundations of Noise-free Selective Classification"; Geifman & El-Yaniv 2017, "Selective
Classification for Deep Neural Networks".
"""

from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from linnaeus.record.calibration import Point, Unknown
from linnaeus.record.scores import Score
from linnaeus.stats import groups
from linnaeus.stats.groups import Things
from linnaeus.stats.intervals import bootstrap
from linnaeus.stats.score import counted, share_of, share_score

Array = npt.NDArray[Any]

COVERAGES = np.arange(1, 21) / 20
RESAMPLES = 400  # of the area, each of which must be sorted


def curve(right_N: Array, confidence_N: Array, shown: Things | None = None) -> tuple[Point, ...]:
    """Accuracy of the most confident 5 %, 10 % … 100 % of the images; of images of equal confidence the earlier count as surer."""
    order, points = np.argsort(-confidence_N, kind="stable"), []
    kept_N = np.zeros(len(order), bool)
    for coverage in COVERAGES:
        count = max(1, round(coverage * len(order)))
        kept_N[order[:count]] = True
        point = Point(
            coverage=float(coverage),
            threshold=float(confidence_N[order[count - 1]]),
            accuracy=share_of(right_N, kept_N, shown),
        )
        points.append(point)
    return tuple(points)


def area(right_N: Array, confidence_N: Array, shown: Things | None = None) -> Score:
    """AURC: the share of mistakes among the most confident k images, averaged over k = 1 … N."""
    n, order = len(right_N), np.argsort(-confidence_N, kind="stable")
    wrong_N = ~right_N[order]
    ranks = np.arange(1, n + 1)

    def of_images(places: Array, axis: int = -1) -> Array:
        mistakes = wrong_N[np.sort(places.astype(np.int32), axis=-1)].cumsum(axis=-1, dtype=np.int32)
        return np.asarray((mistakes / ranks).mean(axis=axis))[None]

    if shown is None:
        value, low, high = (float(end[0]) for end in bootstrap(of_images, n, RESAMPLES))
        found = Score(value=value, low=low, high=high, n=n)
    else:
        found = _over_things(wrong_N, shown.of_N[order], shown)
    # all right, or all wrong: no spread to resample, yet no surer than the share of mistakes
    if found.low == found.high:
        found = replace(share_score(wrong_N, shown), value=found.value)
    return replace(found, low=min(found.low, found.value), high=max(found.high, found.value))


def _over_things(wrong_N: Array, of_N: Array, shown: Things) -> Score:
    """The area by resamples of the things; `of_N`: those of the images, the most confident first."""

    def statistics(places: Array, axis: int = -1) -> Array:
        drawn = counted(np.arange(shown.count), places, shown.count)[..., of_N]  # how often each image is there
        so_far = drawn.cumsum(axis=-1)
        risk = (drawn * wrong_N).cumsum(axis=-1) / np.maximum(so_far, 1)
        return np.asarray((risk * drawn).sum(axis=-1) / so_far[..., -1])[None]

    value, low, high = (float(end[0]) for end in bootstrap(statistics, shown.count, RESAMPLES))
    found = Score(value=value, low=low, high=high, n=len(wrong_N))
    return groups.widened(found, shown.count, ends=(0, 1))


def unknown(right_N: Array, unknown_N: Array, threshold: float, shown: Things | None = None) -> Unknown:
    """How it goes when the images of `unknown_N` are called unknown."""
    accepted_N = ~unknown_N
    return Unknown(
        threshold=threshold,
        accepted=share_score(accepted_N, shown),
        kept=share_of(accepted_N, right_N, shown),
        accuracy=share_of(right_N, accepted_N, shown) if accepted_N.any() else None,
        refused=share_of(unknown_N, ~right_N, shown) if not right_N.all() else None,
    )
