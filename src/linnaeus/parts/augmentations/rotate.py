"""Turn images about their centre by a random angle, with bilinear interpolation.

Positions are rounded to 1/16 of a pixel: then every product and sum is exact in fp32, and the pixels are the same on every
device. Moving, scaling and shearing as well: `affine`.
"""

import math
from collections.abc import Callable, Iterable

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

AT_ONCE = 2**15  # pixels, on a CPU: what is computed on the way then stays in its cache


def build(
    *, degrees: float = 15.0, p: float = 1.0, fill: float = 0.0
) -> Callable[[Tensor, Tensor, torch.Generator], tuple[Tensor, Tensor]]:
    """Up to ± `degrees`; `p` is the probability that an image is turned; `fill` (0–255) comes in at the corners."""
    if degrees < 0:
        raise ValueError(f"degrees = {degrees:g} cannot be negative")
    if not 0 <= p <= 1:
        raise ValueError(f"p = {p:g} is a probability: from 0 to 1")
    if not 0 <= fill <= 255:
        raise ValueError(f"fill = {fill:g} must be from 0 to 255")

    def rotate(images_BCHW: Tensor, targets_BK: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        angle_B, chance_B = torch.rand(2, len(images_BCHW), generator=generator, dtype=torch.float64)
        angle_B = (2 * angle_B - 1) * math.radians(degrees) * (chance_B < p)
        pixels = images_BCHW.shape[2] * images_BCHW.shape[3]
        some = max(1, AT_ONCE // pixels) if images_BCHW.device.type == "cpu" else len(images_BCHW)
        out_BCHW = torch.empty_like(images_BCHW)
        for start in range(0, len(images_BCHW), some):
            these = slice(start, start + some)
            out_BCHW[these] = turned(images_BCHW[these], angle_B[these], fill)
        return out_BCHW, targets_BK

    return rotate


def turned(images_BCHW: Tensor, angle_B: Tensor, fill: float) -> Tensor:
    """Each image turned by its angle, in radians."""
    batch, channels, height, width = images_BCHW.shape
    device = images_BCHW.device
    cos, sin = (values.to(device)[:, None, None] for values in (angle_B.cos(), angle_B.sin()))
    y, x = torch.meshgrid(
        torch.arange(height, device=device, dtype=torch.float64) - (height - 1) / 2,
        torch.arange(width, device=device, dtype=torch.float64) - (width - 1) / 2,
        indexing="ij",
    )
    # In sixteenths of a pixel, and no further out than the rim of `fill` around the image.
    x16_BHW = ((cos * x + sin * y + (width - 1) / 2) * 16).round().int().clamp(-16, 16 * width)
    y16_BHW = ((cos * y - sin * x + (height - 1) / 2) * 16).round().int().clamp(-16, 16 * height)
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
