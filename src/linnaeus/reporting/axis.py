"""The axis that scores of a table are marked on: from a round left end to 100 %."""

import math
from collections.abc import Sequence

from linnaeus.record.scores import Score


def start(scores: Sequence[Score]) -> float:
    """A round left end, in tenths, for an axis that holds these scores and ends at 1."""
    return max(0.0, math.floor(10 * min((score.low for score in scores), default=0) - 0.1) / 10)
