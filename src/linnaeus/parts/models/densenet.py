"""DenseNets for small images (Huang et al. 2016, arXiv 1608.06993): each layer sees all the maps before it.

Three blocks, each layer adding `growth` maps; between blocks a 1 × 1 convolution and 2 × 2 average pooling. BC, the
paper's better form, puts a 1 × 1 convolution to 4·growth maps before each 3 × 3 one and halves the maps between blocks.

Weights with 10 classes. Plain: 40×12 1,019,722 and 100×12 6,979,642 (paper: 1.0M, 7.0M). BC: 100×12 769,162 and 250×24
15,324,406 (paper: 0.8M, 15.3M); 100×24 3,020,506; 160×24 6,831,466. The report's table gives 0.85M, 3.3M and 7.5M for
100×12, 100×24 and 160×24: it was made when the second transition of its code halved a count of maps that the first had
not reduced, and it counts the running statistics of batch norm (855,034; 3,307,594; 7,544,074). torchvision's DenseNet is the one
of ImageNet: its stem makes a quarter of each side, and it is always BC.
"""

from torch import Tensor, cat, nn

from linnaeus.parts.models._network import Network, drawn


def build(
    in_channels: int,
    num_classes: int,
    /,
    *,
    depth: int = 100,
    growth: int = 12,
    bottleneck: bool = True,
    dropout: float = 0.0,
    image_size: int = 32,
) -> nn.Module:
    """`depth` is 6n + 4 with `bottleneck` (BC) and 3n + 4 without; `growth`: maps that a layer adds; `dropout` follows each 3 × 3
    convolution (0: off). `image_size` (px) is filled in by the recipe.

    ValueError: another depth, no growth, or images below 4 px.
    """
    step = 6 if bottleneck else 3
    if depth < 4 + step or (depth - 4) % step:
        raise ValueError(f"depth = {depth} must be {step}n + 4, such as {4 + 6 * 6}, {4 + 6 * 16} or {4 + 6 * 26}")
    if growth < 1:
        raise ValueError(f"growth = {growth} must be at least 1 map a layer")
    if image_size < 4:
        raise ValueError(f"images of {image_size} px are too small: the least size is 4 px")
    width = 2 * growth if bottleneck else 16
    parts: list[nn.Module] = [nn.Conv2d(in_channels, width, 3, padding=1, bias=False)]
    for block in range(3):
        for _ in range((depth - 4) // step):
            parts.append(Layer(width, growth, bottleneck, dropout))
            width += growth
        parts += [nn.BatchNorm2d(width), nn.ReLU(inplace=True)]
        if block < 2:
            out = width // 2 if bottleneck else width
            parts += [nn.Conv2d(width, out, 1, bias=False), nn.AvgPool2d(2)]
            width = out
    features = nn.Sequential(*parts, nn.AdaptiveAvgPool2d(1), nn.Flatten())
    return drawn(Network(features, nn.Linear(width, num_classes)), mode="fan_in")


class Layer(nn.Module):
    def __init__(self, width: int, growth: int, bottleneck: bool, dropout: float) -> None:
        super().__init__()
        parts: list[nn.Module] = [nn.BatchNorm2d(width), nn.ReLU(inplace=True)]
        if bottleneck:
            squeezed = 4 * growth
            parts += [nn.Conv2d(width, squeezed, 1, bias=False), nn.BatchNorm2d(squeezed), nn.ReLU(inplace=True)]
            width = squeezed
        parts += [nn.Conv2d(width, growth, 3, padding=1, bias=False), nn.Dropout(dropout)]
        self.new = nn.Sequential(*parts)

    def forward(self, maps: Tensor) -> Tensor:
        return cat([maps, self.new(maps)], 1)
