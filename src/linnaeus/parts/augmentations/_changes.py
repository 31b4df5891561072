"""The changes of RandAugment and TrivialAugment, with torchvision's pixels."""

from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor
from torchvision.transforms.v2 import functional as F


def changed(images_BCHW: Tensor, name: str, strength: float, fill: float) -> Tensor:
    """The images after one change. Its strength: a tangent, pixels, degrees, a factor − 1, bits, or grey values."""
    affine = partial(F.affine, images_BCHW, angle=0.0, scale=1.0, fill=[fill])
    # In torchvision a shear is about the left or upper edge, as in Pillow; a strength is a tangent.
    tangent = torch.tensor(strength).atan().rad2deg().item()
    one: Callable[[], Tensor] = {
        "ShearX": lambda: affine(translate=[0, 0], shear=[tangent, 0.0], center=[0, 0]),
        "ShearY": lambda: affine(translate=[0, 0], shear=[0.0, tangent], center=[0, 0]),
        "TranslateX": lambda: affine(translate=[int(strength), 0], shear=[0.0, 0.0]),
        "TranslateY": lambda: affine(translate=[0, int(strength)], shear=[0.0, 0.0]),
        "Rotate": lambda: F.rotate(images_BCHW, strength, fill=[fill]),
        "Brightness": lambda: F.adjust_brightness(images_BCHW, 1 + strength),
        "Color": lambda: F.adjust_saturation(images_BCHW, 1 + strength),
        "Contrast": lambda: F.adjust_contrast(images_BCHW, 1 + strength),
        "Sharpness": lambda: F.adjust_sharpness(images_BCHW, 1 + strength),
        "Posterize": lambda: F.posterize(images_BCHW, 8 - round(strength)),
        "Solarize": lambda: F.solarize(images_BCHW, 255 - strength),
        "AutoContrast": lambda: F.autocontrast(images_BCHW),
        "Equalize": lambda: F.equalize(images_BCHW),
    }[name]
    return one()
