"""Turn images about their centre by a random angle, with bilinear interpolation (torchvision's RandomRotation).

Moving, scaling and shearing as well: `affine`.
"""

import math
from collections.abc import Callable

import torch
from torch import Tensor

from linnaeus.parts.augmentations._warp import in_parts, seen_at


def build(
    *, degrees: float = 15.0, p: float = 1.0, fill: float = 0.0
) -> Callable[[Tensor, Tensor, torch.Generator], tuple[Tensor, Tensor]]:
    """Up to ± `degrees`; `p` is the probability that an image is turned; `fill` (0–255) comes in at the corners.

    ValueError: an option is out of range.
    """
    if degrees < 0:
        raise ValueError(f"degrees = {degrees:g} cannot be negative")
    if not 0 <= p <= 1:
        raise ValueError(f"p = {p:g} is a probability: from 0 to 1")
    if not 0 <= fill <= 255:
        raise ValueError(f"fill = {fill:g} must be from 0 to 255")

    def rotate(images_BCHW: Tensor, targets_BK: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        angle_B, chance_B = torch.rand(2, len(images_BCHW), generator=generator, dtype=torch.float64)
        angle_B = (2 * angle_B - 1) * math.radians(degrees) * (chance_B < p)
        return in_parts(images_BCHW, lambda some, these: turned(some, angle_B[these], fill)), targets_BK

    return rotate


def turned(images_BCHW: Tensor, angle_B: Tensor, fill: float) -> Tensor:
    """Each image turned by its angle, in radians."""
    device, (height, width) = images_BCHW.device, images_BCHW.shape[2:]
    cos, sin = (values.to(device)[:, None, None] for values in (angle_B.cos(), angle_B.sin()))
    y, x = torch.meshgrid(
        torch.arange(height, device=device, dtype=torch.float64) - (height - 1) / 2,
        torch.arange(width, device=device, dtype=torch.float64) - (width - 1) / 2,
        indexing="ij",
    )
    x16_BHW = ((cos * x + sin * y + (width - 1) / 2) * 16).round().int()
    y16_BHW = ((cos * y - sin * x + (height - 1) / 2) * 16).round().int()
    return seen_at(images_BCHW, x16_BHW, y16_BHW, fill)
