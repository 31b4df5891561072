"""First layers that are too coarse for small images, as those of networks for ImageNet are."""

import torch
from torch import nn

from linnaeus.data.audit.findings import Finding
from linnaeus.errors import LinnaeusError
from linnaeus.recipe import catalog
from linnaeus.recipe.recipe import Recipe
from linnaeus.recipe.spec import Spec

SMALL = 64  # pixels a side up to which an image has none to spare
COARSE = 4  # times smaller each way


def of_recipe(recipe: Recipe, classes: int) -> list[Finding]:
    """What is to be said of the network that a recipe names; nothing of one that cannot be built."""
    if recipe.image_size > SMALL:
        return []
    model = recipe.model.with_option("pretrained", False) if recipe.model.get("pretrained") else recipe.model
    try:
        with torch.device("meta"):  # layers without numbers: no memory, no time, no draw
            module = catalog.build("models", model, recipe.channels, classes, known=recipe.known())
    except (LinnaeusError, RuntimeError, NotImplementedError):  # training says what is wrong with it
        return []
    return finding(module, recipe)


def finding(module: nn.Module, recipe: Recipe) -> list[Finding]:
    """How far the first convolution and a pooling right behind it shrink the image."""
    side = recipe.image_size
    layers = [layer for layer in module.modules() if isinstance(layer, nn.Conv2d | nn.MaxPool2d | nn.AvgPool2d)]
    first = next((place for place, layer in enumerate(layers) if isinstance(layer, nn.Conv2d)), None)
    if side > SMALL or first is None:
        return []
    stem = [layers[first], *(layer for layer in layers[first + 1 : first + 2] if not isinstance(layer, nn.Conv2d))]
    strides = [_first(layer.stride) for layer in stem]
    shrinks = strides[0] * (strides[1] if len(strides) > 1 else 1)
    if strides[0] < 2 or shrinks < COARSE:
        return []
    kernel = _first(layers[first].kernel_size)
    pooled = f", pooling by {strides[1]}" if len(strides) > 1 else ""
    left = max(1, side // shrinks)
    return [
        Finding(
            kind="stem",
            severity="warning",
            what=f"{recipe.model} begins with {kernel}×{kernel}, stride {strides[0]}{pooled}: "
            f"of {side}×{side} pixels it leaves {left}×{left}",
            count=1,
            values={"side": side, "left": left, "model": str(recipe.model)},
            advice=_advice(recipe.model, side, shrinks),
        )
    ]


def _advice(model: Spec, side: int, shrinks: int) -> str:
    larger = f"show the images larger, image_size={min(224, side * shrinks)}"
    if model.name == "timm":
        return f"{larger}, or take a network for small images, such as resnet(depth=20)"
    has_stem = "stem" in catalog.find("models", model.name).options
    small = f'{model.name} with stem="small"' if has_stem else "a network for small images, such as resnet(depth=20)"
    return f"take {small}, or {larger}"


def _first(value: int | tuple[int, ...]) -> int:
    return value[0] if isinstance(value, tuple) else value
