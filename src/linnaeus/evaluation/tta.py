"""Several views of each image, whose logits are averaged: test-time augmentation.

flip          as it is, and mirrored from left to right
shift         as it is (half the weight), and shifted by one pixel up and left, and down and right (a quarter each); what is
              empty is filled by reflection
flip+shift    all six: what the CIFAR-10 speed runs of Jordan (2024, github.com/KellerJordan/cifar10-airbench) call by tta 2

It costs as many passes as there are views, so it is off unless named, and its scores bear its name: "test+flip".
"""

from collections.abc import Iterator

import torch
from torch import Tensor

SHIFTS = {"none": ((0, 1.0),), "shift": ((0, 0.5), (1, 0.25), (-1, 0.25))}  # pixels along both axes, and weight


def views(images_BCHW: Tensor, kind: str) -> Iterator[tuple[float, Tensor]]:
    """Views of a batch with their weights, which sum to 1; `kind` is a value of the recipe's `tta`."""
    mirrors = [False, True] if kind.startswith("flip") else [False]
    for pixels, weight in SHIFTS["shift" if kind.endswith("shift") else "none"]:
        shifted_BCHW = _shifted(images_BCHW, pixels)
        for mirror in mirrors:
            yield weight / len(mirrors), shifted_BCHW.flip(3) if mirror else shifted_BCHW


def named(split: str, kind: str) -> str:
    """The name under which scores of such views of a split are kept."""
    return split if kind == "none" else f"{split}+{kind}"


def _shifted(images_BCHW: Tensor, pixels: int) -> Tensor:
    """Moved up and left by so many pixels, or down and right by as many below zero."""
    if not pixels:
        return images_BCHW
    _, _, height, width = images_BCHW.shape
    rows, columns = (
        _reflected(torch.arange(side, device=images_BCHW.device) + pixels, side) for side in (height, width)
    )
    return images_BCHW[:, :, rows][:, :, :, columns]


def _reflected(places: Tensor, side: int) -> Tensor:
    last = side - 1
    return (last - (last - places).abs()).abs() if side > 1 else torch.zeros_like(places)
