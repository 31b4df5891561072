"""Filters pulled towards orthonormal ones, strength · Σ ‖W Wᵀ − I‖: `cross_entropy + orthonormal(match="conv2")`.

It is BSConv-S's (Haase & Amthor 2020, arXiv 2003.13549), there on the first 1 × 1 convolution of each pair; models that know
which those are have it as an option of their own. A row of W is a filter; where there are more filters than each has
numbers, the columns are meant: so many rows cannot be orthonormal.
"""

import torch
from torch import Tensor

from linnaeus.parts.losses._of_weights import OfWeights, of_weights


def build(*, strength: float = 0.1, match: str = "") -> OfWeights:
    """`strength` is the factor; `match` a regular expression that is looked for in a weight's name, as in "conv|head"; empty: all weights.

    Norms, biases and other vectors are left alone. ValueError: `strength` is negative, or `match` is no regular expression.
    """
    return of_weights(strength, match, _distance)


def _distance(weight: Tensor) -> Tensor:
    rows = weight.flatten(1)
    if len(rows) > rows.shape[1]:
        rows = rows.T
    unit = torch.eye(len(rows), device=rows.device, dtype=rows.dtype)
    distance: Tensor = torch.linalg.norm(rows @ rows.T - unit)
    return distance
