"""`Score`: a number that is never naked."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from linnaeus.record import shown as shown_as


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """A value with its 95 % interval, from `n` images."""

    value: float
    low: float
    high: float
    n: int

    def __str__(self) -> str:
        return f"{self.value:.4f} ({self.low:.4f}–{self.high:.4f}, n {self.n:,})"

    def percent(self) -> str:
        """`98.5 % (96.2–99.4, n 270)`"""
        return f"{100 * self.value:.1f} % ({100 * self.low:.1f}–{100 * self.high:.1f}, n {self.n:,})"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassScores:
    """How one class fares: `support` images have it as their label, `predicted` were given it, `correct` are both."""

    name: str
    precision: float
    recall: Score  # of `support` images
    f1: float
    support: int
    predicted: int
    correct: int
    taken_for: str | None = None  # the class it is most often mistaken for; None: never mistaken


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitScores:
    """All that was measured on one split."""

    split: str
    metrics: Mapping[str, Score]
    classes: tuple[ClassScores, ...]

    def weakest(self) -> ClassScores | None:
        """The class with the lowest recall, if any image was mistaken at all."""
        mistaken = [row for row in self.classes if row.correct < row.support]
        return min(mistaken, key=lambda row: row.recall.value) if mistaken else None

    def _repr_html_(self) -> str:
        return shown_as.scores(self)


def to_plain(scores: SplitScores) -> dict[str, Any]:
    """Plain values, as JSON holds them."""
    return asdict(scores)


def from_plain(plain: Mapping[str, Any]) -> SplitScores:
    """The scores that `to_plain` wrote. Raises KeyError, TypeError where something is missing or malformed."""
    return SplitScores(
        split=plain["split"],
        metrics={name: Score(**score) for name, score in plain["metrics"].items()},
        classes=tuple(ClassScores(**{**row, "recall": Score(**row["recall"])}) for row in plain["classes"]),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why something is missing: a kind, told where it may occur, and the numbers that it rests on."""

    kind: str
    values: Mapping[str, float | int | str] = field(default_factory=dict)
