"""Multiply the learning rate by a factor at given epochs: `multi_step(at=[81, 122])` is 1, then 0.1 from epoch 81 and 0.01 from 122.

torch's MultiStepLR.
"""

from collections.abc import Callable, Sequence


def build(*, at: Sequence[int], factor: float = 0.1, epochs: int) -> Callable[[float, Sequence[float]], float]:
    """At the start of each epoch of `at` (the first is 0) the rate is multiplied by `factor`.

    `epochs` is filled in by the recipe. ValueError: `at` is empty, out of order or beyond the training, or `factor` lies outside 0–1.
    """
    if not at or any(epoch < 1 for epoch in at) or sorted(set(at)) != list(at):
        raise ValueError(f"at = {list(at)} must name epochs from 1 on, in order, each once")
    if at[-1] >= epochs:
        raise ValueError(f"at = {list(at)} lies beyond the training, whose last epoch is {epochs - 1}")
    if not 0 < factor <= 1:
        raise ValueError(f"factor = {factor:g} must be above 0 and at most 1")

    def rate(fraction: float, losses: Sequence[float] = ()) -> float:
        epoch = fraction * epochs + 1e-9  # the first step of an epoch may fall a rounding error short of it
        return float(factor ** sum(epoch >= start for start in at))

    return rate
