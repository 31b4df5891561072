"""The learning rate stays as it is. Of no paper."""

from collections.abc import Callable, Sequence


def build() -> Callable[[float, Sequence[float]], float]:
    def factor(fraction: float, losses: Sequence[float] = ()) -> float:
        return 1.0

    return factor
