"""95 % intervals of what is no proportion: the bootstrap, SciPy's. Of proportions: `record.scores.wilson`.

Bootstrap: bias-corrected percentiles, and accelerated too (BCa: Efron 1987, "Better Bootstrap Confidence Intervals") up
to `BCA_UP_TO` images. The plain percentile interval will not do: of weighted precision at n = 10,000 and K = 100 it held
the truth in 85 % of 250 simulations, corrected for bias in 94 %. Draws are seeded: equal images give equal intervals.
"""

import warnings
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

BCA_UP_TO = 2000  # images: the acceleration leaves out each image once, n² work for what shrinks as 1/√n
DRAWS = 10_000_000  # images drawn in all, so that a large set costs no more than a second
SEED = 0


class Statistics(Protocol):
    def __call__(self, places: Array, axis: int = -1) -> Array:
        """M statistics of resamples: `places` (..., n) of images to an array (M, ...)."""


def bootstrap(statistics: Statistics, n: int, resamples: int | None = None) -> tuple[Array, Array, Array]:
    """M statistics of n images, and the ends of their intervals, each (M,). Statistics without spread have no width.

    `resamples`: as many as are affordable if left out. Given for costly statistics: then nothing is accelerated.
    """
    everything = np.arange(n)
    values_M = statistics(everything)
    if n == 1:
        return values_M, values_M, values_M
    from scipy import stats

    accelerated = resamples is None and n <= BCA_UP_TO
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", stats.DegenerateDataWarning)  # a statistic without spread gives nan
        warnings.filterwarnings("ignore", category=RuntimeWarning, module="scipy")
        result = stats.bootstrap(
            (everything,),
            statistics,
            n_resamples=resamples or int(np.clip(DRAWS // n, 400, 2000)),
            batch=max(1, 500_000 // n),
            method="BCa" if accelerated else "percentile",
            vectorized=True,
            axis=-1,
            rng=SEED,
        )
    low_M, high_M = result.confidence_interval
    if not accelerated:
        low_M, high_M = _corrected(result.bootstrap_distribution, values_M)
    low_M, high_M = (np.where(np.isfinite(end_M), end_M, values_M) for end_M in (low_M, high_M))
    return values_M, np.minimum(low_M, values_M), np.maximum(high_M, values_M)


def spread(statistics: Statistics, n: int) -> tuple[Array, Array]:
    """M statistics of n images and their standard errors over resamples, each (M,)."""
    rng, resamples, batch = np.random.default_rng(SEED), int(np.clip(DRAWS // n, 400, 2000)), max(1, 500_000 // n)
    drawn = [
        statistics(rng.integers(n, size=(min(batch, resamples - begun), n))) for begun in range(0, resamples, batch)
    ]
    return statistics(np.arange(n)), np.concatenate(drawn, axis=-1).std(axis=-1)


def _corrected(drawn_MR: Array, values_M: Array) -> tuple[Array, Array]:
    """Bias-corrected percentiles of R resamples: BCa with the acceleration left at zero."""
    from scipy.special import ndtr, ndtri

    values_M1 = values_M[:, None]
    below_M1 = (np.sign(values_M1 - drawn_MR).mean(axis=1, keepdims=True) + 1) / 2  # equal ones count half
    bias_M1 = ndtri(np.clip(below_M1, 1e-3, 1 - 1e-3))
    levels_M2 = ndtr(2 * bias_M1 + ndtri([0.025, 0.975]))
    ends_M2 = np.array([np.quantile(drawn, levels) for drawn, levels in zip(drawn_MR, levels_M2, strict=True)])
    return ends_M2[:, 0], ends_M2[:, 1]
