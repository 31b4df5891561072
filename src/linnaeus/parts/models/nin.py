"""Network in Network (Lin et al. 2013, arXiv 1312.4400): convolutions followed by 1 × 1 ones, and an average for a head.

966,986 weights with 10 classes, as published (0.97M). The last 1 × 1 convolution, which makes the maps of the classes, is
the linear head here and acts on the average of its input: the same function, but for the ReLU that the paper puts on those
maps and that would keep every logit above zero.
"""

from collections.abc import Callable

from torch import Tensor, nn

ACTIVATIONS: dict[str, Callable[[], nn.Module]] = {
    "relu": lambda: nn.ReLU(inplace=True),
    "elu": lambda: nn.ELU(inplace=True),
    "gelu": nn.GELU,
    "silu": nn.SiLU,
}


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
    """`norm` puts batch norm after each convolution; `dropout` follows each of the two poolings (0: off)."""
    if activation not in ACTIVATIONS:
        raise ValueError(f"activation {activation!r} must be one of {', '.join(ACTIVATIONS)}")
    if image_size < 4:
        raise ValueError(f"images of {image_size} px are too small: the least size is 4 px")
    return NetworkInNetwork(in_channels, num_classes, ACTIVATIONS[activation], norm, dropout)


class NetworkInNetwork(nn.Module):
    def __init__(
        self, in_channels: int, num_classes: int, activation: Callable[[], nn.Module], norm: bool, dropout: float
    ) -> None:
        super().__init__()

        def convolution(width_in: int, width: int, kernel: int) -> list[nn.Module]:
            layer = nn.Conv2d(width_in, width, kernel, padding=kernel // 2)
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
            return [layer, nn.BatchNorm2d(width), activation()] if norm else [layer, activation()]

        def pooling() -> list[nn.Module]:
            return [nn.MaxPool2d(3, 2, padding=1), nn.Dropout(dropout)]

        self.features = nn.Sequential(
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
        self.head = nn.Linear(192, num_classes)

    def forward(self, images_BCHW: Tensor) -> Tensor:
        logits_BK: Tensor = self.head(self.features(images_BCHW))
        return logits_BK
