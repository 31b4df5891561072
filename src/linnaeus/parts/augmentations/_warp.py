"""Images seen through moved pixels, with bilinear interpolation: what `rotate` and `affine` share.

Positions are whole sixteenths of a pixel: then every product and sum is exact in fp32, and the pixels are the same on every
device.
"""

from collections.abc import Callable, Iterable

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

AT_ONCE = 2**15  # pixels, on a CPU: what is computed on the way then stays in its cache


def in_parts(images_BCHW: Tensor, change: Callable[[Tensor, slice], Tensor]) -> Tensor:
    """`change(images, which of the batch they are)`, on so few images at once as is quick."""
    pixels = images_BCHW.shape[2] * images_BCHW.shape[3]
    some = max(1, AT_ONCE // pixels) if images_BCHW.device.type == "cpu" else len(images_BCHW)
    out_BCHW = torch.empty_like(images_BCHW)
    for start in range(0, len(images_BCHW), some):
        these = slice(start, start + some)
        out_BCHW[these] = change(images_BCHW[these], these)
    return out_BCHW


def seen_at(images_BCHW: Tensor, x16_BHW: Tensor, y16_BHW: Tensor, fill: float) -> Tensor:
    """Each pixel of the result taken from its place in the image, in sixteenths of a pixel; outside is `fill`."""
    batch, channels, height, width = images_BCHW.shape
    # No further out than the rim of `fill` around the image.
    x16_BHW, y16_BHW = x16_BHW.clamp(-16, 16 * width), y16_BHW.clamp(-16, 16 * height)
    corner_BN = (((y16_BHW >> 4) + 1) * (width + 3) + (x16_BHW >> 4) + 1).flatten(1)
    right_BN, down_BN = (x16_BHW & 15).flatten(1), (y16_BHW & 15).flatten(1)
    # Of the four pixels around a place: how far each lies from the corner, and its weight in 256ths.
    neighbours = (
        (0, (16 - right_BN) * (16 - down_BN)),
        (1, right_BN * (16 - down_BN)),
        (width + 3, (16 - right_BN) * down_BN),
        (width + 4, right_BN * down_BN),
    )
    if images_BCHW.device.type == "cpu" and images_BCHW.dtype is torch.uint8:
        return _blend_with_numpy(images_BCHW, corner_BN, neighbours, fill)
    padded_BCN = F.pad(images_BCHW, (1, 2, 1, 2), value=fill).flatten(2)
    out_BCN = torch.zeros(batch, channels, height * width, device=images_BCHW.device)
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
