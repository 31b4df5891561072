"""Cut out a part of each image and enlarge it to the whole size (Szegedy et al. 2014, arXiv 1409.4842), bilinearly.

Where torchvision draws a box again until it fits, the one drawn here is cut to the image's height and width. Positions are
rounded to 1/16 of a pixel: then every product and sum is exact in fp32, and the pixels are the same on every device.
"""

import math
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor


def build(
    *, scale: Sequence[float] = (0.25, 1.0), ratio: Sequence[float] = (0.75, 1.3333333333333333)
) -> Callable[[Tensor, Tensor, torch.Generator], tuple[Tensor, Tensor]]:
    """A box whose share of the area lies within `scale` and whose width to height lies within `ratio`.

    ValueError: they are not two numbers above 0 in order, or `scale` goes beyond 1.
    """
    if len(scale) != 2 or not 0 < scale[0] <= scale[1] <= 1:
        raise ValueError(f"scale = {list(scale)} must be two shares of the area, the smaller first")
    if len(ratio) != 2 or not 0 < ratio[0] <= ratio[1]:
        raise ValueError(f"ratio = {list(ratio)} must be two ratios of width to height, the smaller first")

    def resized_crop(images_BCHW: Tensor, targets_BK: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        batch, _, height, width = images_BCHW.shape
        share_B, shape_B, down_B, right_B = torch.rand(4, batch, generator=generator, dtype=torch.float64)
        area_B = height * width * (scale[0] + share_B * (scale[1] - scale[0]))
        ratio_B = torch.exp(math.log(ratio[0]) + shape_B * (math.log(ratio[1]) - math.log(ratio[0])))
        high_B = (area_B / ratio_B).sqrt().clamp(1, height)
        wide_B = (area_B * ratio_B).sqrt().clamp(1, width)
        boxes = torch.stack([down_B * (height - high_B), right_B * (width - wide_B), high_B, wide_B], 1)
        return enlarged(images_BCHW, boxes), targets_BK

    return resized_crop


def enlarged(images_BCHW: Tensor, boxes: Tensor) -> Tensor:
    """The boxes (top, left, height, width; in pixels, not whole ones) of the images, each at the size of the image."""
    device, (height, width) = images_BCHW.device, images_BCHW.shape[2:]
    top_B, left_B, high_B, wide_B = boxes.unbind(1)
    rows, columns = _between(top_B, high_B, height), _between(left_B, wide_B, width)
    if device.type == "cpu" and images_BCHW.dtype is torch.uint8:
        return _with_numpy(images_BCHW, rows, columns)
    top_BH, bottom_BH, down_BH = (part.to(device) for part in rows)
    left_BW, right_BW, across_BW = (part.to(device) for part in columns)
    batch_B11 = torch.arange(len(images_BCHW), device=device)[:, None, None]
    out_BHWC = torch.zeros(1, device=device)
    for rows_BH, by_row_BH in ((top_BH, 16 - down_BH), (bottom_BH, down_BH)):
        for columns_BW, by_column_BW in ((left_BW, 16 - across_BW), (right_BW, across_BW)):
            weight_BHW = by_row_BH[:, :, None] * by_column_BW[:, None, :]
            pixels_BHWC = images_BCHW[batch_B11, :, rows_BH[:, :, None], columns_BW[:, None, :]]
            out_BHWC = out_BHWC + pixels_BHWC * (weight_BHW[..., None] / 256)
    if not images_BCHW.is_floating_point():
        out_BHWC = (out_BHWC + 0.5).floor()
    return torch.empty_like(images_BCHW).copy_(out_BHWC.permute(0, 3, 1, 2))


def _between(start_B: Tensor, length_B: Tensor, size: int) -> tuple[Tensor, Tensor, Tensor]:
    """The two rows (or columns) that each one of the result lies between, and how far it is between them, in sixteenths."""
    places = start_B[:, None] + (torch.arange(size) + 0.5) * length_B[:, None] / size - 0.5
    sixteenths = (places * 16).round().long().clamp(0, 16 * (size - 1))
    first = sixteenths >> 4
    return first, (first + 1).clamp(max=size - 1), sixteenths & 15


def _with_numpy(images_BCHW: Tensor, rows: tuple[Tensor, ...], columns: tuple[Tensor, ...]) -> Tensor:
    """The same in whole numbers of 16 bits (255 · 16 · 16 just fits): whole rows first, then the pixels within them."""
    batch, channels, height, width = images_BCHW.shape
    images = images_BCHW.permute(0, 2, 3, 1).contiguous().numpy()
    lines = images.reshape(batch, height, width * channels).view(f"V{width * channels}")[..., 0]
    batch_B1 = np.arange(batch)[:, None]

    def line(rows_BH: Tensor) -> npt.NDArray[np.uint8]:
        taken: npt.NDArray[np.uint8] = lines[batch_B1, rows_BH.numpy()].view(np.uint8)
        return taken.reshape(batch, height, width * channels)

    top_BH, bottom_BH, down_BH = rows
    down = down_BH.numpy().astype(np.uint16)[..., None]
    blended = line(top_BH) * (16 - down) + line(bottom_BH) * down
    pixels = blended.reshape(-1, channels).view(f"V{2 * channels}")[:, 0]  # a pixel with all its channels is one item
    starts = np.arange(batch * height).reshape(batch, height, 1) * width

    def pixel(columns_BW: Tensor) -> npt.NDArray[np.uint16]:
        taken: npt.NDArray[np.uint16] = pixels.take(starts + columns_BW.numpy()[:, None], mode="clip").view(np.uint16)
        return taken.reshape(batch, height, width * channels)

    left_BW, right_BW, across_BW = columns
    across = across_BW.numpy().astype(np.uint16).repeat(channels, 1)[:, None]
    total: npt.NDArray[np.uint16] = pixel(left_BW) * (16 - across) + pixel(right_BW) * across + 128
    out = (total >> 8).astype(np.uint8).reshape(batch, height, width, channels)
    return torch.empty_like(images_BCHW).copy_(torch.from_numpy(out).permute(0, 3, 1, 2))
