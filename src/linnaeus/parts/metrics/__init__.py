"""Metrics. One file each, with

    build(*, …options) -> f(labels_N, probabilities_NK)

The kind of the result says which interval it gets: booleans (N,) are a proportion (Wilson), numbers (N,) are a mean (bootstrap), one
number is a statistic of the whole set (bootstrap over images, so it must be quick). NumPy and scikit-learn, no torch.
"""
