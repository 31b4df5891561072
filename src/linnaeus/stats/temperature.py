"""One number that makes a network as sure as it is right (Guo et al. 2017, "On Calibration of Modern Neural Networks")."""

import bisect
import math
from typing import Any

import numpy as np
import numpy.typing as npt

from linnaeus.classifier.confidence import Certainty, logarithms
from linnaeus.record.scores import Reason, Score, Z
from linnaeus.stats.groups import Things

Array = npt.NDArray[Any]

LEAST_IMAGES = 100
LEAST_MISTAKES = 5  # where nothing is wrong, the surer the better: no optimum
BOUNDS = (0.05, 20.0)
INVERSES = np.geomspace(1 / BOUNDS[1], 1 / BOUNDS[0], 12_000)  # 1 / T, from which the best is taken: 0.05 % apart
LEAST_OTHERS = 0.05  # share of the curvature that all things but one have, at least


def why_not(right_N: Array, shown: Things | None = None) -> Reason | None:
    """Why these images are too few to fit a temperature by; None where they are enough. Thirty mistakes on one thing are one."""
    n, mistakes = len(right_N), int((~right_N).sum())
    if n < LEAST_IMAGES:
        return Reason(kind="few_images", values={"n": n, "least": LEAST_IMAGES})
    if mistakes < LEAST_MISTAKES:
        return Reason(kind="few_mistakes", values={"mistakes": mistakes, "n": n, "least": LEAST_MISTAKES})
    mistaken = int((shown.sums(~right_N) > 0).sum()) if shown else mistakes
    if shown and mistaken < LEAST_MISTAKES:
        values = {"mistaken": mistaken, "n": n, "things": shown.count, "least": LEAST_MISTAKES}
        return Reason(kind="few_things", values=values)
    return None


def brier(labels_N: Array, raw_NK: Array) -> Array:
    """The Brier score of each image (N,), from 0 to 2, the probabilities being sharpened or flattened as is best for the log loss."""
    probabilities_NK = Certainty(temperature=fit(labels_N, raw_NK).value).probabilities(raw_NK).astype(np.float64)
    probabilities_NK[np.arange(len(labels_N)), labels_N] -= 1
    return np.asarray((probabilities_NK**2).sum(1))


def fit(labels_N: Array, raw_NK: Array, shown: Things | None = None) -> Score:
    """The temperature of least log loss of these images. The interval is of log T, by the sandwich formula (White 1982, "Maximum likelihood
    estimation of misspecified models", Econometrica 50), where several images show one thing with sums over things in it (Liang & Zeger
    1986, "Longitudinal data analysis using generalized linear models", Biometrika 73), each as where the temperature is fitted without the
    thing (CR3; Bell & McCaffrey 2002, "Bias reduction in standard errors for linear regression with multi-stage samples", Survey
    Methodology 28), and never narrower than without; the upper end is then that of 1 / T where it is farther."""
    logs_NK = logarithms(raw_NK)
    logs_NK -= logs_NK.max(axis=1, keepdims=True)
    picked_N = logs_NK[np.arange(len(labels_N)), labels_N].astype(np.float64)
    picked = float(picked_N.mean())
    scaled_NK = np.empty_like(logs_NK)

    def slope(inverse: float) -> float:
        """Of the log loss by 1 / T; it grows, since the loss is convex there."""
        np.exp(np.multiply(logs_NK, np.float32(inverse), out=scaled_NK), out=scaled_NK)
        mean_N = np.einsum("NK,NK->N", scaled_NK, logs_NK) / scaled_NK.sum(axis=1)
        return float(mean_N.mean(dtype=np.float64)) - picked

    # the standard library's bisection: scipy.optimize takes 0.3 s to import, more than most networks' scores take
    place = bisect.bisect_left(INVERSES, 0.0, key=slope)
    temperature = 1 / float(INVERSES[min(place, len(INVERSES) - 1)])
    probabilities_NK = np.exp(logs_NK / np.float32(temperature)).astype(np.float64)
    probabilities_NK /= probabilities_NK.sum(axis=1, keepdims=True)
    mean_N = (probabilities_NK * logs_NK).sum(axis=1)
    slope_N = mean_N - picked_N  # of the loss of each image, by 1 / T
    curvature_N = (probabilities_NK * logs_NK**2).sum(axis=1) - mean_N**2
    spread = temperature * _error(slope_N, curvature_N, shown) / max(float(curvature_N.mean()), 1e-12)
    factor = math.exp(min(spread, 20.0))  # d log T = − T d(1 / T)
    low, high = temperature / factor, temperature * factor
    if shown:  # fitted to few things it lies too low rather than too high
        high = max(high, temperature / max(1 - spread, temperature / BOUNDS[1]))
    return Score(value=temperature, low=low, high=high, n=len(labels_N), groups=shown.count if shown else None)


def _error(slope_N: Array, curvature_N: Array, shown: Things | None) -> float:
    """Half the width of the 95 % interval of the mean slope."""
    n = len(slope_N)
    alone = Z * math.sqrt(float((slope_N**2).sum()))
    if shown is None or shown.count < 2:
        return alone / n
    from scipy.special import stdtrit

    # a thing pulls the fit towards itself, by its share of the curvature, and so looks nearer to it than another would be
    share_G = shown.sums(curvature_N) / max(float(curvature_N.sum()), 1e-12)
    slope_G = shown.sums(slope_N) / np.maximum(1 - share_G, LEAST_OTHERS)
    spread = math.sqrt((shown.count - 1) / shown.count * float((slope_G**2).sum()))
    return max(alone, float(stdtrit(shown.count - 1, 0.975)) * spread) / n
