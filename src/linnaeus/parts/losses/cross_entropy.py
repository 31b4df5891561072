"""Cross-entropy, with label smoothing (Szegedy et al. 2016, arXiv 1512.00567): the usual loss of classification."""

from collections.abc import Callable

import torch.nn.functional as F
from torch import Tensor


def build(*, smoothing: float = 0.0) -> Callable[[Tensor, Tensor], Tensor]:
    """`smoothing` is the share of each target that is spread evenly over all classes; 0: off."""
    if not 0 <= smoothing < 1:
        raise ValueError(f"smoothing = {smoothing:g} is a share: from 0 (off) up to but not including 1")

    def loss(logits_BK: Tensor, targets_BK: Tensor) -> Tensor:
        # In float32 whatever the network computed in: the logarithm of a sum loses too much in bf16.
        logits_BK, targets_BK = logits_BK.float(), targets_BK.float()
        return F.cross_entropy(logits_BK, targets_BK, label_smoothing=smoothing, reduction="none")

    return loss
