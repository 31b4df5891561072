"""Mean over the classes of recall: of the images with a label, the share that were given that class.

scikit-learn's recall_score, average="macro".
"""

from collections.abc import Callable

from linnaeus.parts.metrics._by_class import Array, macro, ratio


def build() -> Callable[[Array, Array, Array], Array]:
    return macro_recall


def macro_recall(correct_K: Array, support_K: Array, predicted_K: Array) -> Array:
    """A class without images counts 0, as in scikit-learn."""
    return macro(ratio(correct_K, support_K), support_K, predicted_K)
