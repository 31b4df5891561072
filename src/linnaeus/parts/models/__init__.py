"""Models. One file each, with

    build(in_channels, num_classes, /, *, …options) -> nn.Module

The module has `features` (images to a matrix, B × D) and `head` (that matrix to logits, B × K); `forward(x)` is
`head(features(x))`, as of a `Network` of `_network.py`. An option named `image_size` that the recipe leaves open is filled in
with the recipe's. A
ValueError becomes the user's message: an option out of range, or an image too small (say the least size). The file's
docstring names the paper, what differs from it, the weights at the paper's setting, and the score that a recipe of ours
was measured to reach with it; one without a score has none measured.

`head` is a submodule, so that another can be set in its place; all else is the backbone. A model whose published weights
carry other names has `translate(state_dict) -> state_dict`, from those names to its own (its own pass through
unchanged). A model that adds something to the loss (orthonormal filters) has `penalty() -> Tensor`, a scalar.

A model that measures some of its weights on images has `prime(inputs_BCHW) -> None`. A training that begins at weights
drawn from the seed calls it once, before the optimizer is built, with a few thousand normalised training images, none of
them augmented, on the device that trains. It depends on those images alone. Weights that are held fixed have
`requires_grad` False: no optimizer gets them, and the layer table shows them. The model must also build, save and load
without having been primed: its weights then come from a file.
"""
