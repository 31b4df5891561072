"""The layer table: shape, weights and multiply-accumulates of each layer, and whether it trains."""

from typing import Any

import torch
from torch import Tensor, nn

SILENT = (nn.Identity, nn.Dropout)


@torch.no_grad()
def describe(module: nn.Module, channels: int, size: int) -> dict[str, Any]:
    """Totals and `layers`, for one image. Layers that are functions, not modules, do not appear; their MACs are nought."""
    rows: list[dict[str, Any]] = []
    hooks = [
        layer.register_forward_hook(_recorder(name, rows))
        for name, layer in module.named_modules()
        if not any(True for _ in layer.children()) and not isinstance(layer, SILENT)
    ]
    training, parameter = module.training, next(module.parameters())
    try:
        module.eval()(torch.zeros(1, channels, size, size, device=parameter.device, dtype=parameter.dtype))
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
                "macs": _macs(layer, output),
                "trains": any(parameter.requires_grad for parameter in parameters),
            }
        )

    return record


def _macs(layer: nn.Module, output: Tensor) -> int:
    """Multiply-accumulates of the two layers that dominate; norms, activations and pooling are left out, as is the custom."""
    if isinstance(layer, nn.Conv2d):
        return output.numel() * layer.weight[0].numel()
    if isinstance(layer, nn.Linear):
        return output.numel() * layer.in_features
    return 0
