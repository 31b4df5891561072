"""Gaussian blur of random width, as in SimCLR (Chen et al. 2020, arXiv 2002.05709), there of up to 2 px.

The weights of the kernel are whole 256ths that sum to one: then every product and sum is exact, and the pixels are the same
on every device. The rim is mirrored.
"""

import math
from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch import Tensor


def build(
    *, p: float = 0.5, sigma: Sequence[float] = (0.1, 1.0)
) -> Callable[[Tensor, Tensor, torch.Generator], tuple[Tensor, Tensor]]:
    """`p` is the probability that an image is blurred; `sigma` the least and greatest standard deviation, in pixels.

    ValueError: `p` lies outside 0–1, or `sigma` is not two widths above 0 in order.
    """
    if not 0 <= p <= 1:
        raise ValueError(f"p = {p:g} is a probability: from 0 to 1")
    if len(sigma) != 2 or not 0 < sigma[0] <= sigma[1]:
        raise ValueError(f"sigma = {list(sigma)} must be two widths above 0, the smaller first")
    radius = max(1, math.ceil(2.5 * sigma[1]))

    def blur(images_BCHW: Tensor, targets_BK: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        width_B, chance_B = torch.rand(2, len(images_BCHW), generator=generator, dtype=torch.float64)
        chosen_B = chance_B < p
        if not chosen_B.any():
            return images_BCHW, targets_BK
        kernels = gaussian(sigma[0] + width_B[chosen_B] * (sigma[1] - sigma[0]), radius)
        chosen = chosen_B.nonzero()[:, 0].to(images_BCHW.device)
        out_BCHW = images_BCHW.clone()
        out_BCHW[chosen] = blurred(images_BCHW[chosen], kernels)
        return out_BCHW, targets_BK

    return blur


def gaussian(sigma_B: Tensor, radius: int) -> Tensor:
    """Kernels of 2·radius + 1 weights in whole 256ths; what rounding leaves over goes to the middle."""
    places = torch.arange(-radius, radius + 1, dtype=torch.float64)
    weights = torch.exp(-0.5 * (places / sigma_B[:, None]) ** 2)
    weights = (256 * weights / weights.sum(1, keepdim=True)).round()
    weights[:, radius] += 256 - weights.sum(1)
    return weights.long()


def blurred(images_BCHW: Tensor, kernels: Tensor) -> Tensor:
    """The images, each blurred by its kernel along rows and columns; whole numbers are rounded after each."""
    if images_BCHW.device.type == "cpu" and images_BCHW.dtype is torch.uint8:
        return _with_numpy(images_BCHW, kernels)
    whole = not images_BCHW.is_floating_point()
    weights = (kernels.to(images_BCHW.device) / 256)[:, :, None, None, None]
    values = images_BCHW.float()
    for axis in (2, 3):
        size, radius = values.shape[axis], kernels.shape[1] // 2
        padded = values.index_select(axis, torch.from_numpy(_mirrored(size, radius)).to(values.device))
        total = torch.zeros_like(values)
        for step in range(2 * radius + 1):
            total = total + weights[:, step] * padded.narrow(axis, step, size)
        values = (total + 0.5).floor() if whole else total
    return values.to(images_BCHW.dtype)


def _mirrored(size: int, radius: int) -> np.ndarray:
    """The row (or column) at each place of an image with a mirrored rim; of a smaller image than the rim, the last one."""
    places = np.arange(-radius, size + radius)
    return (size - 1 - abs(size - 1 - abs(places))).clip(0, size - 1)


def _with_numpy(images_BCHW: Tensor, kernels: Tensor) -> Tensor:
    """The same in whole numbers of 16 bits: 255 · 256 just fits."""
    batch, channels, height, width = images_BCHW.shape
    values = images_BCHW.permute(0, 2, 3, 1).contiguous().numpy()
    weights = kernels.numpy().astype(np.uint16)[:, :, None, None]
    radius = kernels.shape[1] // 2

    def summed(padded: np.ndarray, stride: int, axis: int, size: int) -> np.ndarray:
        total = np.full((batch, height, width * channels), 128, np.uint16)
        for step in range(2 * radius + 1):
            start = step * stride
            part = padded[:, start : start + size] if axis == 1 else padded[:, :, start : start + size]
            total += part * weights[:, step]
        return (total >> 8).astype(np.uint8)

    rows = values.reshape(batch, height, width * channels)[:, _mirrored(height, radius)]
    values = summed(rows, 1, 1, height).reshape(batch, height, width, channels)
    columns = values.view(f"V{channels}")[:, :, _mirrored(width, radius)].view(np.uint8)
    values = summed(columns.reshape(batch, height, -1), channels, 2, width * channels)
    return torch.from_numpy(values.reshape(batch, height, width, channels)).permute(0, 3, 1, 2)
