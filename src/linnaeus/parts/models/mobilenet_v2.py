"""MobileNetV2 (Sandler et al. 2018, arXiv 1801.04381), for 32 px or, with `stem="imagenet"`, as published.

For 32 px the first convolution and the second stage keep the size: strides 1, 1-1-2-2-1-2-1, in place of 2, 1-2-2-2-1-2-1,
as in chenyaofo/pytorch-cifar-models. 815,780 weights at width 0.5 with 100 classes; 3,504,872 at width 1 with 1000, as
published (3.5M). State dicts of that repository and of torchvision load through `translate`.

    orthonormal=0.1     BSConv-S (Haase & Amthor 2020, arXiv 2003.13549): the layers are the same, and the loss pulls the
                        filters of each narrowing 1 × 1 convolution towards orthonormal ones (`penalty`)
    group_channels=16   kEffNet (Schuler et al. 2022, "Grouped pointwise convolutions reduce parameters in convolutional
                        neural networks"): 1 × 1 convolutions in groups of at least so many channels, interleaved, then
                        grouped once more where they narrow
"""

from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor, nn

from linnaeus.parts.models._network import DepthwiseConv2d, Headed, drawn
from linnaeus.parts.models._orthonormal import orthonormality

# widening, width, blocks
STAGES = ((1, 16, 1), (6, 24, 2), (6, 32, 3), (6, 64, 4), (6, 96, 3), (6, 160, 3), (6, 320, 1))
# of the first convolution, the stages
STRIDES = {"small": (1, 1, 1, 2, 2, 1, 2, 1), "imagenet": (2, 1, 2, 2, 2, 1, 2, 1)}
ACTIVATIONS: dict[str, Callable[[], nn.Module]] = {
    "relu6": lambda: nn.ReLU6(inplace=True),
    "relu": lambda: nn.ReLU(inplace=True),
    "elu": lambda: nn.ELU(inplace=True),
    "silu": nn.SiLU,
}
# (width_in, width, activated) to the layers of a 1 × 1 convolution
Layers = Callable[[int, int, bool], list[nn.Module]]


def build(
    in_channels: int,
    num_classes: int,
    /,
    *,
    width: float = 1.0,
    stem: str = "small",
    activation: str = "relu6",
    orthonormal: float = 0.0,
    group_channels: int = 0,
    dropout: float = 0.2,
) -> nn.Module:
    """`width` scales all channels, by 0.05 to 10; `stem`: "small" or "imagenet"; `activation`: relu6, relu, elu or silu; `orthonormal` and
    `group_channels` 0: off; `dropout` stands before the head (0: off). ValueError: an option that is none of these.
    """
    if not 0.05 <= width <= 10:
        raise ValueError(f"width = {width:g} is a factor from 0.05 to 10")
    if stem not in STRIDES:
        raise ValueError(f'stem {stem!r} must be "small" (for images of about 32 px) or "imagenet"')
    if activation not in ACTIVATIONS:
        raise ValueError(f"activation {activation!r} must be one of {', '.join(ACTIVATIONS)}")
    if orthonormal < 0 or group_channels < 0:
        raise ValueError("orthonormal and group_channels cannot be negative (0: off)")
    return MobileNetV2(
        in_channels, num_classes, width, STRIDES[stem], ACTIVATIONS[activation], orthonormal, group_channels, dropout
    )


