"""Cutout (DeVries & Taylor 2017, arXiv 1708.04552): a square of an image is painted over, wherever its centre falls.

As in the paper the square may reach over the edge, so that on average less than size × size pixels are lost.
"""

from collections.abc import Callable

import torch
from torch import Tensor


def build(
    *, size: int = 8, p: float = 1.0, fill: float = 0.0
) -> Callable[[Tensor, Tensor, torch.Generator], tuple[Tensor, Tensor]]:
    """`size` is the side of the square in pixels (the paper: 16 for CIFAR-10, 8 for CIFAR-100), `fill` its value, 0–255;
    `p` the probability that an image gets one.

    ValueError: an option is out of range.
    """
    if size < 1:
        raise ValueError(f"size = {size} must be at least 1 pixel")
    if not 0 <= p <= 1:
        raise ValueError(f"p = {p:g} is a probability: from 0 to 1")
    if not 0 <= fill <= 255:
        raise ValueError(f"fill = {fill:g} must be from 0 to 255")

    def cutout(images_BCHW: Tensor, targets_BK: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        batch, _, height, width = images_BCHW.shape
        chosen_B = torch.rand(batch, generator=generator) < p
        top_B = torch.randint(height, (batch,), generator=generator) - size // 2
        left_B = torch.randint(width, (batch,), generator=generator) - size // 2
        rows_BH = torch.arange(height) - top_B[:, None]
        columns_BW = torch.arange(width) - left_B[:, None]
        in_rows_BH = (rows_BH >= 0) & (rows_BH < size) & chosen_B[:, None]
        in_columns_BW = (columns_BW >= 0) & (columns_BW < size)
        inside_BHW = (in_rows_BH[:, :, None] & in_columns_BW[:, None, :]).to(images_BCHW.device)
        return images_BCHW.clone().masked_fill_(inside_BHW[:, None], fill), targets_BK

    return cutout
