"""Residual networks for small images, 6n+2 layers deep (He et al. 2015, arXiv 1512.03385, section 4.2).

    block="post"   conv–norm–act–conv–norm, sum, act: the paper's
    block="pre"    norm–act–conv–norm–act–conv, sum, and norm–act before pooling (He et al. 2016, arXiv 1603.05027)
    block="elu"    conv–act–conv–norm, sum, nothing after it; one activation after the first convolution and one before
                   pooling, no other norm (Shah et al. 2016, arXiv 1604.04112); meant for activation="elu"

Shortcuts between stages are 1 × 1 convolutions (B; in a "pre" block they see the activated input), or strided
identities filled up with zeros (A: no weights; the paper has it on CIFAR-10). Weights with 10 classes and A: 269,722
· 464,154 · 658,586 · 853,018 · 1,727,962 at depth 20 · 32 · 44 · 56 · 110; B adds 2,752.
State dicts of akamaster/pytorch_resnet_cifar10 load into `resnet(shortcut="A")` through `translate`; at depth 20 and 56
they score 91.73 and 93.39 % on CIFAR-10's 10,000 test images, as their author says.

Measured, depth 20 with B: recipes/cifar10-resnet20.toml, 24 epochs, one seed, test 0.9058 (0.8999–0.9114, n 10,000).

Blueprint separable convolutions (Haase & Amthor 2020, arXiv 2003.13549) can stand for all 3 × 3 ones, the first too:

    convolution="bsconv_u"   1 × 1, then 3 × 3 on each channel by itself
    convolution="bsconv_s"   the 1 × 1 in two, through a quarter as many channels, each with batch norm; the loss pulls
                             the rows of the first towards orthonormal ones (`penalty`, weighted by `orthonormal`)
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from linnaeus.parts.models._network import DepthwiseConv2d, Headed, drawn
from linnaeus.parts.models._orthonormal import orthonormality

ACTIVATIONS: dict[str, Callable[[bool], nn.Module]] = {  # in place where that is possible: a tenth of a step's time
    "relu": nn.ReLU,
    "elu": lambda inplace: nn.ELU(inplace=inplace),
    "gelu": lambda inplace: nn.GELU(),
    "silu": lambda inplace: nn.SiLU(),
    "tanh": lambda inplace: nn.Tanh(),
}
NORMS: dict[str, Callable[[int], nn.Module]] = {
    "batch": nn.BatchNorm2d,
    "group": lambda width: nn.GroupNorm(math.gcd(width, max(1, width // 8)), width),
    "none": lambda width: nn.Identity(),
}
CONVOLUTIONS = ("standard", "bsconv_u", "bsconv_s")


def build(
    in_channels: int,
    num_classes: int,
    /,
    *,
    depth: int = 20,
    width: int = 16,
    block: str = "post",
    shortcut: str = "B",
    activation: str = "relu",
    norm: str = "batch",
    convolution: str = "standard",
    orthonormal: float = 0.1,
    dropout: float = 0.0,
    init: str = "fan_out",
) -> nn.Module:
    """`depth` is 6n + 2; `width` the channels of the first of three stages; `dropout` before the head (0: off). `activation`: relu,
    elu, gelu, silu or tanh; `norm`: batch, group or none; `orthonormal` weighs the penalty of "bsconv_s". `init`: normal weights of He et
    al. 2015 (arXiv 1502.01852), scaled by what a filter gives ("fan_out", and the head as torch has it) or by what it takes
    ("fan_in", the head too: Keras's he_normal, but for its cut tails). ValueError: an option that is none of these, or fewer than 8
    channels.
    """
    if depth < 8 or (depth - 2) % 6:
        raise ValueError(f"depth = {depth} must be 6n + 2: 8, 14, 20, 32, 44, 56, 110, …")
    if block not in BLOCKS:
        raise ValueError(f'block {block!r} must be "post", "pre" or "elu"')
    if shortcut not in ("A", "B"):
        raise ValueError(f'shortcut {shortcut!r} must be "A" (identity and zeros) or "B" (1 × 1 convolution)')
    if activation not in ACTIVATIONS:
        raise ValueError(f"activation {activation!r} must be one of {', '.join(ACTIVATIONS)}")
    if norm not in NORMS:
        raise ValueError(f"norm {norm!r} must be one of {', '.join(NORMS)}")
    if convolution not in CONVOLUTIONS:
        raise ValueError(f"convolution {convolution!r} must be one of {', '.join(CONVOLUTIONS)}")
    if init not in ("fan_out", "fan_in"):
        raise ValueError(f'init {init!r} must be "fan_out" or "fan_in"')
    if width < 8:  # torch 2.15 corrupts memory in a strided 1 × 1 convolution of 2 to 7 channels that lie last, on AVX2
        raise ValueError(f"width = {width} must be at least 8 channels")
    style = Style(block=block, shortcut=shortcut, activation=activation, norm=norm, convolution=convolution)
    network = ResNet(in_channels, num_classes, (depth - 2) // 6, width, style, orthonormal, dropout)
    drawn(network, "fan_in" if init == "fan_in" else "fan_out")
    if init == "fan_in":
        nn.init.kaiming_normal_(network.head.weight, nonlinearity="relu")
        nn.init.zeros_(network.head.bias)
    return network


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """What all blocks of a network have in common."""

    block: str
    shortcut: str
    activation: str
    norm: str
    convolution: str

    def normed(self, width: int) -> nn.Module:
        return NORMS[self.norm](width)

    def activated(self) -> nn.Module:
        return ACTIVATIONS[self.activation](self.norm != "none")  # else what it overwrites may be the shortcut's input

    def convolved(self, width_in: int, width: int, stride: int = 1) -> nn.Module:
        """A 3 × 3 convolution, or what stands for one."""
        if self.convolution == "standard":
            return nn.Conv2d(width_in, width, 3, stride, 1, bias=False)
        depthwise = DepthwiseConv2d(width, stride)
        if self.convolution == "bsconv_u":
            return nn.Sequential(nn.Conv2d(width_in, width, 1, bias=False), depthwise)
        return Subspace(width_in, width, depthwise)


class ResNet(Headed):
    def __init__(
        self,
        in_channels: int,
        num_classes: int,
        blocks: int,
        width: int,
        style: Style,
        orthonormal: float,
        dropout: float,
    ) -> None:
        super().__init__()

        def stage(width_in: int, width: int, stride: int) -> nn.Sequential:
            block = BLOCKS[style.block]
            return nn.Sequential(
                block(width_in, width, stride, style), *(block(width, width, 1, style) for _ in range(blocks - 1))
            )

        self.orthonormal = orthonormal
        self.conv1 = style.convolved(in_channels, width)
        self.bn1 = style.normed(width) if style.block == "post" else nn.Identity()
        self.act1 = nn.Identity() if style.block == "pre" else style.activated()
        self.layer1 = stage(width, width, 1)
        self.layer2 = stage(width, 2 * width, 2)
        self.layer3 = stage(2 * width, 4 * width, 2)
        self.bn2 = style.normed(4 * width) if style.block == "pre" else nn.Identity()
        self.act2 = nn.Identity() if style.block == "post" else style.activated()
        self.pool = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(dropout))
        self.head = nn.Linear(4 * width, num_classes)

    def features(self, images_BCHW: Tensor) -> Tensor:
        maps = self.act1(self.bn1(self.conv1(images_BCHW)))
        maps = self.layer3(self.layer2(self.layer1(maps)))
        features_BD: Tensor = self.pool(self.act2(self.bn2(maps)))
        return features_BD

    def penalty(self) -> Tensor:
        """What the training adds to the loss: how far the subspaces of BSConv-S are from orthonormal, else zero."""
        subspaces = [module.pw1.weight for module in self.modules() if isinstance(module, Subspace)]
        return self.orthonormal * sum((orthonormality(weight) for weight in subspaces), torch.zeros(()))

    def translate(self, state: dict[str, Tensor]) -> dict[str, Tensor]:
        """akamaster's names to ours: without the wrapper's prefix, and the head is called `linear` there."""
        without = {key.removeprefix("module."): value for key, value in state.items()}
        return {("head." + key[7:] if key.startswith("linear.") else key): value for key, value in without.items()}


class PostBlock(nn.Module):
    def __init__(self, width_in: int, width: int, stride: int, style: Style) -> None:
        super().__init__()
        self.conv1 = style.convolved(width_in, width, stride)
        self.bn1 = style.normed(width)
        self.act1 = style.activated()
        self.conv2 = style.convolved(width, width)
        self.bn2 = style.normed(width)
        self.act2 = style.activated()
        self.shortcut = _shortcut(width_in, width, stride, style)

    def forward(self, maps: Tensor) -> Tensor:
        residual = self.bn2(self.conv2(self.act1(self.bn1(self.conv1(maps)))))
        out: Tensor = self.act2(residual + self.shortcut(maps))
        return out


class PreBlock(nn.Module):
    def __init__(self, width_in: int, width: int, stride: int, style: Style) -> None:
        super().__init__()
        self.bn1 = style.normed(width_in)
        self.act1 = style.activated()
        self.conv1 = style.convolved(width_in, width, stride)
        self.bn2 = style.normed(width)
        self.act2 = style.activated()
        self.conv2 = style.convolved(width, width)
        self.shortcut = _shortcut(width_in, width, stride, style)

    def forward(self, maps: Tensor) -> Tensor:
        active = self.act1(self.bn1(maps))
        residual = self.conv2(self.act2(self.bn2(self.conv1(active))))
        out: Tensor = residual + (maps if isinstance(self.shortcut, nn.Identity) else self.shortcut(active))
        return out


class EluBlock(nn.Module):
    def __init__(self, width_in: int, width: int, stride: int, style: Style) -> None:
        super().__init__()
        self.conv1 = style.convolved(width_in, width, stride)
        self.act1 = style.activated()
        self.conv2 = style.convolved(width, width)
        self.bn2 = style.normed(width)
        self.shortcut = _shortcut(width_in, width, stride, style)

    def forward(self, maps: Tensor) -> Tensor:
        out: Tensor = self.bn2(self.conv2(self.act1(self.conv1(maps)))) + self.shortcut(maps)
        return out


BLOCKS: dict[str, Callable[[int, int, int, Style], nn.Module]] = {"post": PostBlock, "pre": PreBlock, "elu": EluBlock}


def _shortcut(width_in: int, width: int, stride: int, style: Style) -> nn.Module:
    if stride == 1 and width_in == width:
        return nn.Identity()
    if style.shortcut == "A":
        return Strided(stride, width - width_in)
    convolution = nn.Conv2d(width_in, width, 1, stride, bias=False)
    return nn.Sequential(convolution) if style.block == "pre" else nn.Sequential(convolution, style.normed(width))


class Strided(nn.Module):
    """Shortcut A: every other pixel, and half of the missing channels as zeros on either side."""

    def __init__(self, stride: int, missing: int) -> None:
        super().__init__()
        self.stride, self.missing = stride, missing

    def forward(self, maps: Tensor) -> Tensor:
        low = self.missing // 2
        return F.pad(maps[:, :, :: self.stride, :: self.stride], (0, 0, 0, 0, low, self.missing - low))


class Subspace(nn.Module):
    """BSConv-S as its authors set it in residual networks: 1 × 1 to a quarter, norm, 1 × 1, norm, 3 × 3 by channel."""

    def __init__(self, width_in: int, width: int, depthwise: nn.Conv2d) -> None:
        super().__init__()
        middle = min(width_in, max(4, math.ceil(width_in / 4)))
        self.pw1 = nn.Conv2d(width_in, middle, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(middle)
        self.pw2 = nn.Conv2d(middle, width, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.dw = depthwise

    def forward(self, maps: Tensor) -> Tensor:
        out: Tensor = self.dw(self.bn2(self.pw2(self.bn1(self.pw1(maps)))))
        return out
