"""What the page shows of a run that adds classes to another's: what was forgotten, and what was won."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from linnaeus.errors import RunError
from linnaeus.record.comparison import Change, Forgetting
from linnaeus.record.record import RunRecord
from linnaeus.reporting.tables import Interval, place, start
from linnaeus.reporting.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRow:
    change: Change
    interval: Interval  # of the answers now
    was: float | None  # where the class was before, in percent of the same axis


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgottenView:
    """One split; `start` is the left end of its axes, `worst` those of old classes, what lost most first."""

    title: str
    found: Forgetting
    sentences: tuple[Markup, ...]
    rows: tuple[ChangeRow, ...]
    worst: tuple[ChangeRow, ...]
    start: float


def views(record: RunRecord, order: Sequence[str], say: Words) -> list[ForgottenView]:
    """A view for each split of `order`.

    Raises:
        RunError: the record holds what is no such finding.
    """
    try:
        return [_view(record.forgetting[key], say) for key in order]
    except (KeyError, TypeError) as error:
        raise RunError(f"what was forgotten cannot be read from the record of {record.name}: {error!r}") from None


def _view(found: Forgetting, say: Words) -> ForgottenView:
    present = [score for row in found.classes if row.n for score in (row.before, row.after) if score is not None]
    left = start(present)
    rows = tuple(
        ChangeRow(
            change=row,
            interval=place(row.after, left),
            was=place(row.before, left).value if row.before is not None else None,
        )
        for row in found.classes
    )
    return ForgottenView(
        title=str(say.of("split", found.split)),
        found=found,
        sentences=tuple(_sentences(found, say)),
        rows=rows,
        worst=tuple(sorted((row for row in rows if row.was is not None and row.change.n), key=_change)),
        start=left,
    )


def _change(row: ChangeRow) -> float:
    before = row.change.before.value if row.change.before is not None else 0.0
    return row.change.after.value - before


def _sentences(found: Forgetting, say: Words) -> list[Markup]:
    """What the numbers carry: of the old classes, `lost` and `won` only where the paired comparison says so; then of the new ones."""
    return [*_of_old(found, say), *_of_new(found, say)]


def _of_new(found: Forgetting, say: Words) -> list[Markup]:
    if not found.of_new.n:
        return []
    score = found.of_new.after
    low, high = say.percent(score.low), say.percent(score.high)
    return [say("forgetting.won", percent=say.percent(score.value), low=low, high=high, n=score.n)]


def _of_old(found: Forgetting, say: Words) -> list[Markup]:
    paired = found.paired
    if paired is None:
        return [say("forgetting.no_old")]
    difference = paired.difference
    values = {"before": say.percent(paired.score_first.value), "after": say.percent(paired.score_second.value)}
    if not paired.distinguishable:
        low, high = (say.points(end, sign=True) for end in (difference.low, difference.high))
        return [say("forgetting.same", n=paired.n, low=low, high=high, **values)]
    low, high = (say.points(end) for end in sorted((abs(difference.low), abs(difference.high))))
    size = {"points": say.points(abs(difference.value)), "low": low, "high": high}
    return [say("forgetting.lost" if difference.value < 0 else "forgetting.gained", **values, **size)]
