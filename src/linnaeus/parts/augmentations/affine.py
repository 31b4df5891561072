"""Turn, move, scale and shear images about their centre, with bilinear interpolation (torchvision's RandomAffine)."""

import math
from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from linnaeus.parts.augmentations._warp import in_parts, seen_at


def build(
    *,
    degrees: float = 10.0,
    translate: float = 0.1,
    scale: Sequence[float] = (0.9, 1.1),
    shear: float = 0.0,
    p: float = 1.0,
    fill: float = 0.0,
) -> Callable[[Tensor, Tensor, torch.Generator], tuple[Tensor, Tensor]]:
    """Up to ± `degrees` of turning, ± `translate` (a share) of height and width, a factor within `scale`, ± `shear` degrees.

    `p` is the probability that an image is changed; `fill` the value (0–255) of what comes in from outside.
    ValueError: one of them is negative, `shear` is 90 or more, `scale` is not two factors in order, `p` or `fill` is out of range.
    """
    if degrees < 0 or translate < 0 or not 0 <= shear < 90:
        raise ValueError("degrees, translate and shear cannot be negative, and shear must stay below 90")
    if len(scale) != 2 or not 0 < scale[0] <= scale[1]:
        raise ValueError(f"scale = {list(scale)} must be two factors, the smaller first")
    if not 0 <= p <= 1:
        raise ValueError(f"p = {p:g} is a probability: from 0 to 1")
    if not 0 <= fill <= 255:
        raise ValueError(f"fill = {fill:g} must be from 0 to 255")

    def affine(images_BCHW: Tensor, targets_BK: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        batch, _, height, width = images_BCHW.shape
        draws = torch.rand(6, batch, generator=generator, dtype=torch.float64)
        turn, right, down, shear_x = (2 * draws[:4] - 1) * torch.tensor(
            [math.radians(degrees), translate * width, translate * height, math.radians(shear)]
        ).double().view(4, 1)
        factor = scale[0] + draws[4] * (scale[1] - scale[0])
        cos, sin, slant = turn.cos() / factor, turn.sin() / factor, shear_x.tan()
        # Where each pixel of the result comes from: the turn, scale and shear undone.
        matrix_B23 = torch.stack([cos - slant * -sin, sin - slant * cos, -right, -sin, cos, -down], 1).view(-1, 2, 3)
        matrix_B23[draws[5] >= p] = torch.tensor([[1.0, 0, 0], [0, 1, 0]]).double()
        return in_parts(images_BCHW, lambda some, these: warped(some, matrix_B23[these], fill)), targets_BK

    return affine


def warped(images_BCHW: Tensor, matrix_B23: Tensor, fill: float) -> Tensor:
    """Each image seen through its matrix: the place (x, y, 1) of a pixel, from the centre, to where its value is taken.

    The third column is added before the first two are multiplied: it is the way back of a move in the result.
    """
    device, (height, width) = images_BCHW.device, images_BCHW.shape[2:]
    centre = torch.tensor([(width - 1) / 2, (height - 1) / 2], dtype=torch.float64)
    linear_B22 = matrix_B23[:, :, :2]
    offset_B2 = (linear_B22 @ (matrix_B23[:, :, 2] - centre)[..., None])[..., 0] + centre
    fixed = (torch.cat([linear_B22, offset_B2[..., None]], 2) * 4096).round().int().to(device)[..., None, None]
    y, x = torch.meshgrid(
        torch.arange(height, device=device, dtype=torch.int32),
        torch.arange(width, device=device, dtype=torch.int32),
        indexing="ij",
    )
    x16_BHW, y16_BHW = (fixed[:, row, 0] * x + fixed[:, row, 1] * y + fixed[:, row, 2] + 128 >> 8 for row in (0, 1))
    return seen_at(images_BCHW, x16_BHW, y16_BHW, fill)
