"""Two classifiers on the very same images: differences of their scores by a paired bootstrap, each image drawn with both answers.

Of accuracy the difference stands in a `Comparison` with Tango's interval too; for macro F1 there is no such formula. The bootstrap gives
the standard error alone. Its percentiles, BCa's too, will not do near 100 %, where a handful of images decide: they held the truth in 82 to
91 % of simulations. As many images as differ and one more would spread so far (Agresti and Min 2005, "Simple improved confidence intervals
for comparing matched proportions", Statistics in Medicine 24, add pseudo-images likewise), and with it they hold it in 94 to 99 %.
"""

import math

import numpy as np

from linnaeus.parts.metrics.macro_f1 import macro_f1
from linnaeus.record.scores import Score, Z
from linnaeus.stats.intervals import Array, spread
from linnaeus.stats.score import counted


def differences(labels_N: Array, first_N: Array, second_N: Array, classes: int) -> dict[str, Score]:
    """Second − first of accuracy and macro F1, from −1 to 1; none where no resample differs, for zero is no width."""
    n = len(labels_N)
    right = [np.where(answers_N == labels_N, labels_N, classes) for answers_N in (first_N, second_N)]

    def statistics(places: Array, axis: int = -1) -> Array:
        support_K = counted(labels_N, places, classes)
        both = []
        for answers_N, right_N in zip((first_N, second_N), right, strict=True):
            correct_K = counted(right_N, places, classes + 1)[..., :classes]
            f1 = macro_f1(correct_K, support_K, counted(answers_N, places, classes))
            both.append(np.stack([correct_K.sum(axis=-1) / n, f1]))
        return np.asarray((both[1] - both[0]).round(12))  # equal ones are equal in whatever order they were summed

    differing = max(1, int((first_N != second_N).sum()))
    reach = Z * math.sqrt(1 + 1 / differing)
    return {
        name: Score(value=value, low=max(-1.0, value - reach * error), high=min(1.0, value + reach * error), n=n)
        for name, value, error in zip(
            ("accuracy", "macro_f1"), *(ends.tolist() for ends in spread(statistics, n)), strict=True
        )
        if error
    }
