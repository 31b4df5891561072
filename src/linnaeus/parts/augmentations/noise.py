"""Add Gaussian noise, independent in every pixel and channel (torchvision's GaussianNoise, on another scale)."""

from collections.abc import Callable

import torch
from torch import Tensor


def build(*, std: float = 8.0, p: float = 1.0) -> Callable[[Tensor, Tensor, torch.Generator], tuple[Tensor, Tensor]]:
    """`std` is the noise's standard deviation on the scale of 0–255; `p` the probability that an image gets any.

    ValueError: `std` is negative, or `p` lies outside 0–1.
    """
    if std < 0:
        raise ValueError(f"std = {std:g} cannot be negative")
    if not 0 <= p <= 1:
        raise ValueError(f"p = {p:g} is a probability: from 0 to 1")

    def noise(images_BCHW: Tensor, targets_BK: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        chosen_B = torch.rand(len(images_BCHW), generator=generator) < p
        added = torch.randn(images_BCHW.shape, generator=generator) * (std * chosen_B)[:, None, None, None]
        values = images_BCHW + added.to(images_BCHW.device)
        if not images_BCHW.is_floating_point():
            values = (values + 0.5).floor()
        return torch.empty_like(images_BCHW).copy_(values.clamp(0, 255)), targets_BK

    return noise
