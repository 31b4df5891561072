"""ResNeXt-29 for small images (Xie et al. 2016, arXiv 1611.05431), and with squeeze-and-excitation (Hu et al. 2017,
arXiv 1709.01507): `resnext(squeeze=16)` is SE-ResNeXt-29.

Blocks of 1 × 1, grouped 3 × 3 and 1 × 1 convolutions: `cardinality` groups of `base_width` channels in the first of
three stages, doubled in each of the next; stages give out 256, 512 and 1024 channels; 1 × 1 shortcuts between stages.

Weights with 10 classes: 8×64d 34,426,698 and 16×64d 68,155,210, as published (34.4M, 68.1M); 4×64d 17,562,442, and
18,078,538 with squeeze=16. The report's table gives 20M for 4×64d: the code it used had a 1 × 1 shortcut in every block
(20,322,122; with excitation 20,838,218).
"""

from torch import Tensor, nn

from linnaeus.parts.models._network import Network, drawn


def build(
    in_channels: int,
    num_classes: int,
    /,
    *,
    depth: int = 29,
    cardinality: int = 4,
    base_width: int = 64,
    squeeze: int = 0,
    dropout: float = 0.0,
) -> nn.Module:
    """`depth` is 9n + 2; `cardinality` groups of `base_width` channels each; `squeeze` the factor by which excitation narrows the
    channels (16 in its paper; 0: none). `dropout` stands before the head (0: off).

    ValueError: another depth, no group or channel, or `squeeze` beyond 256.
    """
    if depth < 11 or (depth - 2) % 9:
        raise ValueError(f"depth = {depth} must be 9n + 2: 11, 20, 29, 38, …")
    if cardinality < 1 or base_width < 1:
        raise ValueError(f"cardinality = {cardinality} and base_width = {base_width} must be at least 1")
    if squeeze < 0 or squeeze > 256:
        raise ValueError(f"squeeze = {squeeze} must be from 0 (none) to 256")
    blocks = (depth - 2) // 9

    def stage(number: int) -> nn.Sequential:
        width_in, width = (256 * 2 ** (number - 1) if number else 64), 256 * 2**number
        inner = cardinality * base_width * 2**number
        first = Block(width_in, inner, width, 2 if number else 1, cardinality, squeeze)
        rest = (Block(width, inner, width, 1, cardinality, squeeze) for _ in range(blocks - 1))
        return nn.Sequential(first, *rest)

    features = nn.Sequential(
        nn.Conv2d(in_channels, 64, 3, padding=1, bias=False),
        nn.BatchNorm2d(64),
        nn.ReLU(inplace=True),
        stage(0),
        stage(1),
        stage(2),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Dropout(dropout),
    )
    return drawn(Network(features, nn.Linear(1024, num_classes)))


class Block(nn.Module):
    def __init__(self, width_in: int, inner: int, width: int, stride: int, cardinality: int, squeeze: int) -> None:
        super().__init__()
        self.residual = nn.Sequential(
            nn.Conv2d(width_in, inner, 1, bias=False),
            nn.BatchNorm2d(inner),
            nn.ReLU(inplace=True),
            nn.Conv2d(inner, inner, 3, stride, 1, groups=cardinality, bias=False),
            nn.BatchNorm2d(inner),
            nn.ReLU(inplace=True),
            nn.Conv2d(inner, width, 1, bias=False),
            nn.BatchNorm2d(width),
            Excitation(width, squeeze) if squeeze else nn.Identity(),
        )
        self.shortcut: nn.Module = nn.Identity()
        if stride > 1 or width_in != width:
            self.shortcut = nn.Sequential(nn.Conv2d(width_in, width, 1, stride, bias=False), nn.BatchNorm2d(width))
        self.act = nn.ReLU(inplace=True)

    def forward(self, maps: Tensor) -> Tensor:
        out: Tensor = self.act(self.residual(maps) + self.shortcut(maps))
        return out


class Excitation(nn.Module):
    """Each channel is scaled by a number from 0 to 1 that a small dense network reads off the means of all channels."""

    def __init__(self, width: int, squeeze: int) -> None:
        super().__init__()
        narrow = max(1, width // squeeze)
        self.scale = nn.Sequential(
            nn.AdaptiveAvgPool2d(1),
            nn.Flatten(),
            nn.Linear(width, narrow, bias=False),
            nn.ReLU(inplace=True),
            nn.Linear(narrow, width, bias=False),
            nn.Sigmoid(),
        )

    def forward(self, maps: Tensor) -> Tensor:
        scale_BC: Tensor = self.scale(maps)
        return maps * scale_BC[:, :, None, None]
