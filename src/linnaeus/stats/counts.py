"""Two published numbers without their images: 17/19 against 19/19, or 51.98%@10000 against 52.12%@10000.

Interval: Newcombe's hybrid of Wilson's (Newcombe 1998, "Interval estimation for the difference between independent
proportions", Statistics in Medicine 17, method 10). Test: Fisher's, mid-p (Lydersen, Fagerland, Laake 2009, "Recommended tests
for association in 2×2 tables", Statistics in Medicine 28). The smallest difference that can be told: two proportions at 5 % and a
power of 80 % (Fleiss, Levin, Paik 2003, "Statistical Methods for Rates and Proportions", section 4.2, without the correction for
continuity), on either side of what both are together.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from linnaeus.errors import UsageError
from linnaeus.record.comparison import Unpaired
from linnaeus.record.scores import Score
from linnaeus.stats.multiple import corrected
from linnaeus.stats.paired import detectable, mcnemar
from linnaeus.stats.score import accuracy_score

COUNT = re.compile(r"(\d+)/(\d+)|(\d+(?:\.\d*)?)\s*(%?)@(\d+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """`correct` of `n` images; `text` as a person wrote it."""

    text: str
    correct: int
    n: int


def read(text: str) -> Count:
    """`17/19`, `89.5%@19` or `0.895@19`. Raises UsageError."""
    found = COUNT.fullmatch(text.strip())
    if found is None:
        raise UsageError(f"{text!r} is no count of images; write it as 17/19 or 89.5%@19, and all others too")
    right, of, number, per_cent, images = found.groups()
    n = int(of or images)
    if n < 1:
        raise UsageError(f"{text}: there must be at least one image")
    if right is not None:
        correct = int(right)
    else:
        unit = 100 if per_cent else 1
        correct = round(float(number) * n / unit)
        rounding = unit * 10.0 ** -len(number.partition(".")[2]) / unit / 2
        if abs(correct / n * unit - float(number)) > rounding * (1 + 1e-9) and correct <= n:
            near = f"{unit * correct / n:.{len(number.partition('.')[2]) + 1}f}{per_cent}"
            raise UsageError(
                f"{text}: no whole number of {n:,} images gives {number}{per_cent}; {correct:,} are {near}"
            )
    if correct > n:
        raise UsageError(f"{text}: more than all images cannot be classified correctly")
    return Count(text=text.strip(), correct=correct, n=n)


def of_texts(texts: Sequence[str]) -> list[Unpaired]:
    """Each count against the first. Raises UsageError."""
    if len(texts) < 2:
        raise UsageError("a comparison needs two counts or more, as in: linnaeus compare 17/19 19/19")
    first, *others = map(read, texts)
    return corrected([compare(first, other) for other in others])


def compare(first: Count, second: Count) -> Unpaired:
    """Two counts, as if of different images."""
    one, other = accuracy_score(first.correct, first.n), accuracy_score(second.correct, second.n)
    p, n = fisher(first, second), min(first.n, second.n)
    low, high = newcombe(one, other)
    apart = second.correct - first.correct
    return Unpaired(
        first=first.text,
        second=second.text,
        score_first=one,
        score_second=other,
        difference=Score(value=other.value - one.value, low=low, high=high, n=n),
        p=p,
        p_holm=p,
        detectable=_detectable(first, second),
        least_p=mcnemar(max(0, -apart), max(0, apart)) if first.n == second.n else None,
    )


def newcombe(first: Score, second: Score) -> tuple[float, float]:
    """The 95 % interval of second − first from Wilson's of each."""
    value = second.value - first.value
    below = math.hypot(second.value - second.low, first.high - first.value)
    above = math.hypot(second.high - second.value, first.value - first.low)
    return max(-1.0, value - below), min(1.0, value + above)


def fisher(first: Count, second: Count) -> float:
    """Two-sided mid-p: all tables of these margins that are no likelier than what was seen, half of its own weight taken off."""
    from scipy.stats import hypergeom  # takes most of a second to import

    right = first.correct + second.correct
    tables = np.arange(max(0, right - second.n), min(right, first.n) + 1)
    weights = hypergeom.pmf(tables, first.n + second.n, right, first.n)
    seen = float(weights[first.correct - tables[0]])
    return float(min(1.0, weights[weights <= seen * (1 + 1e-7)].sum() - seen / 2)) if len(tables) > 1 else 1.0


def _detectable(first: Count, second: Count) -> float:
    """Independent answers that are right in a share m of cases are so for one side alone in 2 m (1 − m)."""
    mean = (first.correct + second.correct) / (first.n + second.n)
    return detectable(2 * mean * (1 - mean), 2 / (1 / first.n + 1 / second.n))
