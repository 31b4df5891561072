"""L2 on chosen weights, strength · Σ w², as Keras' `kernel_regularizer=l2(strength)`: `cross_entropy + l2(0.0001)`.

Other than an optimizer's weight decay it is part of the loss: it is seen in the curve, it passes through momentum and through
Adam's scaling, and SAM climbs on it. With plain SGD it is a weight decay of twice the strength.
"""

import re
from collections.abc import Callable

from torch import Tensor


def build(*, strength: float = 0.0001, match: str = "") -> Callable[[str, Tensor], Tensor | None]:
    """`match` is a regular expression that is looked for in a weight's name, as in "conv|head"; empty: all weights.

    Norms, biases and other vectors are left alone.
    """
    if strength < 0:
        raise ValueError(f"strength = {strength:g} cannot be negative")
    try:
        wanted = re.compile(match)
    except re.error as error:
        raise ValueError(f"match = {match!r} is not a regular expression: {error}") from None

    def l2(name: str, weight: Tensor) -> Tensor | None:
        return strength * weight.square().sum() if weight.ndim > 1 and wanted.search(name) else None

    l2.of_weights = True  # type: ignore[attr-defined]  # the contract's mark
    return l2
