"""What networks of this shelf have in common: features before a head, activations by their names, first weights."""

from collections.abc import Callable
from typing import Any, Literal, TypeVar

import torch
from torch import Tensor, nn

Activation = Callable[[], nn.Module]
Made = TypeVar("Made", bound=nn.Module)

ACTIVATIONS: dict[str, Activation] = {  # in place where that is possible: a tenth of a step's time
    "relu": lambda: nn.ReLU(inplace=True),
    "elu": lambda: nn.ELU(inplace=True),
    "gelu": nn.GELU,
    "silu": nn.SiLU,
}


def activated(name: str) -> Activation:
    """Makes a layer at each call. Raises ValueError where the name is none."""
    if name not in ACTIVATIONS:
        raise ValueError(f"activation {name!r} must be one of {', '.join(ACTIVATIONS)}")
    return ACTIVATIONS[name]


class Headed(nn.Module):
    """A network with `features`, a layer or a method, from images to (B, D), and a `head` from there to logits."""

    features: Any
    head: Any

    def forward(self, images_BCHW: Tensor) -> Tensor:
        logits_BK: Tensor = self.head(self.features(images_BCHW))
        return logits_BK


class Network(Headed):
    """One whose features are a layer."""

    def __init__(self, features: nn.Module, head: nn.Module) -> None:
        super().__init__()
        self.features, self.head = features, head


class DepthwiseConv2d(nn.Conv2d):
    """A 3 × 3 convolution of each channel by itself, `padding` 1.

    Trained on a processor in mixed precision it computes in float32: PyTorch's backward pass of such a convolution takes
    several times as long in bf16, even where the processor has matrix units for it. A whole step of MobileNetV2 ×0.5 becomes
    1.6 times as fast by it where there are (`benchmarks/depthwise.py`).
    """

    def __init__(self, width: int, stride: int) -> None:
        super().__init__(width, width, 3, stride, 1, groups=width, bias=False)

    def forward(self, maps: Tensor) -> Tensor:
        if maps.device.type != "cpu" or not (torch.is_grad_enabled() and torch.is_autocast_enabled("cpu")):
            return super().forward(maps)
        with torch.autocast("cpu", enabled=False):
            return super().forward(maps.float()).to(maps.dtype)


def drawn(network: Made, mode: Literal["fan_in", "fan_out"] = "fan_out") -> Made:
    """The network, its convolutions' weights drawn as He et al. 2015 (arXiv 1502.01852), by what a filter gives or takes."""
    for module in network.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.kaiming_normal_(module.weight, mode=mode, nonlinearity="relu")
    return network
