"""Mean over the classes of F1, the harmonic mean of precision and recall: 2 correct / (labels + answers).

scikit-learn's f1_score, average="macro".
"""

from collections.abc import Callable

from linnaeus.parts.metrics._by_class import Array, f1, macro


def build() -> Callable[[Array, Array, Array], Array]:
    return macro_f1


def macro_f1(correct_K: Array, support_K: Array, predicted_K: Array) -> Array:
    """All classes count alike, however many images they have."""
    return macro(f1(correct_K, support_K, predicted_K), support_K, predicted_K)
