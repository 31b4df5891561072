"""A window of the image's own size somewhere in the image with a rim around it: what `crop` and `shift` share."""

import numpy as np
import torch
from torch import Tensor

MODES = ("reflect", "zero", "edge")


def windows(images_BCHW: Tensor, places_2B: Tensor, pad: int, mode: str) -> Tensor:
    """The windows whose upper left corners lie at `places_2B` (down, right) of the images with a rim of `pad` pixels.

    The rim is the mirrored image ("reflect"), black ("zero"), or the last row and column ("edge").
    """
    if images_BCHW.device.type == "cpu" and images_BCHW.dtype is not torch.bfloat16:
        return with_numpy(images_BCHW, places_2B.numpy(), pad, mode)
    return with_torch(images_BCHW, places_2B, pad, mode)


def _sources(size: int, pad: int, mode: str) -> np.ndarray:
    """The row (or column) of the image at each place of the padded one; `size`, one beyond the last, where it is black."""
    places = np.arange(-pad, size + pad)
    if mode == "reflect":
        return size - 1 - abs(size - 1 - abs(places))
    if mode == "edge":
        return places.clip(0, size - 1)
    return np.where((places < 0) | (places >= size), size, places)


def with_numpy(images_BCHW: Tensor, places_2B: np.ndarray, pad: int, mode: str) -> Tensor:
    """Widen the rows once, then copy whole rows of each cut: a row is one item of a strided view."""
    channels_last = not images_BCHW.is_contiguous() and images_BCHW.is_contiguous(memory_format=torch.channels_last)
    if channels_last:  # noqa: SIM108  # the comments say what the axes are
        planes = images_BCHW.permute(0, 2, 3, 1).numpy()[:, None]  # batch, 1, height, width, channels
    else:
        planes = images_BCHW.contiguous().numpy()[..., None]  # batch, channels, height, width, 1
    batch, depth, height, width, channels = planes.shape
    wide = np.empty((batch, depth, height + 1, width + 2 * pad, channels), planes.dtype)
    wide[:, :, :height, pad : pad + width] = planes
    wide[:, :, height] = 0
    pixels = wide.view(f"V{channels * wide.itemsize}")[..., 0] if channels > 1 else wide[..., 0]
    inside = pixels[:, :, :height]
    if pad and mode == "reflect":
        inside[..., :pad] = inside[..., 2 * pad : pad : -1]
        inside[..., pad + width :] = inside[..., pad + width - 2 : width - 2 : -1]
    elif pad and mode == "edge":
        inside[..., :pad] = inside[..., pad : pad + 1]
        inside[..., pad + width :] = inside[..., pad + width - 1 : pad + width]
    elif pad:
        wide[:, :, :, :pad] = 0
        wide[:, :, :, pad + width :] = 0
    # Item [image, plane, row, x] is the `width` pixels of that row from x on.
    shape, strides = (batch, depth, height + 1, 2 * pad + 1), wide.strides[:4]
    rows = np.ndarray(shape, f"V{width * channels * wide.itemsize}", wide, 0, strides)
    top_B, left_B = places_2B
    wanted_BH = _sources(height, pad, mode)[top_B[:, None] + np.arange(height)]
    batch_B, planes_P = np.arange(batch), np.arange(depth)
    cut = rows[batch_B[:, None, None], planes_P[:, None], wanted_BH[:, None, :], left_B[:, None, None]]
    out = torch.from_numpy(cut.view(planes.dtype).reshape(planes.shape))
    return out[:, 0].permute(0, 3, 1, 2) if channels_last else out[..., 0]


def with_torch(images_BCHW: Tensor, places_2B: Tensor, pad: int, mode: str) -> Tensor:
    """Every pixel is looked up: what a device does best."""
    device, (batch, _, height, width) = images_BCHW.device, images_BCHW.shape
    top_B, left_B = places_2B.to(device)
    rows_BH = torch.from_numpy(_sources(height, pad, mode)).to(device)[
        top_B[:, None] + torch.arange(height, device=device)
    ]
    columns_BW = torch.from_numpy(_sources(width, pad, mode)).to(device)[
        left_B[:, None] + torch.arange(width, device=device)
    ]
    batch_B = torch.arange(batch, device=device)
    rows, columns = rows_BH.clamp(max=height - 1)[:, :, None], columns_BW.clamp(max=width - 1)[:, None, :]
    out_BHWC = images_BCHW[batch_B[:, None, None], :, rows, columns]
    black_BHW = (rows_BH == height)[:, :, None] | (columns_BW == width)[:, None, :]
    out_BHWC = out_BHWC.masked_fill(black_BHW[..., None], 0)
    return torch.empty_like(images_BCHW).copy_(out_BHWC.permute(0, 3, 1, 2))
