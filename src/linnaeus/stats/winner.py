"""The score of the best of several: an interval that holds for having been picked.

The greatest of several measured scores lies above its true value more often than not. The interval is the hybrid one of Andrews,
Kitagawa & McCloskey 2024, "Inference on Winners", Quarterly Journal of Economics 139: given that this one won, the measured score is
a normal variable cut off below, where another would have won; the true value is looked for where that variable would be neither
too great nor too small for what was measured, and no farther off than an interval for all scores at once allows. The value beside it
is the one of which the measured score would be the median. Where the winner is far ahead, both are as if nobody had picked.

C is scores; they may share noise, as scores on the same images do, which picks nobody.
"""

import math
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

LEVEL = 0.95
WIDE = 0.1  # of the error that the interval may make is spent on how far the true value may be at all
DRAWS = 20_000
AT_ONCE = 2_000


def of_winner(scores_C: Array, covariance_CC: Array) -> tuple[float, float, float]:
    """(value, low, high) of the score that is greatest; `covariance_CC` is that of the scores' errors, its diagonal positive."""
    best = int(scores_C.argmax())
    score, variance = float(scores_C[best]), float(covariance_CC[best, best])
    deviation = math.sqrt(variance)
    others = np.delete(np.arange(len(scores_C)), best)
    share = covariance_CC[others, best] / variance
    with np.errstate(divide="ignore", invalid="ignore"):
        # the winner's score at which the other would be its equal
        equal = (scores_C[others] - share * score) / (1 - share)
    least = max((float(one) for one in equal[share < 1 - 1e-9]), default=-math.inf)
    most = min((float(one) for one in equal[share > 1 + 1e-9]), default=math.inf)
    alpha = 1 - LEVEL
    reach = deviation * _reach(covariance_CC, WIDE * alpha)
    tail = (1 - WIDE) * alpha / (1 - WIDE * alpha) / 2

    def below(true: float) -> float:
        """Probability of no greater score than the measured one, were this the true value."""
        low, high = max(least, true - reach), min(most, true + reach)
        ends = [_normal((one - true) / deviation) for one in (low, score, high)]
        return (ends[1] - ends[0]) / max(ends[2] - ends[0], 1e-300)

    value, low, high = (_where(below, share, score - reach, score + reach) for share in (0.5, 1 - tail, tail))
    return value, low, high


def _reach(covariance_CC: Array, error: float) -> float:
    """In deviations: how far the farthest of all scores lies from its true value, but for this share of the cases."""
    deviation = np.sqrt(np.diag(covariance_CC))
    values, vectors = np.linalg.eigh(covariance_CC / np.outer(deviation, deviation))
    root, rng = vectors * np.sqrt(np.maximum(values, 0)), np.random.default_rng(0)
    farthest = [
        np.abs(rng.standard_normal((AT_ONCE, len(values))) @ root.T).max(axis=1) for _ in range(DRAWS // AT_ONCE)
    ]
    return float(np.quantile(np.concatenate(farthest), 1 - error))


def _where(below: Any, share: float, low: float, high: float) -> float:
    """Where a falling function comes to `share`, by halving."""
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if below(middle) > share else (low, middle)
    return (low + high) / 2


def _normal(deviations: float) -> float:
    return math.erfc(-deviations / math.sqrt(2)) / 2
