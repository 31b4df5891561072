"""Losses of weights rather than of images: a strength times a measure of each matrix whose name matches."""

import re
from collections.abc import Callable

from torch import Tensor

OfWeights = Callable[[str, Tensor], Tensor | None]


def of_weights(strength: float, match: str, measure: Callable[[Tensor], Tensor]) -> OfWeights:
    """Norms, biases and other vectors are left alone. Raises ValueError."""
    if strength < 0:
        raise ValueError(f"strength = {strength:g} cannot be negative")
    try:
        wanted = re.compile(match)
    except re.error as error:
        raise ValueError(f"match = {match!r} is not a regular expression: {error}") from None

    def loss(name: str, weight: Tensor) -> Tensor | None:
        return strength * measure(weight) if weight.ndim > 1 and wanted.search(name) else None

    loss.of_weights = True  # type: ignore[attr-defined]  # the contract's mark
    return loss
