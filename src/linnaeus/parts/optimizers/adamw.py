"""AdamW (Loshchilov & Hutter 2019, arXiv 1711.05101): Adam whose decay shrinks the weights directly. torch's own."""

from collections.abc import Iterable, Sequence
from typing import Any

import torch

from linnaeus.parts.optimizers._light import Fused


def build(
    groups: Iterable[dict[str, Any]],
    /,
    *,
    lr: float = 0.001,
    betas: Sequence[float] = (0.9, 0.999),
    eps: float = 1e-8,
    weight_decay: float = 0.01,
) -> torch.optim.Optimizer:
    """`lr` is the learning rate. Each step takes lr × `weight_decay` off the weights (0: off); groups that set their own keep it.
    `betas` and `eps` as of `adam`. ValueError: `betas` are not two.
    """
    if len(betas) != 2:
        raise ValueError(f"betas = {list(betas)} must be two numbers")
    return AdamW(groups, lr=lr, betas=(betas[0], betas[1]), eps=eps, weight_decay=weight_decay, fused=True)


class AdamW(Fused, torch.optim.AdamW):
    """torch's, fused."""
