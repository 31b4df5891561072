"""RMSprop (Tieleman & Hinton 2012, "Lecture 6.5: RMSProp", Coursera, Neural Networks for Machine Learning): torch's own."""

from collections.abc import Iterable
from typing import Any

import torch

from linnaeus.parts.optimizers._light import Light


def build(
    groups: Iterable[dict[str, Any]],
    /,
    *,
    lr: float = 0.001,
    alpha: float = 0.99,
    eps: float = 1e-8,
    momentum: float = 0.0,
    centered: bool = False,
    weight_decay: float = 0.0,
) -> torch.optim.Optimizer:
    """`lr` is the learning rate. `alpha` is the decay of the running mean of squares, `eps` what is added to its root; `centered`
    takes the squared running mean of the gradient off it (Graves 2013, arXiv 1308.0850); `momentum` and `weight_decay` 0: off.
    """
    return RMSprop(groups, lr=lr, alpha=alpha, eps=eps, momentum=momentum, centered=centered, weight_decay=weight_decay)


class RMSprop(Light, torch.optim.RMSprop):
    """torch's."""
