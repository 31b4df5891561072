"""Filters pulled towards orthonormal ones, strength · Σ ‖W Wᵀ − I‖: `cross_entropy + orthonormal(match="conv2")`.

It is BSConv-S's (Haase & Amthor 2020, arXiv 2003.13549), there on the first 1 × 1 convolution of each pair; models that know
which those are have it as an option of their own. A row of W is a filter; where there are more filters than each has
numbers, the columns are meant: so many rows cannot be orthonormal.
"""

import re
from collections.abc import Callable

import torch
from torch import Tensor


def build(*, strength: float = 0.1, match: str = "") -> Callable[[str, Tensor], Tensor | None]:
    """`match` is a regular expression that is looked for in a weight's name, as in "conv|head"; empty: all weights.

    Norms, biases and other vectors are left alone.
    """
    if strength < 0:
        raise ValueError(f"strength = {strength:g} cannot be negative")
    try:
        wanted = re.compile(match)
    except re.error as error:
        raise ValueError(f"match = {match!r} is not a regular expression: {error}") from None

    def orthonormal(name: str, weight: Tensor) -> Tensor | None:
        if weight.ndim < 2 or not wanted.search(name):
            return None
        rows = weight.flatten(1)
        if len(rows) > rows.shape[1]:
            rows = rows.T
        unit = torch.eye(len(rows), device=rows.device, dtype=rows.dtype)
        distance: Tensor = torch.linalg.norm(rows @ rows.T - unit)
        return strength * distance

    orthonormal.of_weights = True  # type: ignore[attr-defined]  # the contract's mark
    return orthonormal
