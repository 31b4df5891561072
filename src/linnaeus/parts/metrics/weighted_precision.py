"""Mean over the classes of precision, each class weighted by its number of images.

scikit-learn's precision_score, average="weighted".
"""

from collections.abc import Callable

from linnaeus.parts.metrics._by_class import Array, ratio, weighted


def build() -> Callable[[Array, Array, Array], Array]:
    return weighted_precision


def weighted_precision(correct_K: Array, support_K: Array, predicted_K: Array) -> Array:
    """Precision of a class: of the images given it, the share that have it as their label; 0 if none was."""
    return weighted(ratio(correct_K, predicted_K), support_K)
