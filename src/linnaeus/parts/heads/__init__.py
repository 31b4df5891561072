"""Heads: what is fitted to the features of a frozen backbone. One file each, with

    build(*, …options) -> a head, or None where the recipe's own loss and optimizer train a linear one

    head.fit(features_ND, labels_N, weights_N, num_classes, val) -> nn.Module
        features to logits_BK; `weights_N` is how much each image counts, 1 on the mean; `val` is (features, labels) by which a head
        may choose, or None: then it takes its default. A class that no image shows is never answered.
    head.empty(state) -> nn.Module
        the same module with other numbers, by the shapes of its state dict: what a file is loaded into
    head.chosen: dict[str, float]
        what `fit` chose, by name
    head.held_NK = None
        logits of the training images by heads that did not see them, where `fit` chose by those, and else None; not a number
        where there is no such head
    head.things_N = None
        where a head has it, it is told which rows show one thing, or are views of one image, by equal numbers: such rows are never on
        both sides where it cross-validates
    head.of_images: bool = False
        True: no weights that could be trained further

Features are float32, labels int64, arrays of NumPy. The softmax of the logits are probabilities fit for use: a head whose own
numbers are none is scaled. A ValueError becomes the user's message.
"""
