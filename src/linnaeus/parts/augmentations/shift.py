"""Move images by a few pixels: what stands in for a slightly different framing, where a mirror image would be wrong."""

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor


def build(*, pixels: int = 1, fill: str = "edge") -> Callable[[Tensor, Tensor, torch.Generator], tuple[Tensor, Tensor]]:
    """Up to `pixels` in each direction, all (2·pixels + 1)² moves equally likely; the gap is filled with the last row
    and column ("edge") or with black ("zero")."""
    if pixels < 0:
        raise ValueError(f"pixels = {pixels} cannot be negative")
    if fill not in ("edge", "zero"):
        raise ValueError(f'fill {fill!r} must be "edge" or "zero"')

    def shift(images_BCHW: Tensor, targets_BK: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        moves_2B = torch.randint(-pixels, pixels + 1, (2, len(images_BCHW)), generator=generator)
        if images_BCHW.device.type == "cpu" and images_BCHW.dtype is not torch.bfloat16:
            return _with_numpy(images_BCHW, moves_2B.numpy(), pixels, fill), targets_BK
        return _with_torch(images_BCHW, moves_2B, fill), targets_BK

    return shift


def _with_numpy(images_BCHW: Tensor, moves_2B: np.ndarray, pixels: int, fill: str) -> Tensor:
    """Pad, then copy whole rows of each window: a row is one item of a strided view."""
    channels_last = not images_BCHW.is_contiguous() and images_BCHW.is_contiguous(memory_format=torch.channels_last)
    if channels_last:  # noqa: SIM108  # the comments say what the axes are
        planes = images_BCHW.permute(0, 2, 3, 1).numpy()[:, None]  # batch, 1, height, width, channels
    else:
        planes = images_BCHW.contiguous().numpy()[..., None]  # batch, channels, height, width, 1
    batch, depth, height, width, channels = planes.shape
    rim = ((0, 0), (0, 0), (pixels, pixels), (pixels, pixels), (0, 0))
    wide = np.pad(planes, rim, mode="edge") if fill == "edge" else np.pad(planes, rim)
    # Item [image, plane, row, x] is the `width` pixels of that row from x on.
    shape, strides = (batch, depth, height + 2 * pixels, 2 * pixels + 1), wide.strides[:4]
    rows = np.ndarray(shape, f"V{width * channels * wide.itemsize}", wide, 0, strides)
    top_B, left_B = pixels - moves_2B
    wanted_BH = top_B[:, None] + np.arange(height)
    batch_B, planes_P = np.arange(batch), np.arange(depth)
    cut = rows[batch_B[:, None, None], planes_P[:, None], wanted_BH[:, None, :], left_B[:, None, None]]
    out = torch.from_numpy(cut.view(planes.dtype).reshape(planes.shape))
    return out[:, 0].permute(0, 3, 1, 2) if channels_last else out[..., 0]


def _with_torch(images_BCHW: Tensor, moves_2B: Tensor, fill: str) -> Tensor:
    """Every pixel is looked up where it came from: what a device does best."""
    device, (_, channels, height, width) = images_BCHW.device, images_BCHW.shape
    down_B, right_B = moves_2B.to(device)
    rows_BH = torch.arange(height, device=device) - down_B[:, None]
    columns_BW = torch.arange(width, device=device) - right_B[:, None]
    source_BHW = rows_BH.clamp(0, height - 1)[:, :, None] * width + columns_BW.clamp(0, width - 1)[:, None, :]
    out_BCN = images_BCHW.flatten(2).gather(2, source_BHW.flatten(1)[:, None].expand(-1, channels, -1))
    if fill == "zero":
        inside_BHW = (rows_BH == rows_BH.clamp(0, height - 1))[:, :, None] & (
            columns_BW == columns_BW.clamp(0, width - 1)
        )[:, None, :]
        out_BCN = out_BCN.masked_fill(~inside_BHW.flatten(1)[:, None], 0)
    return torch.empty_like(images_BCHW).copy_(out_BCN.view(images_BCHW.shape))
