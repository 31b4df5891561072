"""First layers that are too coarse for small images, as those of networks for ImageNet are."""

from typing import Any

from linnaeus.errors import LinnaeusError
from linnaeus.recipe import catalog
from linnaeus.recipe.advise import NETWORK
from linnaeus.recipe.recipe import Recipe
from linnaeus.record.facts import Finding

SMALL = 64  # pixels a side up to which an image has none to spare
LARGE = 224  # pixels a side that such networks are made for
COARSE = 4  # times smaller each way


def of_recipe(recipe: Recipe, classes: int) -> list[Finding]:
    """What is to be said of the network that a recipe names; nothing of one that cannot be built."""
    if recipe.image_size > SMALL or recipe.model.name == NETWORK:
        return []
    import torch  # here, since it takes two seconds

    model = recipe.model.with_option("pretrained", False) if recipe.model.get("pretrained") else recipe.model
    try:
        # on the meta device it would draw nothing, after an import of two seconds
        with torch.random.fork_rng(devices=[]):
            module = catalog.build("models", model, recipe.channels, classes, known=recipe.known())
    except (LinnaeusError, RuntimeError, NotImplementedError):  # training says what is wrong with it
        return []
    return finding(module, recipe)


def finding(module: Any, recipe: Recipe) -> list[Finding]:
    """How far the first convolution and a pooling right behind it, of a module of torch, shrink the image."""
    from torch import nn

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
    values = {
        "side": side,
        "left": max(1, side // shrinks),
        "model": str(recipe.model),
        "kernel": _first(layers[first].kernel_size),
        "stride": strides[0],
        "pooling": strides[1] if len(strides) > 1 else 1,
        "larger": min(LARGE, side * shrinks),
        "small_stem": "stem" in catalog.find("models", recipe.model.name).options,
    }
    return [Finding(kind="stem", severity="warning", count=1, values=values)]


def _first(value: int | tuple[int, ...]) -> int:
    return value[0] if isinstance(value, tuple) else value
