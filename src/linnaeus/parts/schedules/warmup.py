"""A linear rise of the learning rate, then any other schedule (Goyal et al. 2017, arXiv 1706.02677, section 2.2)."""

from collections.abc import Callable, Sequence
from typing import Any


def build(
    *, share: float = 0.05, start: float = 0.0, then: Callable[[], Any] | None = None
) -> Callable[[float, Sequence[float]], float]:
    """The first `share` of the training rises from the factor `start` to where `then` begins: `warmup(0.1, then=cosine)`.

    `then` sees the whole training, so its epochs keep their numbers: `warmup(then=multi_step(at=[81, 122]))` falls at
    epoch 81. What it would have done during the rise is not seen. Left out: constant.
    ValueError: `share` is not between 0 and 1, or `start` lies outside 0–1.
    """
    if not 0 < share < 1:
        raise ValueError(f"share = {share:g} is a share of the training: above 0 and below 1")
    if not 0 <= start <= 1:
        raise ValueError(f"start = {start:g} must be from 0 to 1")
    after = then() if then else lambda fraction, losses: 1.0

    def factor(fraction: float, losses: Sequence[float] = ()) -> float:
        if fraction >= share:
            return float(after(fraction, losses))
        return float(start + (after(share, losses) - start) * fraction / share)

    factor.needs_validation = getattr(after, "needs_validation", False)  # type: ignore[attr-defined]
    return factor
