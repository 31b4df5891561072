"""Take the colours from some images: every channel becomes the grey 0.299 R + 0.587 G + 0.114 B (ITU-R 601).

torchvision's RandomGrayscale.
"""

from collections.abc import Callable

import torch
from torch import Tensor


def build(*, p: float = 0.1) -> Callable[[Tensor, Tensor, torch.Generator], tuple[Tensor, Tensor]]:
    """`p` is the probability that an image turns grey. A fourth channel, transparency, stays as it is.

    ValueError: `p` lies outside 0–1, or the images have one channel.
    """
    if not 0 <= p <= 1:
        raise ValueError(f"p = {p:g} is a probability: from 0 to 1")

    def grayscale(images_BCHW: Tensor, targets_BK: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        if images_BCHW.shape[1] < 3:
            raise ValueError("grayscale needs colours, and these images have one channel: leave it out")
        chosen = (torch.rand(len(images_BCHW), generator=generator) < p).nonzero()[:, 0].to(images_BCHW.device)
        if not len(chosen):
            return images_BCHW, targets_BK
        out_BCHW = images_BCHW.clone()
        out_BCHW[chosen, :3] = grey(images_BCHW[chosen])[:, None].expand(-1, 3, -1, -1)
        return out_BCHW, targets_BK

    return grayscale


def grey(images_BCHW: Tensor) -> Tensor:
    """The grey of each pixel; of whole numbers in whole numbers, so that it is the same on every device."""
    if images_BCHW.is_floating_point():
        red, green, blue = images_BCHW[:, :3].unbind(1)
        return 0.299 * red + 0.587 * green + 0.114 * blue
    red, green, blue = images_BCHW[:, :3].int().unbind(1)
    return ((299 * red + 587 * green + 114 * blue + 500) // 1000).to(images_BCHW.dtype)
