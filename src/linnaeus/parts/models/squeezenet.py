"""SqueezeNet 1.0 (Iandola et al. 2016, arXiv 1602.07360): ImageNet in 1,248,424 weights.

The published classifier is a 1 × 1 convolution to the classes, a ReLU and the average over positions, which is no matrix
times features. `classifier="linear"` averages first, so that D = 512 features are one vector an image and the head is
linear: what transfer wants. `classifier="published"` keeps the order of the paper: the features are then all positions,
one after another. State dicts of torchvision load into either through `translate`.
"""

from torch import Tensor, cat, nn

# Squeeze width and half of the output's width of each fire module; None: max pooling.
FIRES = ((16, 64), (16, 64), (32, 128), None, (32, 128), (48, 192), (48, 192), (64, 256), None, (64, 256))
LEAST = 27  # pixels, so that something is left after the last pooling


def build(
    in_channels: int,
    num_classes: int,
    /,
    *,
    classifier: str = "linear",
    dropout: float = 0.5,
    image_size: int = 224,
) -> nn.Module:
    """`dropout` stands before the classifier (0: off)."""
    if classifier not in ("linear", "published"):
        raise ValueError(f'classifier {classifier!r} must be "linear" or "published"')
    if image_size < LEAST:
        raise ValueError(f"images of {image_size} px are too small: the least size is {LEAST} px")
    return SqueezeNet(in_channels, num_classes, classifier == "published", dropout)


class SqueezeNet(nn.Module):
    def __init__(self, in_channels: int, num_classes: int, published: bool, dropout: float) -> None:
        super().__init__()
        parts: list[nn.Module] = [
            nn.Conv2d(in_channels, 96, 7, 2),
            nn.ReLU(inplace=True),
            nn.MaxPool2d(3, 2, ceil_mode=True),
        ]
        width_in = 96
        for fire in FIRES:
            if fire is None:
                parts.append(nn.MaxPool2d(3, 2, ceil_mode=True))
            else:
                parts.append(Fire(width_in, *fire))
                width_in = 2 * fire[1]
        pooling = [nn.Dropout(dropout)] if published else [nn.AdaptiveAvgPool2d(1)]
        self.features = nn.Sequential(*parts, *pooling, nn.Flatten(), *([] if published else [nn.Dropout(dropout)]))
        self.head: nn.Module = PositionHead(512, num_classes) if published else nn.Linear(512, num_classes)
        for module in self.features.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_uniform_(module.weight)
                nn.init.zeros_(module.bias)  # type: ignore[arg-type]  # all have one here

    def forward(self, images_BCHW: Tensor) -> Tensor:
        logits_BK: Tensor = self.head(self.features(images_BCHW))
        return logits_BK

    def translate(self, state: dict[str, Tensor]) -> dict[str, Tensor]:
        """torchvision's names to ours; its 1 × 1 convolution `classifier.1` becomes the head's matrix."""
        head = "head.position." if isinstance(self.head, PositionHead) else "head."
        return {
            key.replace("classifier.1.", head): value.flatten(1) if key == "classifier.1.weight" else value
            for key, value in state.items()
        }


class PositionHead(nn.Module):
    """Logits at each position, ReLU, and the mean over positions."""

    def __init__(self, width: int, num_classes: int) -> None:
        super().__init__()
        self.position = nn.Linear(width, num_classes)

    def forward(self, features_BD: Tensor) -> Tensor:
        width = self.position.in_features
        at_positions_BSC = features_BD.view(-1, width, features_BD.shape[1] // width).transpose(1, 2)
        logits_BK: Tensor = self.position(at_positions_BSC).relu().mean(1)
        return logits_BK


class Fire(nn.Module):
    def __init__(self, width_in: int, squeezed: int, half: int) -> None:
        super().__init__()
        self.squeeze = nn.Conv2d(width_in, squeezed, 1)
        self.squeeze_activation = nn.ReLU(inplace=True)
        self.expand1x1 = nn.Conv2d(squeezed, half, 1)
        self.expand3x3 = nn.Conv2d(squeezed, half, 3, padding=1)
        self.expand_activation = nn.ReLU(inplace=True)

    def forward(self, maps: Tensor) -> Tensor:
        narrow = self.squeeze_activation(self.squeeze(maps))
        out: Tensor = self.expand_activation(cat([self.expand1x1(narrow), self.expand3x3(narrow)], 1))
        return out
