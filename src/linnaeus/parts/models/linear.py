"""Softmax regression on the raw pixels: the least a network must beat."""

from torch import Tensor, nn


def build(in_channels: int, num_classes: int, /, *, image_size: int) -> nn.Module:
    return Linear(in_channels * image_size**2, num_classes)


class Linear(nn.Module):
    def __init__(self, inputs: int, num_classes: int) -> None:
        super().__init__()
        self.features = nn.Flatten()
        self.head = nn.Linear(inputs, num_classes)

    def forward(self, images_BCHW: Tensor) -> Tensor:
        logits_BK: Tensor = self.head(self.features(images_BCHW))
        return logits_BK
