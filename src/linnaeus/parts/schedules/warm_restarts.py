"""Cosine annealing with warm restarts (SGDR, Loshchilov & Hutter 2017, arXiv 1608.03983), fitted into the training.

The cycles fill the training exactly: each is `growth` times as long as the one before, and the last ends with it.
"""

import math
from collections.abc import Callable, Sequence


def build(*, cycles: int = 3, growth: float = 2.0, final: float = 0.0) -> Callable[[float, Sequence[float]], float]:
    """`cycles` in the training; `growth` of their length; `final` is the factor at the end of each.

    ValueError: no cycle, or a growth or factor out of range.
    """
    if cycles < 1:
        raise ValueError(f"cycles = {cycles} must be at least 1")
    if growth <= 0:
        raise ValueError(f"growth = {growth:g} must be above 0")
    if not 0 <= final <= 1:
        raise ValueError(f"final = {final:g} must be from 0 to 1")
    lengths = [growth**cycle for cycle in range(cycles)]
    starts = [sum(lengths[:cycle]) / sum(lengths) for cycle in range(cycles + 1)]

    def factor(fraction: float, losses: Sequence[float] = ()) -> float:
        cycle = max(number for number in range(cycles) if starts[number] <= fraction + 1e-9)
        progress = (fraction - starts[cycle]) / (starts[cycle + 1] - starts[cycle])
        return final + (1 - final) * 0.5 * (1 + math.cos(math.pi * min(max(progress, 0.0), 1.0)))

    return factor
