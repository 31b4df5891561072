"""TrivialAugment (Müller & Hutter 2021, arXiv 2103.10158): one of 14 changes of any strength, drawn for each image.

The changes, their strengths (the paper's wide space) and their pixels are torchvision's; images that drew the same change
of the same strength are changed together.
"""

from collections.abc import Callable

import torch
from torch import Tensor

from linnaeus.parts.augmentations._changes import changed

BINS = 31
# Strength at the greatest magnitude; whether it goes either way. Moves are pixels.
CHANGES = {
    "Identity": (0.0, False),
    "ShearX": (0.99, True),
    "ShearY": (0.99, True),
    "TranslateX": (32.0, True),
    "TranslateY": (32.0, True),
    "Rotate": (135.0, True),
    "Brightness": (0.99, True),
    "Color": (0.99, True),
    "Contrast": (0.99, True),
    "Sharpness": (0.99, True),
    "Posterize": (6.0, False),
    "Solarize": (255.0, False),
    "AutoContrast": (0.0, False),
    "Equalize": (0.0, False),
}


def build(*, fill: float = 0.0) -> Callable[[Tensor, Tensor, torch.Generator], tuple[Tensor, Tensor]]:
    """`fill` (0–255) is what comes in from outside the image. ValueError: it is out of range, or images have neither 1 nor 3 channels."""
    if not 0 <= fill <= 255:
        raise ValueError(f"fill = {fill:g} must be from 0 to 255")
    names = list(CHANGES)

    def trivial_augment(images_BCHW: Tensor, targets_BK: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        if images_BCHW.shape[1] not in (1, 3):
            raise ValueError(f"trivial_augment needs images of 1 or 3 channels, not {images_BCHW.shape[1]}")
        images = images_BCHW.round().to(torch.uint8) if images_BCHW.is_floating_point() else images_BCHW.clone()
        kinds_B = torch.randint(len(CHANGES), (len(images),), generator=generator).tolist()
        bins_B = torch.randint(BINS, (len(images),), generator=generator).tolist()
        back_B = torch.randint(2, (len(images),), generator=generator).tolist()
        alike: dict[tuple[str, float], list[int]] = {}
        for image, (kind, bin_, back) in enumerate(zip(kinds_B, bins_B, back_B, strict=True)):
            most, either_way = CHANGES[names[kind]]
            strength = most * bin_ / (BINS - 1) * (-1 if back and either_way else 1)
            alike.setdefault((names[kind], strength), []).append(image)
        for (name, strength), numbers in alike.items():
            if name != "Identity":
                chosen = torch.tensor(numbers, device=images.device)
                images[chosen] = changed(images[chosen], name, strength, fill)
        return torch.empty_like(images_BCHW).copy_(images), targets_BK

    return trivial_augment
