"""Mirror each image every second epoch (Jordan 2024, arXiv 2404.00498): in two epochs the network sees each both ways.

Random flips show a quarter of the images the same way in two epochs of two. Here an image is mirrored when a hash of its
place in the training split and the epoch together are even. Where the place is not told, as in a preview, it is drawn.
"""

from collections.abc import Callable

import torch
from torch import Tensor


def build() -> Callable[..., tuple[Tensor, Tensor]]:
    def alternating_flip(
        images_BCHW: Tensor,
        targets_BK: Tensor,
        generator: torch.Generator,
        *,
        indices_B: Tensor | None = None,
        epoch: int = 0,
    ) -> tuple[Tensor, Tensor]:
        coin_B = torch.randint(2, (len(images_BCHW),), generator=generator) if indices_B is None else _parity(indices_B)
        chosen_B = (coin_B + epoch) % 2 == 0
        mask_B111 = chosen_B.to(images_BCHW.device)[:, None, None, None]
        return torch.where(mask_B111, images_BCHW.flip(3), images_BCHW), targets_BK

    alternating_flip.needs_place = True  # type: ignore[attr-defined]  # the contract's mark, on a plain function
    return alternating_flip


def _parity(indices_B: Tensor) -> Tensor:
    """0 or 1, as if by a coin, for each index: the top bit of a multiplicative hash (Knuth's, of 32 bits)."""
    return ((indices_B.long() * 2654435761) >> 31) & 1
