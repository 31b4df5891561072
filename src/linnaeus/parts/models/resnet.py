"""Residual networks for small images, 6n+2 layers deep (He et al. 2015, arXiv 1512.03385, section 4.2).

    block="post"   conv–norm–act–conv–norm, sum, act: the paper's
    block="pre"    norm–act–conv–norm–act–conv, sum, and norm–act before pooling (He et al. 2016, arXiv 1603.05027)
    block="elu"    conv–act–conv–norm, sum, nothing after it; one activation after the first convolution and one before
                   pooling, no other norm (Shah et al. 2016, arXiv 1604.04112); meant for activation="elu"

Shortcuts between stages are 1 × 1 convolutions (B; in a "pre" block they see the activated input), or strided
identities filled up with zeros (A: no weights; the paper has it on CIFAR-10). Weights with 10 classes and A: 269,722
· 464,154 · 658,586 · 853,018 · 1,727,962 at depth 20 · 32 · 44 · 56 · 110; B adds 2,752.
State dicts of akamaster/pytorch_resnet_cifar10 load into `resnet(shortcut="A")` through `translate`.
"""

from collections.abc import Callable

import torch.nn.functional as F
from torch import Tensor, nn

ACTIVATIONS: dict[str, Callable[[], nn.Module]] = {
    "relu": lambda: nn.ReLU(inplace=True),
    "elu": lambda: nn.ELU(inplace=True),
    "gelu": nn.GELU,
    "silu": nn.SiLU,
    "tanh": nn.Tanh,
}
NORMS: dict[str, Callable[[int], nn.Module]] = {
    "batch": nn.BatchNorm2d,
    "group": lambda width: nn.GroupNorm(max(1, width // 8), width),
    "none": lambda width: nn.Identity(),
}


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
    dropout: float = 0.0,
) -> nn.Module:
    """`depth` is 6n + 2; `width` the channels of the first of three stages; `dropout` before the head (0: off)."""
    if depth < 8 or (depth - 2) % 6:
        raise ValueError(f"depth = {depth} must be 6n + 2: 8, 14, 20, 32, 44, 56, 110, …")
    if block not in ("post", "pre", "elu"):
        raise ValueError(f'block {block!r} must be "post", "pre" or "elu"')
    if shortcut not in ("A", "B"):
        raise ValueError(f'shortcut {shortcut!r} must be "A" (identity and zeros) or "B" (1 × 1 convolution)')
    if activation not in ACTIVATIONS:
        raise ValueError(f"activation {activation!r} must be one of {', '.join(ACTIVATIONS)}")
    if norm not in NORMS:
        raise ValueError(f"norm {norm!r} must be one of {', '.join(NORMS)}")
    if width < 4:
        raise ValueError(f"width = {width} must be at least 4 channels")
    return ResNet(in_channels, num_classes, (depth - 2) // 6, width, block, shortcut, activation, norm, dropout)


class ResNet(nn.Module):
    def __init__(
        self,
        in_channels: int,
        num_classes: int,
        blocks: int,
        width: int,
        block: str,
        shortcut: str,
        activation: str,
        norm: str,
        dropout: float,
    ) -> None:
        super().__init__()

        def stage(width_in: int, width: int, stride: int) -> nn.Sequential:
            def one(width_in: int, stride: int) -> nn.Module:
                return BLOCKS[block](width_in, width, stride, shortcut, ACTIVATIONS[activation], NORMS[norm])

            return nn.Sequential(one(width_in, stride), *(one(width, 1) for _ in range(blocks - 1)))

        self.conv1 = nn.Conv2d(in_channels, width, 3, padding=1, bias=False)
        if block == "post":
            self.bn1 = NORMS[norm](width)
        self.act1 = nn.Identity() if block == "pre" else ACTIVATIONS[activation]()
        self.layer1 = stage(width, width, 1)
        self.layer2 = stage(width, 2 * width, 2)
        self.layer3 = stage(2 * width, 4 * width, 2)
        last: list[nn.Module] = []
        if block == "pre":
            last.append(NORMS[norm](4 * width))
        if block != "post":
            last.append(ACTIVATIONS[activation]())
        self.last = nn.Sequential(*last, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(dropout))
        self.head = nn.Linear(4 * width, num_classes)
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")

    def features(self, images_BCHW: Tensor) -> Tensor:
        maps = self.conv1(images_BCHW)
        if hasattr(self, "bn1"):
            maps = self.bn1(maps)
        maps = self.layer3(self.layer2(self.layer1(self.act1(maps))))
        features_BD: Tensor = self.last(maps)
        return features_BD

    def forward(self, images_BCHW: Tensor) -> Tensor:
        logits_BK: Tensor = self.head(self.features(images_BCHW))
        return logits_BK

    def translate(self, state: dict[str, Tensor]) -> dict[str, Tensor]:
        """akamaster's names to ours: without the wrapper's prefix, and the head is called `linear` there."""
        without = {key.removeprefix("module."): value for key, value in state.items()}
        return {("head." + key[7:] if key.startswith("linear.") else key): value for key, value in without.items()}


class Shortcut(nn.Module):
    """Option A: every other pixel, and as many zero channels on either side as are missing."""

    def __init__(self, width_in: int, width: int, stride: int) -> None:
        super().__init__()
        self.stride, self.missing = stride, width - width_in

    def forward(self, maps: Tensor) -> Tensor:
        low = self.missing // 2
        return F.pad(maps[:, :, :: self.stride, :: self.stride], (0, 0, 0, 0, low, self.missing - low))


def _shortcut(width_in: int, width: int, stride: int, kind: str, norm: Callable[[int], nn.Module] | None) -> nn.Module:
    if stride == 1 and width_in == width:
        return nn.Identity()
    if kind == "A":
        return Shortcut(width_in, width, stride)
    convolution = nn.Conv2d(width_in, width, 1, stride=stride, bias=False)
    return nn.Sequential(convolution, norm(width)) if norm else nn.Sequential(convolution)


class PostBlock(nn.Module):
    def __init__(
        self,
        width_in: int,
        width: int,
        stride: int,
        shortcut: str,
        activation: Callable[[], nn.Module],
        norm: Callable[[int], nn.Module],
    ) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(width_in, width, 3, stride=stride, padding=1, bias=False)
        self.bn1 = norm(width)
        self.act1 = activation()
        self.conv2 = nn.Conv2d(width, width, 3, padding=1, bias=False)
        self.bn2 = norm(width)
        self.act2 = activation()
        self.shortcut = _shortcut(width_in, width, stride, shortcut, norm)

    def forward(self, maps: Tensor) -> Tensor:
        residual = self.bn2(self.conv2(self.act1(self.bn1(self.conv1(maps)))))
        out: Tensor = self.act2(residual + self.shortcut(maps))
        return out


class PreBlock(nn.Module):
    def __init__(
        self,
        width_in: int,
        width: int,
        stride: int,
        shortcut: str,
        activation: Callable[[], nn.Module],
        norm: Callable[[int], nn.Module],
    ) -> None:
        super().__init__()
        self.bn1 = norm(width_in)
        self.act1 = activation()
        self.conv1 = nn.Conv2d(width_in, width, 3, stride=stride, padding=1, bias=False)
        self.bn2 = norm(width)
        self.act2 = activation()
        self.conv2 = nn.Conv2d(width, width, 3, padding=1, bias=False)
        self.shortcut = _shortcut(width_in, width, stride, shortcut, None)

    def forward(self, maps: Tensor) -> Tensor:
        active = self.act1(self.bn1(maps))
        residual = self.conv2(self.act2(self.bn2(self.conv1(active))))
        out: Tensor = residual + (maps if isinstance(self.shortcut, nn.Identity) else self.shortcut(active))
        return out


class EluBlock(nn.Module):
    def __init__(
        self,
        width_in: int,
        width: int,
        stride: int,
        shortcut: str,
        activation: Callable[[], nn.Module],
        norm: Callable[[int], nn.Module],
    ) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(width_in, width, 3, stride=stride, padding=1, bias=False)
        self.act1 = activation()
        self.conv2 = nn.Conv2d(width, width, 3, padding=1, bias=False)
        self.bn2 = norm(width)
        self.shortcut = _shortcut(width_in, width, stride, shortcut, norm)

    def forward(self, maps: Tensor) -> Tensor:
        out: Tensor = self.bn2(self.conv2(self.act1(self.conv1(maps)))) + self.shortcut(maps)
        return out


BLOCKS = {"post": PostBlock, "pre": PreBlock, "elu": EluBlock}
