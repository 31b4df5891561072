"""The residual networks of ImageNet (He et al. 2015, arXiv 1512.03385): ResNet-18, -34, -50, -101, -152, and for small images.

As in torchvision: the stride of a bottleneck lies in its 3 × 3 convolution, shortcuts between stages are 1 × 1 convolutions.
State dicts of torchvision load through `translate` (all names are equal but the head's, `fc` there). Weights with 1000
classes: 11,689,512 · 21,797,672 · 25,557,032 at depth 18 · 34 · 50. Not torchvision's own class, whose width, activation and stem
are fixed, and whose blocks use one activation module several times, which the layer table and Grad-CAM would see once.

    stem="imagenet"   7 × 7 convolution with stride 2, then 3 × 3 max pooling with stride 2
    stem="small"      3 × 3 convolution with stride 1 and no pooling: for images of about 32 to 64 px
"""

from torch import Tensor, nn

from linnaeus.parts.models._network import Activation, Headed, activated, drawn

BLOCKS = {18: (2, 2, 2, 2), 34: (3, 4, 6, 3), 50: (3, 4, 6, 3), 101: (3, 4, 23, 3), 152: (3, 8, 36, 3)}  # in each stage
STEMS = {"imagenet": (7, 2, True), "small": (3, 1, False)}  # kernel, stride, pooling


def build(
    in_channels: int,
    num_classes: int,
    /,
    *,
    depth: int = 18,
    stem: str = "imagenet",
    stem_kernel: int = 0,
    stem_stride: int = 0,
    stem_pool: bool | None = None,
    width: int = 64,
    activation: str = "relu",
    dropout: float = 0.0,
) -> nn.Module:
    """`depth`: 18, 34, 50, 101 or 152. `stem_kernel` (odd), `stem_stride` and `stem_pool` change what `stem` says (0, 0, None: as it
    says).

    `width` are the channels of the first stage; `activation`: relu, elu, gelu or silu; `dropout` stands before the head (0: off).
    ValueError: an option that is none of these.
    """
    if depth not in BLOCKS:
        raise ValueError(f"depth = {depth} must be one of {', '.join(map(str, BLOCKS))}")
    if stem not in STEMS:
        raise ValueError(f"stem {stem!r} must be one of {', '.join(STEMS)}")
    kernel, stride, pool = STEMS[stem]
    kernel, stride, pool = stem_kernel or kernel, stem_stride or stride, pool if stem_pool is None else stem_pool
    if kernel < 1 or kernel % 2 == 0 or stride < 1:
        raise ValueError(f"stem_kernel = {kernel} must be odd and stem_stride = {stride} at least 1")
    if width < 1:
        raise ValueError(f"width = {width} must be at least 1 channel")
    first = (nn.Conv2d(in_channels, width, kernel, stride, kernel // 2, bias=False), pool)
    return drawn(ImageNetResNet(num_classes, depth, width, first, activated(activation), dropout))


class ImageNetResNet(Headed):
    def __init__(
        self,
        num_classes: int,
        depth: int,
        width: int,
        first: tuple[nn.Conv2d, bool],
        activation: Activation,
        dropout: float,
    ) -> None:
        super().__init__()
        block: type[Basic | Bottleneck] = Basic if depth < 50 else Bottleneck
        self.conv1, pool = first
        self.bn1 = nn.BatchNorm2d(width)
        self.relu = activation()
        self.maxpool = nn.MaxPool2d(3, 2, padding=1) if pool else nn.Identity()
        stages: list[nn.Module] = []
        width_in = width
        for stage, blocks in enumerate(BLOCKS[depth]):
            inner, stride = width * 2**stage, 2 if stage else 1
            out = inner * block.expansion
            rest = (block(out, inner, 1, activation) for _ in range(blocks - 1))
            stages.append(nn.Sequential(block(width_in, inner, stride, activation), *rest))
            width_in = out
        self.layer1, self.layer2, self.layer3, self.layer4 = stages
        self.pool = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(dropout))
        self.head = nn.Linear(width_in, num_classes)

    def features(self, images_BCHW: Tensor) -> Tensor:
        maps = self.maxpool(self.relu(self.bn1(self.conv1(images_BCHW))))
        features_BD: Tensor = self.pool(self.layer4(self.layer3(self.layer2(self.layer1(maps)))))
        return features_BD

    def translate(self, state: dict[str, Tensor]) -> dict[str, Tensor]:
        """torchvision's names to ours: the head is called `fc` there."""
        return {("head." + key[3:] if key.startswith("fc.") else key): value for key, value in state.items()}


def _shortcut(width_in: int, width: int, stride: int) -> nn.Module:
    if stride == 1 and width_in == width:
        return nn.Identity()
    return nn.Sequential(nn.Conv2d(width_in, width, 1, stride, bias=False), nn.BatchNorm2d(width))


class Basic(nn.Module):
    expansion = 1

    def __init__(self, width_in: int, inner: int, stride: int, activation: Activation) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(width_in, inner, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(inner)
        self.act1 = activation()
        self.conv2 = nn.Conv2d(inner, inner, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(inner)
        self.act2 = activation()
        self.downsample = _shortcut(width_in, inner, stride)

    def forward(self, maps: Tensor) -> Tensor:
        residual = self.bn2(self.conv2(self.act1(self.bn1(self.conv1(maps)))))
        out: Tensor = self.act2(residual + self.downsample(maps))
        return out


class Bottleneck(nn.Module):
    expansion = 4

    def __init__(self, width_in: int, inner: int, stride: int, activation: Activation) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(width_in, inner, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(inner)
        self.act1 = activation()
        self.conv2 = nn.Conv2d(inner, inner, 3, stride, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(inner)
        self.act2 = activation()
        self.conv3 = nn.Conv2d(inner, 4 * inner, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(4 * inner)
        self.act3 = activation()
        self.downsample = _shortcut(width_in, 4 * inner, stride)

    def forward(self, maps: Tensor) -> Tensor:
        residual = self.act1(self.bn1(self.conv1(maps)))
        residual = self.act2(self.bn2(self.conv2(residual)))
        out: Tensor = self.act3(self.bn3(self.conv3(residual)) + self.downsample(maps))
        return out
