"""Focal loss (Lin et al. 2017, arXiv 1708.02002): cross-entropy in which what is already right counts less.

The paper's is for one class against the background; this is its usual form for K classes, −Σ t (1 − p)^γ log p, which for
soft targets t is the same with each class's own p.
"""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor


def build(*, gamma: float = 2.0, weights: Sequence[float] = ()) -> Callable[[Tensor, Tensor], Tensor]:
    """`gamma` 0 is plain cross-entropy; `weights` is one factor a class, in the order of the class names (empty: none).

    ValueError: one of them is negative, or the number of weights is not that of the classes.
    """
    if gamma < 0:
        raise ValueError(f"gamma = {gamma:g} cannot be negative")
    if any(weight < 0 for weight in weights):
        raise ValueError("weights cannot be negative")
    weights_K = torch.tensor(weights, dtype=torch.float32) if weights else None

    def loss(logits_BK: Tensor, targets_BK: Tensor) -> Tensor:
        if weights_K is not None:
            if len(weights_K) != targets_BK.shape[1]:
                raise ValueError(f"there are {len(weights_K)} weights for {targets_BK.shape[1]} classes")
            targets_BK = targets_BK * weights_K.to(targets_BK.device)
        log_p_BK = logits_BK.float().log_softmax(1)
        # 1 − p, without cancellation where p is near 1, and kept off zero, where the derivative of its power may be infinite
        rest_BK = -torch.expm1(log_p_BK)
        return -(targets_BK * rest_BK.clamp_min(1e-12) ** gamma * log_p_BK).sum(1)

    return loss
