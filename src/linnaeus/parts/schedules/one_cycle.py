"""One cycle (Smith & Topin 2018, arXiv 1708.07120): up to the full learning rate, then down to nothing.

Both ways along a cosine, as torch's OneCycleLR with its defaults, but in
fractions of the training, and the momentum stays.
"""

import math
from collections.abc import Callable, Sequence


def build(
    *, warmup: float = 0.3, start: float = 0.04, final: float = 4e-6
) -> Callable[[float, Sequence[float]], float]:
    """`warmup`: the share of the training in which the rate rises; `start`, `final`: the factors at its two ends.

    ValueError: one of them lies outside 0–1.
    """
    if not 0 < warmup < 1:
        raise ValueError(f"warmup = {warmup:g} is a share of the training: above 0 and below 1")
    if not (0 <= start <= 1 and 0 <= final <= 1):
        raise ValueError(f"start = {start:g} and final = {final:g} must be from 0 to 1")

    def between(low: float, high: float, progress: float) -> float:
        return high + (low - high) * 0.5 * (1 + math.cos(math.pi * progress))

    def factor(fraction: float, losses: Sequence[float] = ()) -> float:
        if fraction < warmup:
            return between(start, 1.0, fraction / warmup)
        return between(1.0, final, (fraction - warmup) / (1 - warmup))

    return factor
