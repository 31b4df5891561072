"""Two classifiers on the very same images: differences of their scores by a paired bootstrap, each image drawn with both answers.

F1 is averaged over the classes that the images have: scikit-learn's `macro` counts an answer that no image has as one more class of
F1 0, so that a network which knows more classes would be held to another mean than the one beside it.

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
            predicted_K = np.where(support_K > 0, counted(answers_N, places, classes), 0)
            both.append(np.stack([correct_K.sum(axis=-1) / n, macro_f1(correct_K, support_K, predicted_K)]))
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
