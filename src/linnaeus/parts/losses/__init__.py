"""Losses. One file each, with

    build(*, …options) -> f(logits_BK, targets_BK) -> loss_B

Targets are probabilities (one-hot, or soft after mix-up); the loss is one number an image.
The logits may be bf16; the loss is fp32.

A penalty is a loss of the weights instead, added by `+`: `cross_entropy + l2(0.0001, match="head")`. It sets
`f.of_weights = True`, and

    build(*, …options) -> f(name, weight) -> a scalar, or None for a weight that it leaves alone

It is asked for each of the network's parameters, by the name that the layer table shows, once a step; what it answers adds up.
"""
