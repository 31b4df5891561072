"""Brightness, contrast, saturation and hue of each image, by random factors (torchvision's ColorJitter, in this order).

Contrast is about the image's mean grey, saturation about each pixel's grey (ITU-R 601: 0.299 R + 0.587 G + 0.114 B); a hue
turns the colour circle of HSV. Values are cut to 0–255 after each change and rounded once, at the end. Images of one
channel take brightness and contrast; a fourth channel, transparency, stays as it is.
"""

from collections.abc import Callable

import torch
from torch import Tensor

GREY = (0.299, 0.587, 0.114)


def build(
    *,
    brightness: float = 0.2,
    contrast: float = 0.2,
    saturation: float = 0.2,
    hue: float = 0.0,
    p: float = 1.0,
) -> Callable[[Tensor, Tensor, torch.Generator], tuple[Tensor, Tensor]]:
    """Factors between 1 − x and 1 + x for `brightness`, `contrast` and `saturation`; ± `hue` turns of the colour circle, up to 0.5;
    0: off. `p` is the probability that an image is changed.

    ValueError: an option is out of range, or saturation and hue are asked of images of one channel.
    """
    if min(brightness, contrast, saturation) < 0:
        raise ValueError("brightness, contrast and saturation cannot be negative")
    if not 0 <= hue <= 0.5:
        raise ValueError(f"hue = {hue:g} must be from 0 to 0.5 turns")
    if not 0 <= p <= 1:
        raise ValueError(f"p = {p:g} is a probability: from 0 to 1")
    spread = torch.tensor([brightness, contrast, saturation, hue])[:, None]
    middle = torch.tensor([1.0, 1.0, 1.0, 0.0])[:, None]

    def color(images_BCHW: Tensor, targets_BK: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        if images_BCHW.shape[1] < 3 and (saturation or hue):
            raise ValueError("saturation and hue need colours: set both to 0 for images of one channel")
        draws = torch.rand(5, len(images_BCHW), generator=generator)
        factors_4B = middle + spread * (2 * draws[:4] - 1) * (draws[4] < p)
        factors_4B[:3].clamp_(min=0)
        return jittered(images_BCHW, factors_4B, hue > 0), targets_BK

    return color


def jittered(images_BCHW: Tensor, factors_4B: Tensor, with_hue: bool) -> Tensor:
    """The images with their factors of brightness, contrast and saturation and their turns of hue."""
    bright, contrast, saturation, hue = factors_4B.to(images_BCHW.device)[..., None, None, None]
    colours = images_BCHW[:, :3]
    values = (colours * bright).clamp(0, 255)
    mean = (_grey(colours).double().mean((1, 2, 3), keepdim=True) * bright).float()  # exact, in whatever order it sums
    values = (mean + contrast * (values - mean)).clamp(0, 255)
    if colours.shape[1] == 3:
        grey = _grey(values)
        values = (grey + saturation * (values - grey)).clamp(0, 255)
    if with_hue:
        values = _turned(values, hue)
    if not images_BCHW.is_floating_point():
        values = (values + 0.5).floor().clamp(0, 255)
    out_BCHW = images_BCHW.clone()
    out_BCHW[:, :3] = values.to(images_BCHW.dtype)
    return out_BCHW


def _grey(colours: Tensor) -> Tensor:
    if colours.shape[1] < 3:
        return colours.float()
    red, green, blue = colours.float().unbind(1)
    return (GREY[0] * red + GREY[1] * green + GREY[2] * blue)[:, None]


def _turned(values_B3HW: Tensor, turns_B111: Tensor) -> Tensor:
    """The hue turned, value and saturation of HSV kept: channel n is V − C · max(0, min(k, 4 − k, 1)), k = (n + 6H) mod 6,
    with n = 5, 3, 1 for red, green and blue; V is the largest channel, C its distance from the smallest."""
    red, green, blue = values_B3HW.unbind(1)
    top, low = values_B3HW.amax(1), values_B3HW.amin(1)
    chroma = top - low
    safe = chroma.clamp(min=1e-6)
    sixths = torch.where(
        top == red, (green - blue) / safe, torch.where(top == green, 2 + (blue - red) / safe, 4 + (red - green) / safe)
    )
    sixths = sixths + 6 * turns_B111[:, 0]
    channels = []
    for n in (5, 3, 1):
        k = (n + sixths) % 6
        channels.append(top - chroma * torch.minimum(k, 4 - k).clamp(0, 1))
    return torch.stack(channels, 1)
