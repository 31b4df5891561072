"""Whether one of several candidates loses less than what there is, on the same images: a paired permutation test.

Where neither is better, which of an image's two losses belongs to which is as good as drawn by a coin: the signs of the differences are
exchanged at random, and p is the share of exchanges under which the statistic is as large (Pitman 1937, "Significance tests which may be
applied to samples from any populations"; counting what was seen, too, p is never 0: Phipson & Smyth 2010, "Permutation p-values should
never be zero"). Of several candidates each exchange counts by the largest of their statistics, so that choosing among them is paid for
(single-step max T: Westfall & Young 1993, "Resampling-based multiple testing").
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from linnaeus.stats.groups import Things

Array = npt.NDArray[Any]
EXCHANGES = 9_999
AT_ONCE = 333


def less(before_N: Array, after_CN: Array, shown: Things | None = None) -> Array:
    """p_C of each candidate, one-sided: that its mean loss only happens to be less. `shown`: images of one thing change signs together."""
    gains_CN = before_N - np.asarray(after_CN, np.float64)
    units_CM = gains_CN if shown is None else np.stack([shown.sums(one_N) for one_N in gains_CN])
    spread_C = np.sqrt((units_CM**2).sum(1))  # no exchange changes it
    statistics_C = np.divide(units_CM.sum(1), spread_C, out=np.zeros(len(units_CM)), where=spread_C > 0)
    scaled_CM = units_CM / np.where(spread_C > 0, spread_C, 1.0)[:, None]
    draws, larger_C = np.random.default_rng(0), np.ones(len(units_CM))
    for _ in range(EXCHANGES // AT_ONCE):
        signs_EM = draws.integers(0, 2, (AT_ONCE, units_CM.shape[1]), np.int8) * 2.0 - 1.0
        most_E = (signs_EM @ scaled_CM.T).max(1)
        larger_C += (most_E[:, None] >= statistics_C - 1e-12).sum(0)
    return np.asarray(larger_C / (1 + EXCHANGES // AT_ONCE * AT_ONCE))
