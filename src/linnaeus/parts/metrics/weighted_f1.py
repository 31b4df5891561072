"""Mean over the classes of F1, each class weighted by its number of images.

scikit-learn's f1_score, average="weighted".
"""

from collections.abc import Callable

from linnaeus.parts.metrics._by_class import Array, f1, weighted


def build() -> Callable[[Array, Array, Array], Array]:
    return weighted_f1


def weighted_f1(correct_K: Array, support_K: Array, predicted_K: Array) -> Array:
    """F1 of a class: the harmonic mean of its precision and recall, 2 correct / (labels + answers)."""
    return weighted(f1(correct_K, support_K, predicted_K), support_K)
