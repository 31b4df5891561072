"""Wide residual networks (Zagoruyko & Komodakis 2016, arXiv 1605.07146): WRN-depth-widen, 6n+4 layers deep.

Pre-activation blocks of two 3 × 3 convolutions, the three stages 16·k, 32·k and 64·k wide; the 1 × 1 shortcut where the
width changes sees the activated input. Weights with 10 classes: WRN-16-8 10,961,370, WRN-28-10 36,479,194, as published
(11.0M, 36.5M). The report's table gives 11.3M for WRN-16-8: the code it used had a 1 × 1 shortcut in every block and a
bias in every convolution (11,310,826).
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
    depth: int = 16,
    widen: int = 8,
    activation: str = "relu",
    dropout: float = 0.0,
) -> nn.Module:
    """`depth` is 6n + 4; `widen` the factor k; `dropout` stands between the two convolutions of a block (0: off)."""
    if depth < 10 or (depth - 4) % 6:
        raise ValueError(f"depth = {depth} must be 6n + 4: 10, 16, 22, 28, 40, …")
    if widen < 1:
        raise ValueError(f"widen = {widen} must be at least 1")
    if activation not in ACTIVATIONS:
        raise ValueError(f"activation {activation!r} must be one of {', '.join(ACTIVATIONS)}")
    return WideResNet(in_channels, num_classes, (depth - 4) // 6, widen, ACTIVATIONS[activation], dropout)


class WideResNet(nn.Module):
    def __init__(
        self,
        in_channels: int,
        num_classes: int,
        blocks: int,
        widen: int,
        activation: Callable[[], nn.Module],
        dropout: float,
    ) -> None:
        super().__init__()

        def stage(width_in: int, width: int, stride: int) -> nn.Sequential:
            rest = (Block(width, width, 1, activation, dropout) for _ in range(blocks - 1))
            return nn.Sequential(Block(width_in, width, stride, activation, dropout), *rest)

        self.features = nn.Sequential(
            nn.Conv2d(in_channels, 16, 3, padding=1, bias=False),
            stage(16, 16 * widen, 1),
            stage(16 * widen, 32 * widen, 2),
            stage(32 * widen, 64 * widen, 2),
            nn.BatchNorm2d(64 * widen),
            activation(),
            nn.AdaptiveAvgPool2d(1),
            nn.Flatten(),
        )
        self.head = nn.Linear(64 * widen, num_classes)
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")

    def forward(self, images_BCHW: Tensor) -> Tensor:
        logits_BK: Tensor = self.head(self.features(images_BCHW))
        return logits_BK


class Block(nn.Module):
    def __init__(
        self, width_in: int, width: int, stride: int, activation: Callable[[], nn.Module], dropout: float
    ) -> None:
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
