"""Models. One file each, with

    build(in_channels, num_classes, /, *, …options) -> nn.Module

The module has `features` (images to a matrix, B × D) and `head` (that matrix to logits, B × K); `forward(x)` is `head(features(x))`.
An option named `image_size` that the recipe leaves open is filled in with the recipe's. A ValueError becomes the user's message: an
option out of range, or an image too small (say the least size). The file's docstring names the paper and what differs from it.
"""
