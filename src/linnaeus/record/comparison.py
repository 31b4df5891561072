"""`Comparison`: two runs on the very same images, and whether the numbers can tell them apart."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from linnaeus.record.scores import Score

ALPHA = 0.05  # of the test; the intervals are 95 % accordingly


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Accuracies of `first` and `second` on the `n` images that both have seen; differences are second − first.

    `p` is of McNemar's mid-p test, `p_holm` the same after Holm's correction where it is one of `family` comparisons.
    `needed` is how many such images would tell a difference of this size in four of five trials; None: there is no difference.
    """

    first: str
    second: str
    split: str
    n: int
    left_out: int = 0  # images that only one of the two has seen
    score_first: Score
    score_second: Score
    difference: Score  # in −1 … 1
    only_first: int  # images that only the first names rightly
    only_second: int
    p: float
    p_holm: float
    family: int = 1
    needed: int | None
    train_s: tuple[float | None, float | None] = (None, None)  # seconds of training of the two

    @property
    def distinguishable(self) -> bool:
        """Both the test and the interval must say so: on their edge they may differ."""
        return self.p_holm < ALPHA and not self.difference.low <= 0 <= self.difference.high

    @property
    def verdict(self) -> str:
        return "distinguishable" if self.distinguishable else "not distinguishable"

    def sentence(self) -> str:
        """`B is better by 1.2 points (0.4–2.0), p = 0.003`, or what would be needed to say such a thing."""
        if self.distinguishable:
            better = self.second if self.difference.value > 0 else self.first
            return f"{better} is better by {self.points()}, {self.chance()}"
        text = f"not distinguishable with n = {self.n:,}"
        if self.needed is None:
            return f"{text}: both name equally many rightly"
        if self.p < ALPHA and self.family > 1:
            return f"{text} as one of {self.family} comparisons ({self.chance()}, alone {shown(self.p)})"
        return f"{text}: about {rounded(max(self.needed, self.n)):,} images would be needed"

    def points(self) -> str:
        """The difference in words: `1.2 points (0.4–2.0)`, without its sign; with it where the interval holds nought."""
        found = self.difference
        if found.low <= 0 <= found.high:
            return f"{100 * found.value:+.1f} points ({100 * found.low:+.1f} to {100 * found.high:+.1f})"
        low, high = sorted((abs(found.low), abs(found.high)))
        return f"{100 * abs(found.value):.1f} points ({100 * low:.1f}–{100 * high:.1f})"

    def chance(self) -> str:
        """`p = 0.003`; after the correction where there is one."""
        return shown(self.p_holm) + (f" (Holm, of {self.family})" if self.family > 1 else "")

    def to_plain(self) -> dict[str, Any]:
        return {**asdict(self), "train_s": list(self.train_s), "verdict": self.verdict, "sentence": self.sentence()}


def from_plain(plain: Mapping[str, Any]) -> Comparison:
    """What `to_plain` wrote. Raises KeyError, TypeError where something is missing or malformed."""
    held: dict[str, Any] = {name: plain[name] for name in plain if name not in ("verdict", "sentence")}
    held |= {name: Score(**plain[name]) for name in ("score_first", "score_second", "difference")}
    return Comparison(**held | {"train_s": tuple(plain["train_s"])})


def shown(p: float) -> str:
    """`p = 0.003`, `p = 0.25`, `p < 0.001`"""
    if p < 0.001:
        return "p < 0.001"
    return f"p = {p:.3f}" if p < 0.1 else f"p = {p:.2f}"


def rounded(number: int) -> int:
    """Up, to two figures: more would be said than is known."""
    unit = int(10 ** max(0, len(str(number)) - 2))
    return math.ceil(number / unit) * unit
