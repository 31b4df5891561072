"""RandAugment (Cubuk et al. 2019, arXiv 1909.13719): a few of 14 changes, all of one strength, drawn anew for each image.

The changes, their strengths and their pixels are torchvision's; images that drew the same change are changed together.
"""

from collections.abc import Callable

import torch
from torch import Tensor

from linnaeus.parts.augmentations._changes import changed

BINS = 31
# Strength at the greatest magnitude; whether it goes either way. Moves are shares of height and width.
CHANGES = {
    "Identity": (0.0, False),
    "ShearX": (0.3, True),
    "ShearY": (0.3, True),
    "TranslateX": (150.0 / 331.0, True),
    "TranslateY": (150.0 / 331.0, True),
    "Rotate": (30.0, True),
    "Brightness": (0.9, True),
    "Color": (0.9, True),
    "Contrast": (0.9, True),
    "Sharpness": (0.9, True),
    "Posterize": (4.0, False),
    "Solarize": (255.0, False),
    "AutoContrast": (0.0, False),
    "Equalize": (0.0, False),
}


def build(
    *, changes: int = 2, magnitude: int = 9, fill: float = 0.0
) -> Callable[[Tensor, Tensor, torch.Generator], tuple[Tensor, Tensor]]:
    """`changes` one after another; `magnitude` from 0 to 30; `fill` (0–255) is what comes in from outside the image.

    ValueError: an option is out of range, or images have neither 1 nor 3 channels.
    """
    if changes < 1:
        raise ValueError(f"changes = {changes} must be at least 1")
    if not 0 <= magnitude < BINS:
        raise ValueError(f"magnitude = {magnitude} must be from 0 to {BINS - 1}")
    if not 0 <= fill <= 255:
        raise ValueError(f"fill = {fill:g} must be from 0 to 255")

    def rand_augment(images_BCHW: Tensor, targets_BK: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        if images_BCHW.shape[1] not in (1, 3):
            raise ValueError(f"rand_augment needs images of 1 or 3 channels, not {images_BCHW.shape[1]}")
        sides = {"TranslateX": images_BCHW.shape[3], "TranslateY": images_BCHW.shape[2]}
        images = images_BCHW.round().to(torch.uint8) if images_BCHW.is_floating_point() else images_BCHW.clone()
        for _ in range(changes):
            kinds_B = torch.randint(len(CHANGES), (len(images),), generator=generator)
            back_B = torch.randint(2, (len(images),), generator=generator).bool()
            for kind, (name, (most, either_way)) in enumerate(CHANGES.items()):
                strength = most * magnitude / (BINS - 1) * sides.get(name, 1)
                for sign in (1, -1) if either_way else (1,):
                    mine_B = (kinds_B == kind) & ((back_B == (sign < 0)) | (not either_way))
                    if mine_B.any() and name != "Identity":
                        chosen = mine_B.nonzero()[:, 0].to(images.device)
                        images[chosen] = changed(images[chosen], name, sign * strength, fill)
        return torch.empty_like(images_BCHW).copy_(images), targets_BK

    return rand_augment
