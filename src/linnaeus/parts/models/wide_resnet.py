"""Wide residual networks (Zagoruyko & Komodakis 2016, arXiv 1605.07146): WRN-depth-widen, 6n+4 layers deep.

Pre-activation blocks of two 3 × 3 convolutions, the three stages 16·k, 32·k and 64·k wide; the 1 × 1 shortcut where the
width changes sees the activated input. Weights with 10 classes: WRN-16-8 10,961,370, WRN-28-10 36,479,194, as published
(11.0M, 36.5M). The report's table gives 11.3M for WRN-16-8: the code it used had a 1 × 1 shortcut in every block and a
bias in every convolution (11,310,826).
"""

from torch import Tensor, nn

from linnaeus.parts.models._network import Activation, Network, activated, drawn


def build(
    in_channels: int,
    num_classes: int,
    /,
    *,
    depth: int = 16,
    widen: int = 8,
    activation: str = "relu",
    dropout: float = 0.0,
) -> nn.Module:
    """`depth` is 6n + 4; `widen` the factor k; `activation`: relu, elu, gelu or silu; `dropout` stands between the two convolutions of a
    block (0: off). ValueError: an option that is none of these.
    """
    if depth < 10 or (depth - 4) % 6:
        raise ValueError(f"depth = {depth} must be 6n + 4: 10, 16, 22, 28, 40, …")
    if widen < 1:
        raise ValueError(f"widen = {widen} must be at least 1")
    active, blocks = activated(activation), (depth - 4) // 6

    def stage(width_in: int, width: int, stride: int) -> nn.Sequential:
        rest = (Block(width, width, 1, active, dropout) for _ in range(blocks - 1))
        return nn.Sequential(Block(width_in, width, stride, active, dropout), *rest)

    features = nn.Sequential(
        nn.Conv2d(in_channels, 16, 3, padding=1, bias=False),
        stage(16, 16 * widen, 1),
        stage(16 * widen, 32 * widen, 2),
        stage(32 * widen, 64 * widen, 2),
        nn.BatchNorm2d(64 * widen),
        active(),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
    )
    return drawn(Network(features, nn.Linear(64 * widen, num_classes)))


class Block(nn.Module):
    def __init__(self, width_in: int, width: int, stride: int, activation: Activation, dropout: float) -> None:
        super().__init__()
        self.active = nn.Sequential(nn.BatchNorm2d(width_in), activation())
        self.residual = nn.Sequential(
            nn.Conv2d(width_in, width, 3, stride, 1, bias=False),
            nn.BatchNorm2d(width),
            activation(),
            nn.Dropout(dropout),
            nn.Conv2d(width, width, 3, padding=1, bias=False),
        )
        self.shortcut = nn.Conv2d(width_in, width, 1, stride, bias=False) if stride > 1 or width_in != width else None

    def forward(self, maps: Tensor) -> Tensor:
        active = self.active(maps)
        out: Tensor = self.residual(active) + (maps if self.shortcut is None else self.shortcut(active))
        return out
