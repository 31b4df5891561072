"""Many tests at once: p-values adjusted for their number.

Holm 1979, "A simple sequentially rejective multiple test procedure", Scandinavian Journal of Statistics 6.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from linnaeus.record.comparison import Tested

AnyTested = TypeVar("AnyTested", bound=Tested)


def holm(p_values: Sequence[float]) -> list[float]:
    """The p-values adjusted for their number, in their order: the least times m, the next times m − 1 …, never falling."""
    order = sorted(range(len(p_values)), key=lambda place: p_values[place])
    adjusted, largest = [0.0] * len(p_values), 0.0
    for rank, place in enumerate(order):
        largest = max(largest, min(1.0, (len(p_values) - rank) * p_values[place]))
        adjusted[place] = largest
    return adjusted


def corrected(found: Sequence[AnyTested]) -> list[AnyTested]:
    """The same comparisons, each knowing of the others."""
    adjusted = holm([one.p for one in found])
    return [replace(one, p_holm=p, family=len(found)) for one, p in zip(found, adjusted, strict=True)]
