"""Batches of random images in both layouts, and what is done to them on either path."""

from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

SHAPES = [(3, 16, 16), (1, 9, 12), (4, 13, 8)]
every_layout = pytest.mark.parametrize("channels_last", [True, False])
every_shape = pytest.mark.parametrize("shape", SHAPES)


def batch(shape: tuple[int, int, int], channels_last: bool, count: int = 40) -> Tensor:
    draws = torch.Generator().manual_seed(5)
    images_BCHW = torch.randint(256, (count, *shape), generator=draws, dtype=torch.uint8)
    return images_BCHW.contiguous(memory_format=torch.channels_last) if channels_last else images_BCHW


def rows(images_BCHW: Tensor) -> list[np.ndarray]:
    return list(images_BCHW.permute(0, 2, 3, 1).numpy())


def same(found_BCHW: Tensor, wanted: list[np.ndarray]) -> bool:
    return np.array_equal(np.stack(rows(found_BCHW)), np.stack(wanted))


def on_every_path(function: Any, images_BCHW: Tensor, *arguments: Any) -> list[Tensor]:
    """What the CPU's way gives, and what the devices' way gives, which int32 images take on a CPU too."""
    found = [function(images_BCHW, *arguments), function(images_BCHW.int(), *arguments).to(torch.uint8)]
    assert torch.equal(*found)
    return found
