"""The axis that scores of a table are marked on: from a round left end to 100 %."""

import math
from collections.abc import Sequence

from linnaeus.record.scores import Score
from linnaeus.reporting.words import Words


def start(scores: Sequence[Score]) -> float:
    """A round left end, in tenths, for an axis that holds these scores and ends at 1."""
    return max(0.0, math.floor(10 * min((score.low for score in scores), default=0) - 0.1) / 10)


def label(start: float, say: Words) -> str:
    """`60 … 100 %`: the ends of the axis, as the title of its column."""
    return f"{say.number(100 * start, 0)} … {say.number(100, 0)}\u00a0%"
