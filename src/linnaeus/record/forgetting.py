"""`Forgetting`: what a network to which classes were added has lost on the old ones and won on the new, on the very same images."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from linnaeus.record import comparison as comparisons
from linnaeus.record.comparison import Comparison
from linnaeus.record.confusion import ConfusedPair
from linnaeus.record.scores import Score


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Of the images of a class, or of a group of classes: how many are named rightly. `before` is None where it was not known then."""

    name: str
    is_new: bool
    n: int
    before: Score | None
    after: Score


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """Images of one group of classes that are now taken for the other: how many of how many, and the most frequent pairs of them."""

    count: int
    of: int
    pairs: tuple[ConfusedPair, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgetting:
    """One split. `paired` compares before with after on the images of the old classes; None where there are none."""

    split: str
    old: tuple[str, ...]
    new: tuple[str, ...]
    groups: tuple[Change, ...]  # "old" and "new"
    paired: Comparison | None
    classes: tuple[Change, ...]  # in the order of the label space
    old_for_new: Taken
    new_for_old: Taken

    @property
    def of_new(self) -> Change:
        """All new classes together."""
        return next(group for group in self.groups if group.is_new)

    @property
    def verdict(self) -> str:
        """A sentence for each group and each kind of mistake between them, which states what the numbers carry and no more."""
        taken = (_of_taken(self.new_for_old, "new", "old"), _of_taken(self.old_for_new, "old", "new"))
        return " ".join(filter(None, (self._of_old(), self._of_new(), *taken)))

    def to_plain(self) -> dict[str, Any]:
        paired = self.paired.to_plain() if self.paired else None
        return {**asdict(self), "paired": paired, "verdict": self.verdict}

    def _of_old(self) -> str:
        if self.paired is None:
            return f"Of the old classes the {self.split} split has no images: what was forgotten cannot be told."
        n, points = f"{self.paired.n:,}", self.paired.points()
        text = f"Old classes: {_percent(self.paired.score_second)} after, {_percent(self.paired.score_first)} before"
        if not self.paired.distinguishable:
            return f"{text}; no forgetting can be told with {n} images: {points}."
        found = "lost" if self.paired.difference.value < 0 else "won"
        return f"{text}, {points.replace('points', f'points {found}')}, n {n}."

    def _of_new(self) -> str:
        new = self.of_new
        return f"New classes: {new.after.percent()}." if new.n else "Of the new classes there are no images."


def from_plain(plain: Mapping[str, Any]) -> Forgetting:
    """What `to_plain` wrote. Raises KeyError, TypeError where something is missing or malformed."""
    return Forgetting(
        split=plain["split"],
        old=tuple(plain["old"]),
        new=tuple(plain["new"]),
        groups=tuple(map(_change, plain["groups"])),
        paired=comparisons.from_plain(plain["paired"]) if plain["paired"] is not None else None,
        classes=tuple(map(_change, plain["classes"])),
        old_for_new=_taken(plain["old_for_new"]),
        new_for_old=_taken(plain["new_for_old"]),
    )


def _change(plain: Mapping[str, Any]) -> Change:
    before = Score(**plain["before"]) if plain["before"] is not None else None
    return Change(**{**plain, "before": before, "after": Score(**plain["after"])})


def _taken(plain: Mapping[str, Any]) -> Taken:
    return Taken(**{**plain, "pairs": tuple(ConfusedPair(**pair) for pair in plain["pairs"])})


def _of_taken(taken: Taken, group: str, other: str) -> str:
    """`Of 500 images of new classes 271 were taken for old ones, mostly lizard for frog (40 of 100).`"""
    if not taken.count:
        return ""
    text = f"Of {taken.of:,} images of {group} classes {taken.count:,} {'was' if taken.count == 1 else 'were'} taken for {other} ones"
    most = taken.pairs[0]
    if taken.count == 1 or (len(taken.pairs) > 1 and most.count == taken.pairs[1].count):
        return f"{text}."  # nothing stands out
    return f"{text}, mostly {most.name} for {most.taken_for} ({most.count:,} of {most.support:,})."


def _percent(score: Score) -> str:
    return f"{100 * score.value:.1f} %"
