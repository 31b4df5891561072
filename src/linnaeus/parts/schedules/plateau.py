"""Lower the learning rate when the validation loss no longer falls: torch's ReduceLROnPlateau as a pure function."""

import math
from collections.abc import Callable, Sequence


def build(
    *, factor: float = 0.1, patience: int = 10, cooldown: int = 0, minimum: float = 0.0, threshold: float = 1e-4
) -> Callable[[float, Sequence[float]], float]:
    """More than `patience` epochs without a loss below the best × (1 − `threshold`) multiply the rate by `factor`.

    `cooldown` epochs after a reduction are not counted. The factor never falls below `minimum` (0: no limit).
    ValueError: a factor lies outside 0–1, or a number of epochs is negative.
    """
    if not 0 < factor < 1:
        raise ValueError(f"factor = {factor:g} must be above 0 and below 1")
    if patience < 0 or cooldown < 0:
        raise ValueError("patience and cooldown are numbers of epochs and cannot be negative")
    if not 0 <= minimum <= 1:
        raise ValueError(f"minimum = {minimum:g} is a factor of the learning rate: from 0 to 1")

    def rate(fraction: float, losses: Sequence[float] = ()) -> float:
        best, bad, resting, now = math.inf, 0, 0, 1.0
        for loss in losses:
            if loss < best * (1 - threshold):
                best, bad = loss, 0
            else:
                bad += 1
            if resting > 0:
                resting, bad = resting - 1, 0
            if bad > patience:
                now, resting, bad = max(now * factor, minimum), cooldown, 0
        return now

    rate.needs_validation = True  # type: ignore[attr-defined]  # the contract's mark, on a plain function
    return rate
