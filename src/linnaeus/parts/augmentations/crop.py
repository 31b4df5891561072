"""Pad images on all sides and cut their own size out again at a random place.

He et al. 2015, arXiv 1512.03385: 4 px of zeros, for CIFAR.
"""

from collections.abc import Callable

import torch
from torch import Tensor

from linnaeus.parts.augmentations._windows import MODES, windows


def build(*, pad: int = 4, mode: str = "reflect") -> Callable[[Tensor, Tensor, torch.Generator], tuple[Tensor, Tensor]]:
    """`pad` pixels on every side, filled by `mode` with the mirrored rim ("reflect"), with black ("zero") or with the last row
    and column ("edge"); all (2·pad + 1)² places are equally likely.

    ValueError: `pad` is negative, or no smaller than the image where that is reflected; `mode` is another.
    """
    if pad < 0:
        raise ValueError(f"pad = {pad} is a number of pixels and cannot be negative")
    if mode not in MODES:
        raise ValueError(f"mode {mode!r} must be one of {', '.join(MODES)}")

    def crop(images_BCHW: Tensor, targets_BK: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        height, width = images_BCHW.shape[2:]
        if mode == "reflect" and pad >= min(height, width):
            raise ValueError(f"images of {height} × {width} px cannot be reflected by {pad} px: use a smaller pad")
        places_2B = torch.randint(0, 2 * pad + 1, (2, len(images_BCHW)), generator=generator)
        return windows(images_BCHW, places_2B, pad, mode), targets_BK

    return crop
