"""The layer table: shape, weights and multiply-accumulates of each layer, and whether it trains."""

from collections.abc import Iterator, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from linnaeus.classifier.classifier import build_module
from linnaeus.errors import RecipeError
from linnaeus.recipe import catalog
from linnaeus.recipe.spec import Spec

SILENT = (nn.Identity, nn.Dropout)


def facts(model: Spec, channels: int, classes: int, sizes: Sequence[int]) -> dict[str, Any]:
    """What a network is at each of some image sizes: what `describe` says, or the `fault` why it cannot take it.

    Raises:
        UnknownName, RecipeError: options that the model does not have or take, or no size that it can take.
    """
    catalog.check("models", model, {"image_size": None})
    found = {size: _at_size(model, channels, classes, size) for size in sizes}
    if all("fault" in each for each in found.values()):
        raise RecipeError(next(each["fault"] for each in found.values()))
    return {"model": str(model), "channels": channels, "classes": classes, "sizes": found}


def _at_size(model: Spec, channels: int, classes: int, size: int) -> dict[str, Any]:
    try:
        try:
            with torch.device("meta"):  # shapes without numbers: no memory and no time
                return describe(build_module(model, channels, classes, size), channels, size)
        except (NotImplementedError, RuntimeError):  # a network whose making needs numbers, or a size that is none
            return describe(build_module(model, channels, classes, size), channels, size)
    except (RecipeError, RuntimeError) as error:
        return {"fault": str(error).splitlines()[0]}


def leaves(module: nn.Module) -> Iterator[tuple[str, nn.Module]]:
    """The layers that do the work, in the order in which they are declared, with their names."""
    for name, layer in module.named_modules():
        if not any(True for _ in layer.children()) and not isinstance(layer, nn.Identity):
            yield name, layer


@torch.no_grad()
def describe(module: nn.Module, channels: int, size: int) -> dict[str, Any]:
    """Totals and `layers`, for one image. Layers that are functions, not modules, do not appear; their MACs are nought."""
    rows: list[dict[str, Any]] = []
    hooks = [
        layer.register_forward_hook(_recorder(name, rows))
        for name, layer in leaves(module)
        if not isinstance(layer, SILENT)
    ]
    training, some = module.training, next(iter(module.state_dict().values()))  # a head may hold no weights, but images
    try:
        module.eval()(torch.zeros(1, channels, size, size, device=some.device))
    finally:
        module.train(training)
        for hook in hooks:
            hook.remove()
    parameters = list(module.parameters())
    return {
        "parameters": sum(parameter.numel() for parameter in parameters),
        "trainable": sum(parameter.numel() for parameter in parameters if parameter.requires_grad),
        "macs": sum(row["macs"] for row in rows),
        "layers": rows,
    }


def _recorder(name: str, rows: list[dict[str, Any]]) -> Any:
    def record(layer: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> None:
        parameters = list(layer.parameters(recurse=False))
        rows.append(
            {
                "name": name,
                "kind": type(layer).__name__,
                "output": list(output.shape[1:]),
                "parameters": sum(parameter.numel() for parameter in parameters),
                "macs": macs(layer, output),
                "trains": any(parameter.requires_grad for parameter in parameters),
            }
        )

    return record


def macs(layer: nn.Module, output: Tensor) -> int:
    """Multiply-accumulates for the images in `output`, of the two layers that dominate; norms, activations and pooling are
    left out, as is the custom."""
    if isinstance(layer, nn.Conv2d):
        return output.numel() * layer.weight[0].numel()
    if isinstance(layer, nn.Linear):
        return output.numel() * layer.in_features
    return 0