class MobileNetV2(Headed):
    def __init__(
        self,
        in_channels: int,
        num_classes: int,
        width: float,
        strides: tuple[int, ...],
        activation: Callable[[], nn.Module],
        orthonormal: float,
        group_channels: int,
        dropout: float,
    ) -> None:
        super().__init__()
        self.orthonormal = orthonormal
        pointwise = partial(_pointwise, activation=activation, group_channels=group_channels)
        width_in = _rounded(32 * width)
        first = nn.Conv2d(in_channels, width_in, 3, strides[0], 1, bias=False)
        parts: list[nn.Module] = [nn.Sequential(first, nn.BatchNorm2d(width_in), activation())]
        for (widening, base, blocks), stride in zip(STAGES, strides[1:], strict=True):
            out = _rounded(base * width)
            for block in range(blocks):
                parts.append(Inverted(width_in, out, widening, 1 if block else stride, pointwise, activation))
                width_in = out
        last = _rounded(1280 * max(1.0, width))
        parts.append(nn.Sequential(*pointwise(width_in, last, True)))
        self.features = nn.Sequential(*parts, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(dropout))
        self.head = nn.Linear(last, num_classes)
        drawn(self)
        nn.init.normal_(self.head.weight, 0, 0.01)
        nn.init.zeros_(self.head.bias)

    def penalty(self) -> Tensor:
        """What the training adds to the loss: how far the narrowing convolutions are from orthonormal; zero if off."""
        narrowing = [
            module.narrowing() for module in self.modules() if self.orthonormal and isinstance(module, Inverted)
        ]
        return self.orthonormal * sum((orthonormality(weight) for weight in narrowing), torch.zeros(()))

    def translate(self, state: dict[str, Tensor]) -> dict[str, Tensor]:
        """torchvision's names to ours: the head is called `classifier.1` there."""
        return {key.replace("classifier.1.", "head."): value for key, value in state.items()}


class Inverted(nn.Module):
    """An inverted residual: 1 × 1 to `widening` times the width, 3 × 3 on each channel by itself, 1 × 1 back."""

    def __init__(
        self,
        width_in: int,
        width: int,
        widening: int,
        stride: int,
        pointwise: Layers,
        activation: Callable[[], nn.Module],
    ) -> None:
        super().__init__()
        inner = width_in * widening
        self.conv = nn.Sequential(
            *([nn.Sequential(*pointwise(width_in, inner, True))] if widening > 1 else []),
            nn.Sequential(DepthwiseConv2d(inner, stride), nn.BatchNorm2d(inner), activation()),
            *pointwise(inner, width, False),
        )
        self.narrowing_at = 2 if widening > 1 else 1
        self.residual = stride == 1 and width_in == width

    def forward(self, maps: Tensor) -> Tensor:
        out: Tensor = self.conv(maps)
        return maps + out if self.residual else out

    def narrowing(self) -> Tensor:
        weight: Tensor = next(self.conv[self.narrowing_at].parameters())
        return weight


class Grouped(nn.Module):
    """A grouped 1 × 1 convolution, its channels interleaved, and where it narrows a second one beside a shortcut."""

    def __init__(self, width_in: int, width: int, groups: int, activation: Callable[[], nn.Module] | None) -> None:
        super().__init__()
        act = activation or nn.Identity
        self.first = nn.Sequential(
            nn.Conv2d(width_in, width, 1, groups=groups, bias=False), nn.BatchNorm2d(width), act()
        )
        self.shuffle = nn.ChannelShuffle(groups) if width > groups else nn.Identity()
        self.second: nn.Module | None = None
        if width_in >= width:
            convolution = nn.Conv2d(width, width, 1, groups=groups, bias=False)
            self.second = nn.Sequential(convolution, nn.BatchNorm2d(width), act())

    def forward(self, maps: Tensor) -> Tensor:
        first: Tensor = self.first(maps)
        mixed: Tensor = self.shuffle(first)
        return mixed if self.second is None else first + self.second(mixed)


def _pointwise(
    width_in: int, width: int, activated: bool, activation: Callable[[], nn.Module], group_channels: int
) -> list[nn.Module]:
    """A 1 × 1 convolution with its norm and activation, grouped if that is wished and the widths allow it."""
    most = min(width_in // group_channels, width_in, width) if group_channels else 1
    groups = next((count for count in range(most, 1, -1) if width_in % count == 0 and width % count == 0), 1)
    if groups > 1:
        return [Grouped(width_in, width, groups, activation if activated else None)]
    layers: list[nn.Module] = [nn.Conv2d(width_in, width, 1, bias=False), nn.BatchNorm2d(width)]
    return [*layers, activation()] if activated else layers


def _rounded(width: float) -> int:
    """To a multiple of 8, and not down by more than a tenth."""
    rounded = max(8, int(width + 4) // 8 * 8)
    return rounded + 8 if rounded < 0.9 * width else rounded
