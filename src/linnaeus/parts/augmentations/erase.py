"""Random erasing (Zhong et al. 2017, arXiv 1708.04896): a random rectangle of an image is painted over.

Where the paper draws a rectangle again until it fits, the one drawn here is cut to the image's height and width.
"""

import math
from collections.abc import Callable, Sequence

import torch
from torch import Tensor


def build(
    *,
    p: float = 0.5,
    scale: Sequence[float] = (0.02, 0.33),
    ratio: Sequence[float] = (0.3, 3.3),
    fill: float | str = 0.0,
) -> Callable[[Tensor, Tensor, torch.Generator], tuple[Tensor, Tensor]]:
    """With probability `p`, a rectangle whose share of the area lies within `scale` and whose height to width within
    `ratio` is filled with the value `fill` (0–255), or with "noise": a random value for each pixel and channel.

    ValueError: an option is out of range, or two numbers are not in order.
    """
    if not 0 <= p <= 1:
        raise ValueError(f"p = {p:g} is a probability: from 0 to 1")
    if len(scale) != 2 or not 0 < scale[0] <= scale[1] <= 1:
        raise ValueError(f"scale = {list(scale)} must be two shares of the area, the smaller first")
    if len(ratio) != 2 or not 0 < ratio[0] <= ratio[1]:
        raise ValueError(f"ratio = {list(ratio)} must be two ratios of height to width, the smaller first")
    if fill != "noise" and (isinstance(fill, str) or not 0 <= fill <= 255):
        raise ValueError(f'fill = {fill!r} must be a value from 0 to 255, or "noise"')

    def erase(images_BCHW: Tensor, targets_BK: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        batch, channels, height, width = images_BCHW.shape
        chance_B, share_B, shape_B, down_B, right_B = torch.rand(5, batch, generator=generator, dtype=torch.float64)
        area_B = height * width * (scale[0] + share_B * (scale[1] - scale[0]))
        ratio_B = torch.exp(math.log(ratio[0]) + shape_B * (math.log(ratio[1]) - math.log(ratio[0])))
        high_B = (area_B * ratio_B).sqrt().round().clamp(1, height)
        wide_B = (area_B / ratio_B).sqrt().round().clamp(1, width)
        top_B = (down_B * (height - high_B + 1)).floor()
        left_B = (right_B * (width - wide_B + 1)).floor()
        boxes = torch.stack([top_B, left_B, top_B + high_B, left_B + wide_B], 1).long()
        chosen_B = chance_B < p
        noise = None
        if fill == "noise":
            words = torch.empty(-(-images_BCHW.numel() // 8), dtype=torch.int64)  # eight values a draw
            bytes_ = words.random_(-(2**63), None, generator=generator).view(torch.uint8)
            noise = bytes_[: images_BCHW.numel()].view(batch, channels, height, width)
        return _painted(images_BCHW, boxes, chosen_B, noise if noise is not None else fill), targets_BK

    return erase


def _painted(images_BCHW: Tensor, boxes: Tensor, chosen_B: Tensor, paint: Tensor | float | str) -> Tensor:
    """The chosen images with their boxes (top, left, bottom, right) painted over."""
    if images_BCHW.device.type == "cpu" and images_BCHW.dtype is not torch.bfloat16:
        out = images_BCHW.clone()
        pixels = out.numpy()
        colours = paint.to(images_BCHW.dtype).numpy() if isinstance(paint, Tensor) else None
        for image in chosen_B.nonzero()[:, 0].tolist():
            top, left, bottom, right = boxes[image].tolist()
            box = (image, slice(None), slice(top, bottom), slice(left, right))
            pixels[box] = paint if colours is None else colours[box]
        return out
    device, (height, width) = images_BCHW.device, images_BCHW.shape[2:]
    top_B, left_B, bottom_B, right_B = boxes.to(device)[..., None].unbind(1)
    rows, columns = torch.arange(height, device=device), torch.arange(width, device=device)
    inside_BH = (rows >= top_B) & (rows < bottom_B) & chosen_B.to(device)[:, None]
    inside_BW = (columns >= left_B) & (columns < right_B)
    inside_BCHW = inside_BH[:, None, :, None] & inside_BW[:, None, None, :]
    if isinstance(paint, Tensor):
        painted_BCHW = torch.where(inside_BCHW, paint.to(device, images_BCHW.dtype), images_BCHW)
        return torch.empty_like(images_BCHW).copy_(painted_BCHW)
    return images_BCHW.clone().masked_fill_(inside_BCHW, float(paint))
