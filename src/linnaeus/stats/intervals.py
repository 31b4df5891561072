"""95 % intervals of what is no proportion: the bootstrap, and of means Student's t. Of proportions: `record.scores.wilson`.

Bootstrap: bias-corrected percentiles, and accelerated too (BCa: Efron 1987, "Better Bootstrap Confidence Intervals") up
to `BCA_UP_TO` images. The plain percentile interval will not do: of weighted precision at n = 10,000 and K = 100 it held
the truth in 85 % of 250 simulations, corrected for bias in 94 %. Draws are seeded: equal images give equal intervals.

`scipy.stats.bootstrap` gives the same ends from the same draws, after an import of a second that no training should wait for.

Means of skewed numbers, as the log loss is with a few confident mistakes: Student's t after Hall's transformation, which takes the
skewness out (Hall 1992, "On the removal of skewness by transformation", Journal of the Royal Statistical Society B 54). Where the
bootstrap held the truth in 85 to 93 % of simulations, it does in 94 to 97 (docs/what-the-numbers-mean.md). What no formula takes out are
large numbers of which hardly one was seen: then the upper end counts another one that was not.
"""

import math
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

BCA_UP_TO = 2000  # images: the acceleration leaves out each image once, n² work for what shrinks as 1/√n
DRAWS = 10_000_000  # images drawn in all, so that a large set costs no more than a second
AT_ONCE = 500_000  # images of the resamples that are made in one array
SEED = 0
FEW = 2  # large numbers, on which the interval of a mean cannot rest


def skewed_mean(numbers_N: Array, large: float = math.inf) -> tuple[float, float, float]:
    """The mean of two numbers or more and the ends of its interval, none beyond the least number, or 0 if that is less.

    Where fewer than two of them are above `large`, the upper end is that of one more, twice the largest: of 38 images of which two are
    mistaken on average, this holds the truth in 94 % of simulations in place of 89.
    """
    mean, low, high = _hall(numbers_N)
    if np.isfinite(large) and (numbers_N > large).sum() < FEW:
        high = max(high, _hall(np.append(numbers_N, 2 * numbers_N.max()))[2])
    return mean, low, high


def _hall(numbers_N: Array) -> tuple[float, float, float]:
    from scipy.special import stdtrit

    n, mean = len(numbers_N), float(numbers_N.mean(dtype=np.float64))
    rest_N = numbers_N - mean
    deviation = math.sqrt(float((rest_N**2).sum()) / (n - 1))
    if deviation <= 1e-12 * abs(mean):
        return mean, mean, mean
    skewness = float((rest_N**3).mean()) / deviation**3 / math.sqrt(n)
    t = float(stdtrit(n - 1, 0.975))
    low, high = (mean - deviation / math.sqrt(n) * _unskewed(one, skewness, n) for one in (t, -t))
    return mean, max(low, min(0.0, float(numbers_N.min()))), high


def _unskewed(t: float, skewness: float, n: int) -> float:
    """Where Hall's transformation of a studentized mean comes to `t`; `skewness` is that of the numbers, divided by √n."""
    if abs(skewness) < 1e-9:
        return t
    return 3 / skewness * (math.cbrt(1 + skewness * (t - skewness / 6)) - 1)


class Statistics(Protocol):
    def __call__(self, places: Array, axis: int = -1) -> Array:
        """M statistics of resamples: `places` (..., n) of images to an array (M, ...)."""


def bootstrap(statistics: Statistics, n: int, resamples: int | None = None) -> tuple[Array, Array, Array]:
    """M statistics of n images, and the ends of their intervals, each (M,). Statistics without spread have no width.

    `resamples`: as many as are affordable if left out. Given for costly statistics: then nothing is accelerated.
    """
    values_M = statistics(np.arange(n))
    if n == 1:
        return values_M, values_M, values_M
    accelerated = resamples is None and n <= BCA_UP_TO
    acceleration_M1 = _acceleration(statistics, n)[:, None] if accelerated else 0.0
    low_M, high_M = _corrected(_resampled(statistics, n, resamples), values_M, acceleration_M1)
    low_M, high_M = (np.where(np.isfinite(end_M), end_M, values_M) for end_M in (low_M, high_M))
    return values_M, np.minimum(low_M, values_M), np.maximum(high_M, values_M)


def spread(statistics: Statistics, n: int) -> tuple[Array, Array]:
    """M statistics of n images and their standard errors over resamples, each (M,)."""
    return statistics(np.arange(n)), _resampled(statistics, n).std(axis=-1)


def _resampled(statistics: Statistics, n: int, resamples: int | None = None) -> Array:
    """M statistics of R resamples, (M, R)."""
    resamples = resamples or int(np.clip(DRAWS // n, 400, 2000))
    rng, batch = np.random.default_rng(SEED), max(1, AT_ONCE // n)
    sizes = (min(batch, resamples - begun) for begun in range(0, resamples, batch))
    return np.concatenate([statistics(rng.integers(n, size=(size, n))) for size in sizes], axis=-1)


def _acceleration(statistics: Statistics, n: int) -> Array:
    """How skewed each of M statistics is, (M,), from leaving out each image once; nan where that changes nothing."""
    batch = max(1, AT_ONCE // n)
    without = [statistics(_each_left_out(np.arange(i, min(i + batch, n)), n)) for i in range(0, n, batch)]
    without_MN = np.concatenate(without, axis=-1)
    influence_MN = without_MN.mean(axis=-1, keepdims=True) - without_MN
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray((influence_MN**3).sum(axis=-1) / (influence_MN**2).sum(axis=-1) ** 1.5 / 6)


def _each_left_out(left_out_B: Array, n: int) -> Array:
    """All places but one, of B: (B, n - 1)."""
    places = np.arange(n - 1)
    return places + (places >= left_out_B[:, None])


def _corrected(drawn_MR: Array, values_M: Array, acceleration_M1: Array | float = 0.0) -> tuple[Array, Array]:
    """Bias-corrected and accelerated percentiles of R resamples (Efron 1987, 2.3)."""
    from scipy.special import ndtr, ndtri

    values_M1 = values_M[:, None]
    below_M1 = (np.sign(values_M1 - drawn_MR).mean(axis=1, keepdims=True) + 1) / 2  # equal ones count half
    bias_M1 = ndtri(np.clip(below_M1, 1e-3, 1 - 1e-3))
    moved_M2 = bias_M1 + ndtri([0.025, 0.975])
    levels_M2 = ndtr(bias_M1 + moved_M2 / (1 - acceleration_M1 * moved_M2))
    ends_M2 = np.array([_quantiles(drawn, levels) for drawn, levels in zip(drawn_MR, levels_M2, strict=True)])
    return ends_M2[:, 0], ends_M2[:, 1]


def _quantiles(drawn_R: Array, levels: Array) -> Array:
    return np.quantile(drawn_R, levels) if np.isfinite(levels).all() else np.full(2, np.nan)
