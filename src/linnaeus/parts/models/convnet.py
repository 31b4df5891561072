"""Our default for small images (8–64 px): a plain stack of 3 × 3 convolutions with batch norm, quick on a CPU.

Stages of `depth` convolutions, each stage at half the size and twice the width of the one before, until about 4 px are
left; then the average over positions and one linear layer. Nothing in it is new: VGG (Simonyan & Zisserman 2014) with
batch norm, and global average pooling (Lin et al. 2013) in place of the dense layers. 288,746 weights with 10 classes at 32
px in colour; 16,794 at 8 px in grey with width=16.

Measured: the default recipe for digits (width=16), validation 0.988 (0.966–0.996, n 252), and 0.996 and 0.992 for two other seeds.
"""

import math

from torch import Tensor, nn

ACTIVATIONS = {"relu": nn.ReLU, "elu": nn.ELU, "gelu": nn.GELU, "silu": nn.SiLU, "tanh": nn.Tanh}


def build(
    in_channels: int,
    num_classes: int,
    /,
    *,
    width: int = 32,
    depth: int = 2,
    stages: int = 0,
    activation: str = "relu",
    norm: bool = True,
    dropout: float = 0.0,
    image_size: int = 32,
) -> nn.Module:
    """`width`: channels of the first stage; `depth`: convolutions a stage; `stages` 0: as many as suit the image.

    `dropout` is the share of features that the head does not see (0: off).
    """
    if activation not in ACTIVATIONS:
        raise ValueError(f"activation {activation!r} must be one of {', '.join(ACTIVATIONS)}")
    if width < 1 or depth < 1 or stages < 0:
        raise ValueError(f"width = {width} and depth = {depth} must be at least 1, stages = {stages} at least 0")
    stages = stages or min(5, max(2, round(math.log2(max(image_size, 1) / 4))))
    if image_size < 2 ** (stages - 1):
        raise ValueError(
            f"images of {image_size} px are too small for {stages} stages: at least {2 ** (stages - 1)} px"
        )
    return ConvNet(
        in_channels, num_classes, [width * 2**stage for stage in range(stages)], depth, activation, norm, dropout
    )


class ConvNet(nn.Module):
    def __init__(
        self,
        in_channels: int,
        num_classes: int,
        widths: list[int],
        depth: int,
        activation: str,
        norm: bool,
        dropout: float,
    ) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        for stage, width in enumerate(widths):
            if stage:
                layers.append(nn.MaxPool2d(2))
            for layer in range(depth):
                width_in = width if layer else (widths[stage - 1] if stage else in_channels)
                layers.append(nn.Conv2d(width_in, width, 3, padding=1, bias=not norm))
                if norm:
                    layers.append(nn.BatchNorm2d(width))
                layers.append(ACTIVATIONS[activation]())
        self.features = nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(dropout))
        self.head = nn.Linear(widths[-1], num_classes)
        for module in self.features:
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")

    def forward(self, images_BCHW: Tensor) -> Tensor:
        logits_BK: Tensor = self.head(self.features(images_BCHW))
        return logits_BK
