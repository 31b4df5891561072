"""Metrics. One file each, with

    build(*, …options) -> f(labels_N, probabilities_NK)    or    f(correct_K, support_K, predicted_K)

The kind of the first one's result says which interval it gets: booleans (N,) are a proportion (Wilson), numbers (N,)
are a mean (bootstrap), one number is a statistic of the whole set (bootstrap over images: hundreds of calls, so it must
be quick).

The second, with three parameters, is for a share that follows from the counts by class alone: images correctly
classified, images with that label, images given that class. It is 1 if every image is right, 0 if none is. It works
along the last axis; leading axes are resamples, so its bootstrap costs almost nothing.

NumPy and scikit-learn, no torch. A ValueError becomes the user's message.
"""
