"""Adam (Kingma & Ba 2014, arXiv 1412.6980): torch's own. Its weight decay is an L2 term in the gradient; see adamw."""

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
    weight_decay: float = 0.0,
) -> torch.optim.Optimizer:
    """`lr` is the learning rate. `betas` are the decays of the two running means, `eps` what is added to the divisor; `weight_decay`
    0: off; groups that set their own keep it. ValueError: `betas` are not two.
    """
    if len(betas) != 2:
        raise ValueError(f"betas = {list(betas)} must be two numbers")
    return Adam(groups, lr=lr, betas=(betas[0], betas[1]), eps=eps, weight_decay=weight_decay, fused=True)


class Adam(Fused, torch.optim.Adam):
    """torch's, fused."""
