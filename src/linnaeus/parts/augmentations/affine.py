"""Turn, move, scale and shear images about their centre, with bilinear interpolation.

Positions are rounded to 1/16 of a pixel: then every product and sum is exact in fp32, and the pixels are the same on every
device.
"""

import math
from collections.abc import Callable, Iterable, Sequence

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

AT_ONCE = 2**15  # pixels, on a CPU: what is computed on the way then stays in its cache


def build(
    *,
    degrees: float = 10.0,
    translate: float = 0.1,
    scale: Sequence[float] = (0.9, 1.1),
    shear: float = 0.0,
    p: float = 1.0,
    fill: float = 0.0,
) -> Callable[[Tensor, Tensor, torch.Generator], tuple[Tensor, Tensor]]:
    """Up to ± `degrees` of turning, ± `translate` of height and width, a factor within `scale`, ± `shear` degrees.

    `p` is the probability that an image is changed; `fill` the value (0–255) of what comes in from outside.
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
        pixels = images_BCHW.shape[2] * images_BCHW.shape[3]
        some = max(1, AT_ONCE // pixels) if images_BCHW.device.type == "cpu" else len(images_BCHW)
        out_BCHW = torch.empty_like(images_BCHW)
        for start in range(0, len(images_BCHW), some):
            these = slice(start, start + some)
            out_BCHW[these] = warped(images_BCHW[these], matrix_B23[these], fill)
        return out_BCHW, targets_BK

    return affine


def warped(images_BCHW: Tensor, matrix_B23: Tensor, fill: float) -> Tensor:
    """Each image seen through its matrix: the place (x, y, 1) of a pixel, from the centre, to where its value is taken.

    The third column is added before the first two are multiplied: it is the way back of a move in the result.
    """
    batch, channels, height, width = images_BCHW.shape
    device = images_BCHW.device
    centre = torch.tensor([(width - 1) / 2, (height - 1) / 2], dtype=torch.float64)
    linear_B22 = matrix_B23[:, :, :2]
    offset_B2 = (linear_B22 @ (matrix_B23[:, :, 2] - centre)[..., None])[..., 0] + centre
    fixed = (torch.cat([linear_B22, offset_B2[..., None]], 2) * 4096).round().int().to(device)[..., None, None]
    y, x = torch.meshgrid(
        torch.arange(height, device=device, dtype=torch.int32),
        torch.arange(width, device=device, dtype=torch.int32),
        indexing="ij",
    )
    # In sixteenths of a pixel, and no further out than the rim of `fill` around the image.
    x16_BHW = (fixed[:, 0, 0] * x + fixed[:, 0, 1] * y + fixed[:, 0, 2] + 128 >> 8).clamp(-16, 16 * width)
    y16_BHW = (fixed[:, 1, 0] * x + fixed[:, 1, 1] * y + fixed[:, 1, 2] + 128 >> 8).clamp(-16, 16 * height)
    corner_BN = (((y16_BHW >> 4) + 1) * (width + 3) + (x16_BHW >> 4) + 1).flatten(1)
    right_BN, down_BN = (x16_BHW & 15).flatten(1), (y16_BHW & 15).flatten(1)
    # Of the four pixels around a place: how far each lies from the corner, and its weight in 256ths.
    neighbours = (
        (0, (16 - right_BN) * (16 - down_BN)),
        (1, right_BN * (16 - down_BN)),
        (width + 3, (16 - right_BN) * down_BN),
        (width + 4, right_BN * down_BN),
    )
    if device.type == "cpu" and images_BCHW.dtype is torch.uint8:
        return _blend_with_numpy(images_BCHW, corner_BN, neighbours, fill)
    padded_BCN = F.pad(images_BCHW, (1, 2, 1, 2), value=fill).flatten(2)
    out_BCN = torch.zeros(batch, channels, height * width, device=device)
    for step, weight_BN in neighbours:
        out_BCN += (
            padded_BCN.gather(2, (corner_BN + step).long()[:, None].expand(-1, channels, -1)) * weight_BN[:, None]
        )
    out_BCN = out_BCN / 256
    if not images_BCHW.is_floating_point():
        out_BCN = (out_BCN + 0.5).floor()
    return torch.empty_like(images_BCHW).copy_(out_BCN.view(images_BCHW.shape))


def _blend_with_numpy(
    images_BCHW: Tensor, corner_BN: Tensor, neighbours: Iterable[tuple[int, Tensor]], fill: float
) -> Tensor:
    """The same in whole numbers of 16 bits: 255 · 256 just fits."""
    batch, channels, height, width = images_BCHW.shape
    planes = np.full((channels, batch, height + 3, width + 3), round(fill), np.uint8)
    planes[:, :, 1 : height + 1, 1 : width + 1] = images_BCHW.permute(1, 0, 2, 3).numpy()
    corner = corner_BN.numpy() + np.arange(batch)[:, None] * planes[0, 0].size
    out_BCHW = torch.empty_like(images_BCHW)
    sums = np.full((channels, batch, height * width), 128, np.uint16)
    for step, weight_BN in neighbours:
        index, weight = corner + step, weight_BN.numpy().astype(np.uint16)
        for plane, total in zip(planes, sums, strict=True):
            total += plane.reshape(-1).take(index, mode="clip") * weight
    out_BCHW.permute(1, 0, 2, 3).numpy()[:] = (sums >> 8).reshape(channels, batch, height, width)
    return out_BCHW
