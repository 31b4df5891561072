"""A multilayer perceptron on the raw pixels: dense layers, each with its activation and dropout.

Of no paper. 235,146 weights with 10 classes at 28 px in grey.
"""

from collections.abc import Sequence

from torch import nn

from linnaeus.parts.models._network import Network

ACTIVATIONS = {"relu": nn.ReLU, "tanh": nn.Tanh, "elu": nn.ELU, "gelu": nn.GELU, "silu": nn.SiLU, "sigmoid": nn.Sigmoid}


def build(
    in_channels: int,
    num_classes: int,
    /,
    *,
    hidden: Sequence[int] = (256, 128),
    activation: str = "relu",
    dropout: float = 0.0,
    image_size: int,
) -> nn.Module:
    """`hidden` are the widths of the layers; `activation`: relu, tanh, elu, gelu, silu or sigmoid; `dropout` is the share of each one's
    outputs that is dropped (0: off). `image_size` (px) is filled in by the recipe. ValueError: another activation, or no width.
    """
    if activation not in ACTIVATIONS:
        raise ValueError(f"activation {activation!r} must be one of {', '.join(ACTIVATIONS)}")
    if not hidden or min(hidden) < 1:
        raise ValueError(f"hidden = {list(hidden)} must name at least one width, each at least 1")
    layers: list[nn.Module] = [nn.Flatten()]
    for width_in, width in zip([in_channels * image_size**2, *hidden[:-1]], hidden, strict=True):
        layers += [nn.Linear(width_in, width), ACTIVATIONS[activation](), nn.Dropout(dropout)]
    return Network(nn.Sequential(*layers), nn.Linear(hidden[-1], num_classes))
