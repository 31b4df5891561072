"""`Certainty`: how the probabilities of a network are to be read. A classifier keeps it, `predict` applies it; NumPy alone is needed.

temperature     p = softmax(logits / temperature), everywhere; 1 leaves it as it is. Of raw probabilities it is that of their
                logarithms, which differ from the logits by a constant. Which class is likeliest stays the same
                (Guo et al. 2017, "On Calibration of Modern Neural Networks").
unknown_below   an image whose greatest probability, after the temperature, is below this is called unknown. The threshold is
                the one that 95 of 100 correctly classified images reach (the score of Hendrycks & Gimpel 2017, "A Baseline for
                Detecting Misclassified and Out-of-Distribution Examples", where 95 % of the true are kept).
set_from        by level: a class whose raw probability is at least this is in the prediction set (LAC: Sadinle, Lei &
                Wasserman 2019, "Least Ambiguous Set-Valued Classifiers with Bounded Error Levels"), and so is the likeliest
                class in any case, which can only make sets right more often. Of raw probabilities, because the temperature
                is fitted on the same images and the promise holds of scores that know nothing of them.
class_from      by level, of each class: its own such threshold, by its own images alone, which makes the promise one to each class
                (Mondrian: Vovk 2012, "Conditional validity of inductive conformal predictors"); None: they are too few for one,
                and `set_from` holds, whose promise is one on average over all images.

All of it is fitted on validation images, see `evaluation.calibrate`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

LEVELS = (0.8, 0.9, 0.95, 0.99)  # of prediction sets: those for which a classifier keeps thresholds
KEPT = 0.95  # of correctly classified images that are not called unknown
SMALLEST = np.finfo(np.float32).smallest_subnormal  # a raw probability of zero is below this, and is read as this


@dataclass(frozen=True, slots=True, kw_only=True)
class Certainty:
    """What was fitted; what there were too few validation images for is 1, None or absent."""

    temperature: float = 1.0
    unknown_below: float | None = None
    set_from: Mapping[float, float] = field(default_factory=dict)
    class_from: Mapping[float, tuple[float | None, ...]] = field(default_factory=dict)

    def of(self, classes: int) -> "Certainty":
        """This, once it is known to be one for so many classes: it may come from a file. Raises ValueError."""
        if (
            any(len(own_K) not in (0, classes) for own_K in self.class_from.values())
            or self.class_from.keys() - self.set_from.keys()
        ):
            raise ValueError(f"its prediction sets are not of {classes} classes")
        return self

    def probabilities(self, raw_NK: Array) -> Array:
        """What is to be believed, of the raw probabilities of a network."""
        return raw_NK if self.temperature == 1 else tempered(raw_NK, self.temperature)

    def sets(self, raw_NK: Array, level: float) -> Array:
        """mask_NK, bool: the classes in the prediction set of each image. Raises KeyError for a level that is not kept."""
        # whose sets are within: a class may have a threshold there alone
        lower = [one for one in self.set_from if one < level]
        least_K = np.min([self._least(one) for one in (*lower, level)], axis=0)
        mask_NK = raw_NK >= least_K.astype(raw_NK.dtype)
        mask_NK[np.arange(len(raw_NK)), raw_NK.argmax(axis=1)] = True
        return np.asarray(mask_NK)

    def _least(self, level: float) -> Array:
        """Raw probabilities (K,), or (1,) for all classes, from which a class is in."""
        own_K = np.array(self.class_from.get(level, ()) or [None], np.float64)  # NaN for None
        return np.where(np.isnan(own_K), self.set_from[level], own_K)

    def is_unknown(self, raw_NK: Array) -> Array:
        """mask_N, bool; nothing is unknown where there is no threshold."""
        if self.unknown_below is None:
            return np.zeros(len(raw_NK), bool)
        return np.asarray(self.probabilities(raw_NK).max(axis=1) < self.unknown_below)


def logarithms(raw_NK: Array) -> Array:
    """Of raw probabilities, float32: the logits but for a constant a row, down to 103 below the greatest."""
    return np.asarray(np.log(np.maximum(raw_NK, SMALLEST), dtype=np.float32))


def tempered(raw_NK: Array, temperature: float) -> Array:
    """probabilities_NK, float32, after the temperature."""
    scaled_NK = logarithms(raw_NK) / temperature
    scaled_NK -= scaled_NK.max(axis=1, keepdims=True)
    np.exp(scaled_NK, out=scaled_NK)
    return np.asarray(scaled_NK / scaled_NK.sum(axis=1, keepdims=True), np.float32)
