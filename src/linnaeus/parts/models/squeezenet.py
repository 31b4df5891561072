"""SqueezeNet 1.0 (Iandola et al. 2016, arXiv 1602.07360): ImageNet in 1,248,424 weights.

The published classifier is a 1 × 1 convolution to the classes, a ReLU and the average over positions, which is no matrix
times features. `classifier="linear"` averages first, so that D = 512 features are one vector an image and the head is
linear: what transfer wants. `classifier="published"` keeps the order of the paper: the features are then all positions,
one after another. The convolutions are torchvision's, whose state dicts load into either through `translate`.
"""

import torchvision
from torch import Tensor, nn

from linnaeus.parts.models._network import Headed

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
    """`classifier`: "linear" or "published"; `dropout` stands before it (0: off). `image_size` (px) is filled in by the recipe.

    ValueError: another classifier, or images below 27 px.
    """
    if classifier not in ("linear", "published"):
        raise ValueError(f'classifier {classifier!r} must be "linear" or "published"')
    if image_size < LEAST:
        raise ValueError(f"images of {image_size} px are too small: the least size is {LEAST} px")
    return SqueezeNet(in_channels, num_classes, classifier == "published", dropout)


class SqueezeNet(Headed):
    def __init__(self, in_channels: int, num_classes: int, published: bool, dropout: float) -> None:
        super().__init__()
        layers = list(torchvision.models.squeezenet1_0(num_classes=1).features)
        if in_channels != 3:
            layers[0] = nn.Conv2d(in_channels, 96, 7, 2)
            nn.init.kaiming_uniform_(layers[0].weight)
            nn.init.zeros_(layers[0].bias)
        pooling = [nn.Dropout(dropout)] if published else [nn.AdaptiveAvgPool2d(1)]
        self.features = nn.Sequential(*layers, *pooling, nn.Flatten(), *([] if published else [nn.Dropout(dropout)]))
        self.head: nn.Module = PositionHead(512, num_classes) if published else nn.Linear(512, num_classes)

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
