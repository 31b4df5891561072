"""Mix-up (Zhang et al. 2017, arXiv 1710.09412): each image is blended with another of the batch, and so are their targets.

Where the paper draws one share for the whole batch, each image has its own. Shares are rounded to 1/256: then the pixels
are the same on every device, and the targets are mixed exactly as the images are.
"""

from collections.abc import Callable

import numpy as np
import torch
from scipy.special import betaincinv
from torch import Tensor


def build(*, alpha: float = 0.2, p: float = 1.0) -> Callable[[Tensor, Tensor, torch.Generator], tuple[Tensor, Tensor]]:
    """The share kept follows Beta(`alpha`, `alpha`): near 0 or 1 for a small `alpha`, even for 1; `p`: how many mix.

    ValueError: `alpha` is not above 0, or `p` lies outside 0–1.
    """
    if alpha <= 0:
        raise ValueError(f"alpha = {alpha:g} must be above 0")
    if not 0 <= p <= 1:
        raise ValueError(f"p = {p:g} is a probability: from 0 to 1")

    def mix_up(images_BCHW: Tensor, targets_BK: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        batch = len(images_BCHW)
        uniform_B, chance_B = torch.rand(2, batch, generator=generator, dtype=torch.float64)
        share_B = torch.from_numpy(betaincinv(alpha, alpha, uniform_B.numpy()))
        share_B = torch.where(chance_B < p, (256 * share_B).round(), 256.0).float()
        other = torch.randperm(batch, generator=generator)
        return blended(images_BCHW, share_B, other), blended(targets_BK, share_B, other)

    return mix_up


def blended(values: Tensor, share_B: Tensor, other: Tensor) -> Tensor:
    """share · values + (1 − share) · values[other], for images and targets alike; shares are whole 256ths."""
    shape = (-1, *[1] * (values.ndim - 1))
    if values.device.type == "cpu" and values.dtype is torch.uint8:  # in whole numbers of 16 bits: 255 · 256 just fits
        channels_last = not values.is_contiguous() and values.is_contiguous(memory_format=torch.channels_last)
        one = values.permute(0, 2, 3, 1).numpy() if channels_last else values.contiguous().numpy()
        share = share_B.numpy().astype(np.uint16).reshape(shape)
        mixed = torch.from_numpy(((one * share + one[other.numpy()] * (256 - share) + 128) >> 8).astype(np.uint8))
        return mixed.permute(0, 3, 1, 2) if channels_last else mixed
    share_B = (share_B / 256).to(values.device).view(shape)
    blend = share_B * values + (1 - share_B) * values[other.to(values.device)]
    if not values.is_floating_point():
        blend = (blend + 0.5).floor()
    return torch.empty_like(values).copy_(blend)
