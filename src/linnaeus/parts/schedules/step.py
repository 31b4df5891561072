"""Multiply the learning rate by a factor every so many epochs (torch's StepLR)."""

from collections.abc import Callable, Sequence


def build(*, every: int, factor: float = 0.1, epochs: int) -> Callable[[float, Sequence[float]], float]:
    """`every` so many of all `epochs`, the rate is multiplied by `factor`. `epochs` is filled in by the recipe.

    ValueError: `every` is below 1 epoch, or `factor` lies outside 0–1.
    """
    if every < 1:
        raise ValueError(f"every = {every} must be at least 1 epoch")
    if not 0 < factor <= 1:
        raise ValueError(f"factor = {factor:g} must be above 0 and at most 1")

    def rate(fraction: float, losses: Sequence[float] = ()) -> float:
        epoch = int(fraction * epochs + 1e-9)  # the first step of an epoch may fall a rounding error short of it
        return float(factor ** (epoch // every))

    return rate
