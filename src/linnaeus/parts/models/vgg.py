"""VGG networks for small images (Simonyan & Zisserman 2014, arXiv 1409.1556), with batch norm.

Stages of 3 × 3 convolutions, max pooling after each, then two dense layers and the output layer. As is usual at 32 px,
five poolings leave one position; larger images are averaged to one. `dense=4096` gives the paper's dense layers: VGG-19 has
38,975,306 weights with 10 classes (39M in the report's table); `dense=512` leaves it 20,567,882. torchvision's VGG is the one of
ImageNet: dense layers on 7 × 7 positions, which have no batch norm, three channels, ReLU alone.
"""

from torch import nn

from linnaeus.parts.models._network import Network, activated

CONVOLUTIONS = {11: (1, 1, 2, 2, 2), 13: (2, 2, 2, 2, 2), 16: (2, 2, 3, 3, 3), 19: (2, 2, 4, 4, 4)}  # in each stage
LEAST = 32  # pixels: five poolings


def build(
    in_channels: int,
    num_classes: int,
    /,
    *,
    depth: int = 19,
    dense: int = 4096,
    activation: str = "relu",
    norm: bool = True,
    dropout: float = 0.5,
    image_size: int = 32,
) -> nn.Module:
    """`depth`: 11, 13, 16 or 19. `dense`: units of each of the two dense layers (0: none, the head follows the pooling); `dropout`
    after each (0: off). `activation`: relu, elu, gelu or silu; `norm`: batch norm. `image_size` (px) is filled in by the recipe.

    ValueError: an option that is none of these, or images below 32 px.
    """
    if depth not in CONVOLUTIONS:
        raise ValueError(f"depth = {depth} must be one of {', '.join(map(str, CONVOLUTIONS))}")
    active = activated(activation)
    if dense < 0:
        raise ValueError(f"dense = {dense} cannot be negative")
    if image_size < LEAST:
        raise ValueError(f"images of {image_size} px are too small: the least size is {LEAST} px")
    layers: list[nn.Module] = []
    width_in = in_channels
    for stage, convolutions in enumerate(CONVOLUTIONS[depth]):
        width = min(64 * 2**stage, 512)
        for _ in range(convolutions):
            layers.append(nn.Conv2d(width_in, width, 3, padding=1))
            layers += [nn.BatchNorm2d(width), active()] if norm else [active()]
            width_in = width
        layers.append(nn.MaxPool2d(2))
    layers += [nn.AdaptiveAvgPool2d(1), nn.Flatten()]
    for _ in range(2 if dense else 0):
        layers.append(nn.Linear(width_in, dense))
        layers += [nn.BatchNorm1d(dense), active()] if norm else [active()]
        layers.append(nn.Dropout(dropout))
        width_in = dense
    network = Network(nn.Sequential(*layers), nn.Linear(width_in, num_classes))
    for layer in layers:
        if isinstance(layer, nn.Conv2d | nn.Linear):
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
            nn.init.zeros_(layer.bias)  # type: ignore[arg-type]  # both kinds have one here
    return network
