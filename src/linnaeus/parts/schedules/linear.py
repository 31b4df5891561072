"""A straight line from the full learning rate to the end (torch's LinearLR, by the share of the training)."""

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
        return 1 + (final - 1) * (fraction - warmup) / (1 - warmup)

    return factor
