"""Share of images whose label is among the k likeliest classes (top-5: Russakovsky et al. 2014, arXiv 1409.0575)."""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


def build(*, k: int = 5) -> Callable[[Array, Array], Array]:
    """`k`: how many of the likeliest classes count. ValueError: it is no whole number from 1 up, or there are not more classes."""
    if not isinstance(k, int) or k < 1:
        raise ValueError(f"k = {k!r} must be a whole number from 1 up")

    def top(labels_N: Array, probabilities_NK: Array) -> Array:
        """Booleans (N,). Equal probabilities rank by their class's place: a classifier that says the same of all
        classes is not right by a tie, and `top(k=1)` is accuracy.

        Raises:
            ValueError: there are not more than k classes, so that every image would count as right.
        """
        classes = probabilities_NK.shape[1]
        if classes <= k:
            raise ValueError(
                f"the first {k} of {classes} classes hold every image; it says something only for more than {k} classes"
            )
        of_label_N1 = np.take_along_axis(probabilities_NK, labels_N[:, None], axis=1)
        before_NK = np.arange(classes) < labels_N[:, None]
        rank_N = ((probabilities_NK > of_label_N1) | (probabilities_NK == of_label_N1) & before_NK).sum(axis=1)
        return np.asarray(rank_N < k)

    return top
