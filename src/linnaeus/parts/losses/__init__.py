"""Losses. One file each, with

    build(*, …options) -> f(logits_BK, targets_BK) -> loss_B

Targets are probabilities (one-hot, or soft after mix-up); the loss is one number an image.
The logits may be bf16; the loss is fp32.
"""
