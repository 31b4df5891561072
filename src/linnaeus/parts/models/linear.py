"""Softmax regression on the raw pixels: the least a network must beat. Of no paper."""

from torch import nn

from linnaeus.parts.models._network import Network


def build(in_channels: int, num_classes: int, /, *, image_size: int) -> nn.Module:
    """`image_size` (px a side) is filled in by the recipe."""
    return Network(nn.Flatten(), nn.Linear(in_channels * image_size**2, num_classes))
