"""Apply other augmentations to some images only: `sometimes(0.5, crop)`, `sometimes(0.5, [crop, erase])`.

torchvision's RandomApply, but decided image by image.
"""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor


def build(
    *, p: float = 0.5, part: Callable[[], Any] | Sequence[Callable[[], Any]]
) -> Callable[..., tuple[Tensor, Tensor]]:
    """`p` is the probability that an image goes through `part`: one augmentation, or a list of several in order.

    ValueError: `p` lies outside 0–1, or `part` is no augmentation.
    """
    if not 0 <= p <= 1:
        raise ValueError(f"p = {p:g} is a probability: from 0 to 1")
    parts = list(part) if isinstance(part, Sequence) else [part]
    if not all(callable(one) for one in parts):
        raise ValueError("part must be an augmentation or a list of augmentations, as in sometimes(0.5, [crop, erase])")
    stages = [one() for one in parts]

    def sometimes(
        images_BCHW: Tensor,
        targets_BK: Tensor,
        generator: torch.Generator,
        *,
        indices_B: Tensor | None = None,
        epoch: int = 0,
    ) -> tuple[Tensor, Tensor]:
        picked = (torch.rand(len(images_BCHW), generator=generator) < p).nonzero()[:, 0]
        if not len(picked):
            return images_BCHW, targets_BK
        chosen = picked.to(images_BCHW.device)
        place = {} if indices_B is None else {"indices_B": indices_B[picked], "epoch": epoch}
        some_BCHW, some_BK = torch.empty_like(images_BCHW[: len(chosen)]).copy_(images_BCHW[chosen]), targets_BK[chosen]
        for stage in stages:
            told = place if getattr(stage, "needs_place", False) else {}
            some_BCHW, some_BK = stage(some_BCHW, some_BK, generator, **told)
        out_BCHW, out_BK = images_BCHW.clone(), targets_BK.clone()
        out_BCHW[chosen], out_BK[chosen] = some_BCHW, some_BK
        return out_BCHW, out_BK

    sometimes.needs_place = any(getattr(stage, "needs_place", False) for stage in stages)  # type: ignore[attr-defined]
    return sometimes
