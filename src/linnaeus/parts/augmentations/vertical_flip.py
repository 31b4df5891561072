"""Mirror images top to bottom: for pictures without an upright, such as those from above or through a microscope.

torchvision's RandomVerticalFlip.
"""

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor


def build(*, p: float = 0.5) -> Callable[[Tensor, Tensor, torch.Generator], tuple[Tensor, Tensor]]:
    """`p` is the probability that an image is turned upside down in the mirror. ValueError: it lies outside 0–1."""
    if not 0 <= p <= 1:
        raise ValueError(f"p = {p:g} is a probability: from 0 to 1")

    def vertical_flip(images_BCHW: Tensor, targets_BK: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        chosen_B = torch.rand(len(images_BCHW), generator=generator) < p
        if images_BCHW.device.type != "cpu" or images_BCHW.dtype is torch.bfloat16:
            mask_B111 = chosen_B.to(images_BCHW.device)[:, None, None, None]
            return torch.where(mask_B111, images_BCHW.flip(2), images_BCHW), targets_BK
        out_BCHW = images_BCHW.clone()
        chosen = np.flatnonzero(chosen_B.numpy())
        channels_last = not images_BCHW.is_contiguous() and images_BCHW.is_contiguous(memory_format=torch.channels_last)
        order = (0, 2, 3, 1) if channels_last else (0, 1, 2, 3)  # the order in which they lie in memory
        picked = images_BCHW.permute(order).numpy()[chosen]
        out_BCHW.permute(order).numpy()[chosen] = picked[:, ::-1] if channels_last else picked[:, :, ::-1]
        return out_BCHW, targets_BK

    return vertical_flip
