"""Intervals where several images show one thing: a sign filmed thirty times, a patient, a burst.

Images of one thing are right or wrong together, so they tell less than as many images of different things: by the design effect, the
factor by which the variance of the accuracy exceeds that of independent images. It is estimated between the things (ratio estimator: Rao
& Scott 1992, "A simple method for the analysis of clustered binary data", Biometrics 48), and Wilson's interval is taken at the
effective number of images, smaller by (1.96/t)² with t of Student's distribution with one less degree of freedom than there are things
(Korn & Graubard 1998, "Confidence intervals for proportions with small expected number of positive counts estimated from survey
data", Survey Methodology 24). It is never narrower than without things.

Where fewer than `ENOUGH` things have a mistake, their design effect cannot be told: it is drawn towards the largest there is, that of
things whose images are all right or all wrong. Then the interval is wider rather than too narrow.

Simulated, beta-binomial, 15 to 200 things of 15 images, accuracies 60 to 95 %, design effects 1 to 8: see
docs/what-the-numbers-mean.md; repeated by tests/stats/test_groups.py.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from linnaeus.record.scores import Score, Z, wilson

Array = npt.NDArray[np.float64]

ENOUGH = 10  # things with a mistake, from which on a design effect is believed


@dataclass(frozen=True, slots=True, kw_only=True)
class Things:
    """Which thing each image shows: `of_N` counts from 0, without gaps; `sizes_G` images of each."""

    of_N: npt.NDArray[np.int64]
    sizes_G: Array

    @property
    def count(self) -> int:
        return len(self.sizes_G)

    def sums(self, values_N: npt.NDArray[np.generic]) -> Array:
        """Of numbers (N,) the sum for each thing, (G,)."""
        return np.asarray(np.bincount(self.of_N, values_N.astype(np.float64), self.count), np.float64)


def things(names: Sequence[str]) -> Things | None:
    """The things of images by their names; None where each image shows one of its own."""
    found, of_N = np.unique(np.array(names, str), return_inverse=True)
    if not len(names) or len(found) == len(names):
        return None
    return Things(of_N=of_N, sizes_G=np.bincount(of_N).astype(np.float64))


def among(shown: Things | None, chosen_N: npt.NDArray[np.bool_]) -> Things | None:
    """The things of some of the images; None where each of these shows one of its own."""
    if shown is None:
        return None
    _, of_N, sizes_G = np.unique(shown.of_N[chosen_N], return_inverse=True, return_counts=True)
    return Things(of_N=of_N, sizes_G=sizes_G.astype(np.float64)) if len(sizes_G) < len(of_N) else None


def worth(values_N: npt.NDArray[np.generic], shown: Things | None) -> float:
    """How many independent images an image stands for, from 0 to 1, with Student's t in it."""
    if shown is None:
        return 1.0
    return min(1.0, shrunk(*effective(values_N, shown), shown.count) / len(values_N))


def effective(values_N: npt.NDArray[np.generic], shown: Things) -> tuple[float, float]:
    """How many independent images tell as much of a mean of numbers −1 … 1 as these, and the design effect; without Student's t.

    Of numbers that do not differ, as many as there are things of equal size.
    """
    n, count, mean = len(values_N), shown.count, float(values_N.mean())
    most = float((shown.sizes_G**2).sum() / n)
    alone = float(values_N.astype(np.float64).var())
    if not alone or count < 2:
        return n / most, most
    rest_G = shown.sums(values_N) - mean * shown.sizes_G
    between = count / (count - 1) * float((rest_G**2).sum()) / n
    effect = min(max(between / alone, 1.0), most)
    usual = float(np.bincount(((values_N + 1) * 2).astype(np.int64)).argmax()) / 2 - 1
    odd = int((shown.sums(values_N != usual) > 0).sum())
    if odd < ENOUGH:
        trust = odd / (odd + 2)
        effect = trust * effect + (1 - trust) * most
    return n / effect, effect


def shrunk(images: float, effect: float, count: int) -> float:
    """The effective number of images with Student's t in it: few things tell little of their own spread."""
    from scipy.special import stdtrit

    if effect <= 1 or count < 2:
        return images
    return images * float(Z / stdtrit(count - 1, 0.975)) ** 2


def share(right_N: npt.NDArray[np.bool_], shown: Things) -> Score:
    """The share of images that are right, with its 95 % interval over things."""
    n, value = len(right_N), float(right_N.mean())
    images, effect = effective(right_N, shown)
    images = min(float(n), shrunk(images, effect, shown.count))
    low, high = wilson(value * images, images)
    return Score(value=value, low=low, high=high, n=n, groups=shown.count)


def widened(score: Score, count: int, *, ends: tuple[float, float]) -> Score:
    """The interval of a bootstrap over things as wide as Student's t makes it, within `ends`."""
    from scipy.special import stdtrit

    wide = float(stdtrit(count - 1, 0.975)) / Z * math.sqrt(count / (count - 1)) if count > 1 else 1.0
    low, high = score.value - wide * (score.value - score.low), score.value + wide * (score.high - score.value)
    return Score(value=score.value, low=max(ends[0], low), high=min(ends[1], high), n=score.n, groups=count)
