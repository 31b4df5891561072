"""Mirror images left to right. Not for things whose mirror image is another class: digits, letters, traffic signs.

Krizhevsky, Sutskever & Hinton 2012, "ImageNet classification with deep convolutional neural networks".
"""

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor


def build(*, p: float = 0.5) -> Callable[[Tensor, Tensor, torch.Generator], tuple[Tensor, Tensor]]:
    """`p` is the probability that an image is mirrored. ValueError: it lies outside 0–1."""
    if not 0 <= p <= 1:
        raise ValueError(f"p = {p:g} is a probability: from 0 to 1")

    def flip(images_BCHW: Tensor, targets_BK: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        chosen_B = torch.rand(len(images_BCHW), generator=generator) < p
        return mirrored(images_BCHW, chosen_B), targets_BK

    return flip


def mirrored(images_BCHW: Tensor, chosen_B: Tensor) -> Tensor:
    """A copy of the images, the chosen ones mirrored."""
    if images_BCHW.device.type != "cpu" or images_BCHW.dtype is torch.bfloat16:
        return torch.where(chosen_B.to(images_BCHW.device)[:, None, None, None], images_BCHW.flip(3), images_BCHW)
    # NumPy picks images out of a batch faster than torch does, and torch mirrors them faster than NumPy does.
    out_BCHW = images_BCHW.clone()
    chosen = np.flatnonzero(chosen_B.numpy())
    channels_last = not images_BCHW.is_contiguous() and images_BCHW.is_contiguous(memory_format=torch.channels_last)
    order = (0, 2, 3, 1) if channels_last else (0, 1, 2, 3)  # the order in which they lie in memory
    back = (0, 3, 1, 2) if channels_last else (0, 1, 2, 3)
    picked = torch.from_numpy(images_BCHW.permute(order).numpy()[chosen])
    out_BCHW.permute(order).numpy()[chosen] = picked.permute(back).flip(3).permute(order).numpy()
    return out_BCHW
