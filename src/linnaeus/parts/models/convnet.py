"""Our default for small images (8–64 px): a plain stack of 3 × 3 convolutions with batch norm, quick on a CPU.

Stages of `depth` convolutions, each stage at half the size and twice the width of the one before, until about 4 px are left; then the
average over positions and one linear layer. Nothing in it is new: VGG (Simonyan & Zisserman 2014, arXiv 1409.1556) with batch norm, and
global average pooling (Lin et al. 2013, arXiv 1312.4400) in place of the dense layers. 288,746 weights with 10 classes at 32 px in
colour; 16,794 at 8 px in grey with width=16.

Measured: the default recipe for digits (width=16), validation 0.988 (0.966–0.996, n 252), and 0.996 and 0.992 for two other seeds.
"""

import math

from torch import nn

from linnaeus.parts.models._network import Network, drawn

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

    `activation`: relu, elu, gelu, silu or tanh; `norm`: batch norm after each convolution; `dropout` is the share of features that
    the head does not see (0: off). `image_size` (px) is filled in by the recipe. ValueError: another activation, no width or depth,
    or an image too small for the stages.
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
    layers: list[nn.Module] = []
    width_in = in_channels
    for stage in range(stages):
        if stage:
            layers.append(nn.MaxPool2d(2))
        for _ in range(depth):
            layers.append(nn.Conv2d(width_in, width * 2**stage, 3, padding=1, bias=not norm))
            width_in = width * 2**stage
            layers += [nn.BatchNorm2d(width_in), ACTIVATIONS[activation]()] if norm else [ACTIVATIONS[activation]()]
    features = nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(dropout))
    return drawn(Network(features, nn.Linear(width_in, num_classes)))
