"""What weights want of a recipe; and which network a file is of whose tensors alone say so: the likely ones are tried.

A name that stands in the file says which family it is of; within the family the one network fits whose backbone has all its tensors
in their shapes, and no other.
"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import torch
from torch import Tensor

from linnaeus.errors import LinnaeusError
from linnaeus.finetuning.weights import matching
from linnaeus.finetuning.weights import source as origin
from linnaeus.recipe import catalog
from linnaeus.recipe.read import Fields
from linnaeus.recipe.recipe import Recipe
from linnaeus.recipe.spec import Spec, parse

SIZE = 224  # pixels: of the published networks below


def _timm(*names: str) -> list[str]:
    return [f'timm("{name}")' for name in names]


# What stands in the names of a family, and its networks, the usual ones first.
FAMILIES: Mapping[str, list[str]] = {
    "_conv_stem": _timm("tf_efficientnet_lite0", "tf_efficientnet_lite2", "efficientnet_b0", "tf_efficientnet_lite1"),
    "conv_stem": _timm(
        *(
            "tf_efficientnet_lite0",
            "efficientnet_b0",
            "mobilenetv3_small_100",
            "mobilenetv3_large_100",
            "mobilenetv2_100",
        ),
        *("tf_efficientnet_lite2", "efficientnet_b1", "efficientnet_b2", "efficientnet_b3", "mobilenetv4_conv_small"),
    ),
    "layer4": [
        *(f"imagenet_resnet(depth={depth})" for depth in (18, 34)),
        *_timm("resnet50", "resnet101", "resnet152"),
    ],
    "cls_token": _timm("vit_tiny_patch16_224", "vit_small_patch16_224", "vit_base_patch16_224"),
    "stages": _timm("convnext_tiny", "convnext_small", "convnext_base", "convnext_nano"),
    "denseblock1": _timm("densenet121", "densenet169", "densenet201"),
    "squeeze": ["squeezenet"],
    "features": ['mobilenet_v2(stem="imagenet")', *_timm("vgg16", "vgg16_bn")],
}


def network(tensors: Mapping[str, Tensor]) -> tuple[Spec, int] | None:
    """The network that these are the weights of, and the channels of its images; None: none of those that are known here."""
    parts, channels = {part for name in tensors for part in name.split(".")}, _channels(tensors)
    for spec in (parse(text) for family, texts in FAMILIES.items() if family in parts for text in texts):
        try:
            with torch.device("meta"):
                module = catalog.build("models", spec, channels, 2, known={"image_size": SIZE})
            fits = matching.match(tensors, module)
        except (LinnaeusError, RuntimeError, NotImplementedError):
            continue
        if not (fits.missing or fits.unexpected or fits.mismatched):
            return spec, channels
    return None


def anchored(recipe: Recipe, runs: Path) -> Recipe:
    """The recipe with a whole path in place of the name of a run or file, so that it can be repeated from elsewhere."""
    return replace(recipe, weights=origin.anchored(recipe.weights, runs)) if recipe.weights else recipe


def defaults(source: str, runs: Path) -> Fields:
    """What weights say of a recipe that says nothing itself: their network, and the images it wants."""
    found = origin.find(origin.anchored(source, runs))
    if found.model is None and (likely := network(found.read()[0])) is not None:
        model, channels = likely
        return {"model": model, "image_size": SIZE, "channels": channels, "resize": "crop"}
    fields: Fields = {"model": found.model} if found.model else {}
    if found.preprocessing:
        fields |= {
            "image_size": found.preprocessing.size,
            "channels": found.preprocessing.channels,
            "resize": found.preprocessing.resize,
        }
    return fields


def _channels(tensors: Mapping[str, Tensor]) -> int:
    """Of the images: what some convolution takes; one that sees each channel by itself takes 1 in whatever network."""
    taken = {int(value.shape[1]) for value in tensors.values() if value.ndim == 4}
    return next((channels for channels in (3, 4, 1) if channels in taken), 3)
