"""Cross-entropy, with label smoothing (Szegedy et al. 2016, arXiv 1512.00567) and class weights: the usual loss."""

from collections.abc import Callable, Sequence

import torch
import torch.nn.functional as F
from torch import Tensor


def build(*, smoothing: float = 0.0, weights: Sequence[float] = ()) -> Callable[[Tensor, Tensor], Tensor]:
    """`smoothing` is the share of each target that is spread evenly over all classes; 0: off.

    `weights` is one factor a class, in the order of the class names (empty: none); a soft target weighs its classes.
    ValueError: `smoothing` lies outside 0–1, a weight is negative, or their number is not that of the classes.
    """
    if not 0 <= smoothing < 1:
        raise ValueError(f"smoothing = {smoothing:g} is a share: from 0 (off) up to but not including 1")
    if any(weight < 0 for weight in weights):
        raise ValueError("weights cannot be negative")
    weights_K = torch.tensor(weights, dtype=torch.float32) if weights else None

    def loss(logits_BK: Tensor, targets_BK: Tensor) -> Tensor:
        # In float32 whatever the network computed in: the logarithm of a sum loses too much in bf16.
        logits_BK, targets_BK = logits_BK.float(), targets_BK.float()
        if weights_K is None:
            return F.cross_entropy(logits_BK, targets_BK, label_smoothing=smoothing, reduction="none")
        if len(weights_K) != targets_BK.shape[1]:
            raise ValueError(f"there are {len(weights_K)} weights for {targets_BK.shape[1]} classes")
        by_class_K = weights_K.to(logits_BK.device)
        return F.cross_entropy(logits_BK, targets_BK, by_class_K, label_smoothing=smoothing, reduction="none")

    return loss
