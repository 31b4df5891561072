"""Half a cosine from the full learning rate to the end (Loshchilov & Hutter 2017, arXiv 1608.03983)."""

import math
from collections.abc import Callable, Sequence


def build(*, warmup: float = 0.0, final: float = 0.0) -> Callable[[float, Sequence[float]], float]:
    """`warmup` is the share of the training with a linear rise from 0 (0: off); `final` the factor at the end.

    ValueError: one of them is no such share.
    """
    if not 0 <= warmup < 1:
        raise ValueError(f"warmup = {warmup:g} is a share of the training: from 0 (off) up to but not including 1")
    if not 0 <= final <= 1:
        raise ValueError(f"final = {final:g} must be from 0 to 1")

    def factor(fraction: float, losses: Sequence[float] = ()) -> float:
        if fraction < warmup:
            return fraction / warmup
        progress = (fraction - warmup) / (1 - warmup)
        return final + (1 - final) * 0.5 * (1 + math.cos(math.pi * progress))

    return factor
