"""The reliability diagram and the expected calibration error (ECE): are images of confidence 0.8 right in 80 of 100 cases?

Bins are of equal mass (Nixon et al. 2019, "Measuring Calibration in Deep Learning"), up to 15 of them with at least 10 images each;
images of equal confidence share a bin. ECE is the mean over images of |accuracy − confidence| of their bin.

ECE is biased upwards: chance alone makes bins differ, so a perfect network has an ECE above zero. Resampling images adds that chance
once more, and the usual bootstrap interval of a well-calibrated network never holds its truth. So the interval is the set of all truths
that the ECE found is compatible with (a bootstrap test, inverted: Carpenter 1999, "Test inversion bootstrap confidence intervals"):
right answers of each bin are drawn anew from an accuracy between the confidence, which is perfect calibration (the consistency
resampling of Bröcker & Smith 2007, "Increasing the reliability of reliability diagrams"), and the accuracy found, and beyond it.
Counted in simulations by tests/stats/test_coverage.py (`pytest -m slow -k over_a_grid`, 120 sets in each of 27 cells): it holds
the truth in 94–100 % of sets of 300 to 5,000 images, of networks that are calibrated, or slightly too sure or too modest, where it is
hardest. Without the truths that a temperature would make it was 87–100 %.

Where several images show one thing, bins have fewer images by the design effect (`groups`), and so has what is drawn. Over 18 and 200
things that holds the truth in 95 % of 600 sets, over 30 and 60 in 92 %: the truth lies above. The design effect of right − confidence, or
of right − accuracy of the bin, in its place makes intervals narrower by 6 to 11 %, and misses as often or more.
"""

import bisect
from typing import Any

import numpy as np
import numpy.typing as npt

from linnaeus.parts.metrics.log_loss import log_loss
from linnaeus.record.calibration import Bin
from linnaeus.record.scores import Score
from linnaeus.stats.groups import Things, worth
from linnaeus.stats.score import share_of

Array = npt.NDArray[Any]

BINS = 15
IN_A_BIN = 10  # images at the least
DRAWS = 1000
SEED = 0
FARTHEST = 64.0  # times the gaps that were found
STEP = 1 / 64  # of the same: an end is the middle of the step in which it lies


def losses(labels_N: Array, probabilities_NK: Array) -> dict[str, Array]:
    """Log loss and Brier score (of all classes, 0 … 2) of each image."""
    picked_N = probabilities_NK[np.arange(len(labels_N)), labels_N].astype(np.float64)
    squares_N = np.square(probabilities_NK).sum(axis=1, dtype=np.float64)
    return {"log_loss": log_loss(labels_N, probabilities_NK), "brier": squares_N - 2 * picked_N + 1}


def ece(right_N: Array, confidence_N: Array, shown: Things | None = None) -> tuple[Score, tuple[Bin, ...]]:
    """The error with its interval, and the bins that it is made of, from the least confidence to the greatest."""
    each = worth(right_N, shown)
    bin_N = _bins(confidence_N, each)
    count_B, right_B = np.bincount(bin_N), np.bincount(bin_N, right_N)
    confidence_B = np.bincount(bin_N, confidence_N) / count_B
    bins = []
    for place, (count, confidence) in enumerate(zip(count_B, confidence_B, strict=True)):
        here = confidence_N[bin_N == place]
        row = Bin(
            lower=float(here.min()),
            upper=float(here.max()),
            count=int(count),
            confidence=float(confidence),
            accuracy=share_of(right_N, bin_N == place, shown),
        )
        bins.append(row)
    found = float((count_B * np.abs(right_B / count_B - confidence_B)).sum() / len(right_N))
    low, high = _interval(found, each * count_B, each * right_B, confidence_B)
    groups = shown.count if shown else None
    return Score(value=found, low=min(low, found), high=max(high, found), n=len(right_N), groups=groups), tuple(bins)


def _bins(confidence_N: Array, each: float) -> Array:
    """bin_N, numbered from zero without a gap; `each`: how many independent images an image stands for."""
    bins = int(np.clip(each * len(confidence_N) // IN_A_BIN, 1, BINS))
    edges = np.unique(np.quantile(confidence_N, np.arange(1, bins) / bins))
    return np.asarray(np.unique(np.searchsorted(edges, confidence_N, side="right"), return_inverse=True)[1])


def _interval(found: float, count_B: Array, right_B: Array, confidence_B: Array) -> tuple[float, float]:
    """The least and the greatest true error of which `found` is no surprise."""
    families = _families(count_B, right_B, confidence_B)
    ends = [_along(gap_B, found, count_B, confidence_B) for gap_B in families]
    return min(low for low, _ in ends), max(high for _, high in ends)


def _families(count_B: Array, right_B: Array, confidence_B: Array) -> tuple[Array, ...]:
    """Gaps of the bins, accuracy − confidence, along which truths are sought: all alike; each as it was found, drawn towards
    their mean as far as chance alone parts them (empirical Bayes); and as a temperature makes them, which is how networks
    are commonly too sure or too modest (Guo et al. 2017): in proportion to the slope of the probability, on either side."""
    n, share_B, gap_B = count_B.sum(), count_B / count_B.sum(), right_B / count_B - confidence_B
    mean = (right_B.sum() + 0.5) / (n + 1) - share_B @ confidence_B  # not all are right for sure, whatever was found
    expected_B = np.clip(confidence_B + mean, 0.5 / n, 1 - 0.5 / n)
    chance_B = expected_B * (1 - expected_B) / count_B
    spread = max(0.0, float(share_B @ (gap_B - mean) ** 2 - share_B @ chance_B))
    logit_B = np.log(probable_B := np.clip(confidence_B, 0.5 / n, 1 - 0.5 / n)) - np.log1p(-probable_B)
    slope_B = probable_B * (1 - probable_B) * logit_B
    return np.full(len(gap_B), mean), mean + (gap_B - mean) * spread / (spread + chance_B), slope_B, -slope_B


def _along(gap_B: Array, found: float, count_B: Array, confidence_B: Array) -> tuple[float, float]:
    """The ends among the truths whose gaps are `gap_B` times any number."""
    share_B, whole_B = count_B / count_B.sum(), np.maximum(1, np.rint(count_B)).astype(np.int64)

    def accuracy(times: float) -> Array:
        return np.clip(confidence_B + times * gap_B, 0, 1)

    def truth(times: float) -> float:
        return float(share_B @ np.abs(accuracy(times) - confidence_B))

    def excess(times: float, level: float) -> float:
        rng = np.random.default_rng(SEED)
        drawn_RB = rng.binomial(whole_B, accuracy(times), (DRAWS, len(count_B))) / whole_B
        return float(np.quantile(np.abs(drawn_RB - confidence_B) @ share_B, level)) - found

    def where(level: float, margin: float) -> float:
        """The truth at which `found` stands at this level among what is drawn; 0 where it does with no gap at all."""
        if excess(0.0, level) >= margin:
            return 0.0
        far = 1.0
        while far < FARTHEST and excess(far, level) < margin:
            far *= 2
        if far >= FARTHEST:
            return truth(far)
        steps = range(round(far / STEP))
        reached = bisect.bisect_left(steps, margin, key=lambda step: excess(STEP * step, level))
        return truth(STEP * (reached - 0.5))

    return where(0.975, -1e-9), where(0.025, 1e-9)  # what is as likely as `found` is within
