"""Heads: what is fitted to the features of a frozen body. One file each, with

    build(*, …options) -> a head, or None where the recipe's own loss and optimizer train a linear one

    head.fit(features_ND, labels_N, num_classes, val) -> nn.Module      features to logits_BK; `val`: (features, labels) by which
                                                                        a head may choose, or None: then it takes its default
    head.empty(state) -> nn.Module                                      the same module without its numbers, from the shapes
                                                                        of its state dict: what a file is loaded into
    head.chosen: dict[str, float]                                       what `fit` chose on `val`, by name; empty: nothing

Features and labels are float32 and int64 arrays of NumPy. A ValueError becomes the user's message. Logits are scaled so
that their softmax are usable probabilities; a head whose scale cannot be known without choosing says so in its docstring.
"""
