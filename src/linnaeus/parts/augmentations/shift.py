"""Move images by a few pixels: what stands in for a slightly different framing, where a mirror image would be wrong.

Of no paper: it is `crop` without its choice of rims.
"""

from collections.abc import Callable

import torch
from torch import Tensor

from linnaeus.parts.augmentations._windows import windows


def build(*, pixels: int = 1, fill: str = "edge") -> Callable[[Tensor, Tensor, torch.Generator], tuple[Tensor, Tensor]]:
    """Up to `pixels` in each direction, all (2·pixels + 1)² moves equally likely; `fill` says what the gap gets: the last row
    and column ("edge"), or black ("zero"). ValueError: `pixels` is negative, or `fill` is another.
    """
    if pixels < 0:
        raise ValueError(f"pixels = {pixels} cannot be negative")
    if fill not in ("edge", "zero"):
        raise ValueError(f'fill {fill!r} must be "edge" or "zero"')

    def shift(images_BCHW: Tensor, targets_BK: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        moves_2B = torch.randint(-pixels, pixels + 1, (2, len(images_BCHW)), generator=generator)
        return windows(images_BCHW, pixels - moves_2B, pixels, fill), targets_BK

    return shift
