"""`Comparison`: two runs on the very same images, and whether the numbers can tell them apart; `Unpaired`: two counts."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from linnaeus.record import shown as shown_as
from linnaeus.record.scores import Score

ALPHA = 0.05  # of the test; the intervals are 95 % accordingly


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A difference of accuracies, second − first, and whether it can be told from nought.

    `p_holm` is `p` after Holm's correction where it is one of `family` comparisons.
    """

    first: str
    second: str
    score_first: Score
    score_second: Score
    difference: Score  # in −1 … 1
    p: float
    p_holm: float
    family: int = 1

    @property
    def distinguishable(self) -> bool:
        """Both the test and the interval must say so: on their edge they may differ."""
        return self.p_holm < ALPHA and not self.difference.low <= 0 <= self.difference.high

    @property
    def verdict(self) -> str:
        return "distinguishable" if self.distinguishable else "not distinguishable"

    def better(self) -> str:
        """`B is better by 1.2 points (0.4–2.0), p = 0.003`"""
        name = self.second if self.difference.value > 0 else self.first
        return f"{name} is better by {self.points()}, {self.chance()}"

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

    def among_many(self) -> str | None:
        """What the correction has taken away; None: nothing."""
        if self.p < ALPHA <= self.p_holm:
            return f"as one of {self.family} comparisons ({self.chance()}, alone {shown(self.p)})"
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Where the uncertainty of a difference comes from, when a side is several runs that differ in their seed alone."""

    runs_first: tuple[str, ...]
    runs_second: tuple[str, ...]
    std_first: float | None  # of the accuracies of its runs, with n − 1; None: it is one run
    std_second: float | None
    images: float  # standard error of the difference that comes of the images
    seeds: float  # … of the seeds
    freedom: float  # degrees of freedom of both together
    needed_seeds: int | None  # runs a side that would be needed where no number of images would do


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison(Told):
    """Two runs, or two sets of repeats, on the `n` images that all of them have seen.

    `p` is of McNemar's mid-p test, or of Student's t where there are repeats (`spread`; then `only_first` and `only_second`
    are means over pairs of runs, rounded). `needed` is how many such images would tell a difference of this size in four of
    five trials; None: there is no difference, or no number of images would do.
    """

    split: str
    n: int
    left_out: int = 0  # images that not all have seen
    only_first: int  # images that only the first names rightly
    only_second: int
    needed: int | None
    train_s: tuple[float | None, float | None] = (None, None)  # seconds of training; of repeats the mean
    spread: Spread | None = None
    remarks: tuple[str, ...] = ()  # on weights that may have seen the images, in English
    resampled: Mapping[str, Score] = field(
        default_factory=dict
    )  # second − first of accuracy, macro_f1, by the bootstrap

    def sentence(self) -> str:
        """That one is better, or what would be needed to say such a thing."""
        if self.distinguishable:
            return self.better()
        text = f"not distinguishable with n = {self.n:,}"
        if self.spread is not None:
            text += f" and {len(self.spread.runs_first)} + {len(self.spread.runs_second)} seeds"
        if (many := self.among_many()) is not None:
            return f"{text} {many}"
        if self.spread is not None and self.spread.needed_seeds is not None:
            return f"{text}: so far apart are equal trainings that about {self.spread.needed_seeds:,} seeds each would be needed"
        if self.needed is None:
            return f"{text}: both name equally many rightly"
        return f"{text}: about {rounded(max(self.needed, self.n)):,} images would be needed"

    def mean_f1(self) -> str | None:
        """The difference of macro F1 in points: `+1.2 points (-0.1 to +2.0)`; None where it is not known."""
        found = self.resampled.get("macro_f1")
        if found is None:
            return None
        return f"{100 * found.value:+.1f} points ({100 * found.low:+.1f} to {100 * found.high:+.1f})"

    def to_plain(self) -> dict[str, Any]:
        return {**asdict(self), "train_s": list(self.train_s), "verdict": self.verdict, "sentence": self.sentence()}

    def _repr_html_(self) -> str:
        return shown_as.comparison(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unpaired(Told):
    """Two published counts, as if of different images. `p` is of Fisher's mid-p test; `needed` images on either side.

    `least_p`: the least p of a paired test that such counts allow, if both are of the very same images; None: they cannot be.
    """

    needed: int | None
    least_p: float | None

    def sentence(self) -> str:
        """That one is better, or what would be needed to say such a thing, and whether the very same images could tell."""
        if self.distinguishable:
            return self.better()
        first, second = self.score_first.n, self.score_second.n
        text = f"not distinguishable with n = {first:,}" + (" each" if first == second else f" and {second:,}")
        if (many := self.among_many()) is not None:
            return f"{text} {many}"
        if self.needed is None:
            return f"{text}: both are equal"
        text += f": about {rounded(self.needed):,} images each would be needed"
        if self.least_p is not None and self.least_p >= ALPHA:
            text += f"; nor if both are of the very same images, where {shown(self.least_p)} is the least possible"
        return text

    def to_plain(self) -> dict[str, Any]:
        return {**asdict(self), "verdict": self.verdict, "sentence": self.sentence()}


def from_plain(plain: Mapping[str, Any]) -> Comparison:
    """What `to_plain` wrote. Raises KeyError, TypeError where something is missing or malformed."""
    held: dict[str, Any] = {name: plain[name] for name in plain if name not in ("verdict", "sentence")}
    held |= {name: Score(**plain[name]) for name in ("score_first", "score_second", "difference")}
    held["resampled"] = {name: Score(**score) for name, score in plain.get("resampled", {}).items()}
    if plain.get("spread") is not None:
        runs = {name: tuple(plain["spread"][name]) for name in ("runs_first", "runs_second")}
        held["spread"] = Spread(**plain["spread"] | runs)
    held["remarks"] = tuple(plain.get("remarks", ()))
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
