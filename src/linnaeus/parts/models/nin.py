"""Network in Network (Lin et al. 2013, arXiv 1312.4400): convolutions followed by 1 × 1 ones, and an average for a head.

966,986 weights with 10 classes, as published (0.97M). The last 1 × 1 convolution, which makes the maps of the classes, is
the linear head here and acts on the average of its input: the same function, but for the ReLU that the paper puts on those
maps and that would keep every logit above zero.
"""

from torch import nn

from linnaeus.parts.models._network import Network, activated


def build(
    in_channels: int,
    num_classes: int,
    /,
    *,
    activation: str = "relu",
    norm: bool = False,
    dropout: float = 0.5,
    image_size: int = 32,
) -> nn.Module:
    """`activation`: relu, elu, gelu or silu; `norm` puts batch norm after each convolution; `dropout` follows each of the two poolings (0:
    off). `image_size` (px) is filled in by the recipe. ValueError: another activation, or images below 4 px.
    """
    active = activated(activation)
    if image_size < 4:
        raise ValueError(f"images of {image_size} px are too small: the least size is 4 px")

    def convolution(width_in: int, width: int, kernel: int) -> list[nn.Module]:
        layer = nn.Conv2d(width_in, width, kernel, padding=kernel // 2)
        nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
        return [layer, nn.BatchNorm2d(width), active()] if norm else [layer, active()]

    def pooling() -> list[nn.Module]:
        return [nn.MaxPool2d(3, 2, padding=1), nn.Dropout(dropout)]

    features = nn.Sequential(
        *convolution(in_channels, 192, 5),
        *convolution(192, 160, 1),
        *convolution(160, 96, 1),
        *pooling(),
        *convolution(96, 192, 5),
        *convolution(192, 192, 1),
        *convolution(192, 192, 1),
        *pooling(),
        *convolution(192, 192, 3),
        *convolution(192, 192, 1),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
    )
    return Network(features, nn.Linear(192, num_classes))
