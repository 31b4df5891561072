"""Mean over the classes of precision: of the images given a class, the share that have it as their label.

scikit-learn's precision_score, average="macro".
"""

from collections.abc import Callable

from linnaeus.parts.metrics._by_class import Array, macro, ratio


def build() -> Callable[[Array, Array, Array], Array]:
    return macro_precision


def macro_precision(correct_K: Array, support_K: Array, predicted_K: Array) -> Array:
    """A class never given counts 0, as in scikit-learn."""
    return macro(ratio(correct_K, predicted_K), support_K, predicted_K)
