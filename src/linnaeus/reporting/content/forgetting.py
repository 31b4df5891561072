"""Of a run that adds classes to another's: what was forgotten, and what was gained, on the very same images."""

from collections.abc import Iterator, Sequence

from markupsafe import Markup

from linnaeus.record.comparison import Change, Crossed, Forgetting
from linnaeus.record.scores import Score
from linnaeus.reporting import axis
from linnaeus.reporting.blocks import Bar, Block, Cell, Folded, Heading, Items, Measured, Paragraph, Section, Table
from linnaeus.reporting.subject import Run, ordered, split_title
from linnaeus.reporting.words import Words

MANY = 40  # classes; of more, those that lost most come first and the rest is folded
WORST = 20
MOST_PAIRS = 8


def section(run: Run, say: Words) -> Section | None:
    """None of a run that adds no classes."""
    found = run.record.forgetting
    blocks = [block for key in ordered(found) for block in _split(found[key], key, say)]
    if not blocks:
        return None
    return Section(key="forgetting", title=say("forgetting"), note=say("forgetting-note"), blocks=blocks)


def sentences(found: Forgetting, say: Words) -> list[Markup]:
    """What the numbers carry: of the old classes, `lost` and `gained` only where the paired comparison says so; then of the new ones."""
    return [_of_old(found, say), *_of_new(found, say)]


def _split(found: Forgetting, key: str, say: Words) -> Iterator[Block]:
    yield Heading(split_title(key, say))
    yield Paragraph(Markup(" ").join(sentences(found, say)))
    rows = [
        [say("forgetting-new" if group.is_new else "forgetting-old"), say.count(group.n), *_scores(group)]
        for group in found.groups
        if group.n
    ]
    header = [say(f"column-{column}") for column in ("group", "support", "before", "after")]
    caption = say("forgetting-groups", split=split_title(key, say))
    yield Table(header=header, rows=rows, numbers=frozenset((1, 2, 3)), caption=caption)
    yield from _confused("forgetting-new-as-old", found.new_as_old, say)
    yield from _confused("forgetting-old-as-new", found.old_as_new, say)
    yield from _by_class(found, key, say)


def _by_class(found: Forgetting, key: str, say: Words) -> Iterator[Block]:
    present = [score for row in found.classes if row.n for score in (row.before, row.after) if score is not None]
    start = axis.start(present)
    caption = say("forgetting-by-class", split=split_title(key, say))
    if len(found.classes) <= MANY:
        yield _table(found.classes, start, caption, say)
        return
    worst = sorted((row for row in found.classes if row.before is not None and row.n), key=_change)[:WORST]
    if worst:
        yield _table(worst, start, say("forgetting-worst", n=len(worst)), say)
    summary = say("by-class-all", n=len(found.classes))
    yield Folded(summary=summary, blocks=[_table(found.classes, start, caption, say)])


def _table(rows: Sequence[Change], start: float, caption: Markup, say: Words) -> Table:
    header = [say("column-class"), say("column-support"), say("column-before"), say("column-after"), ""]
    return Table(
        header=header, rows=[_row(row, start, say) for row in rows], numbers=frozenset((1, 2, 3)), caption=caption
    )


def _row(row: Change, start: float, say: Words) -> list[Cell]:
    name = Markup("{} <small>{}</small>").format(row.name, say("forgetting-is-new")) if row.is_new else row.name
    if not row.n:
        return [name, say.count(0), say("by-class-absent"), "", ""]
    return [name, say.count(row.n), *_scores(row), Bar(score=row.after, start=start, before=row.before)]


def _scores(row: Change) -> tuple[Cell, Cell]:
    return Measured(score=row.before) if row.before is not None else "–", Measured(score=row.after)


def _change(row: Change) -> float:
    return row.after.value - (row.before.value if row.before is not None else 0.0)


def _confused(key: str, found: Crossed, say: Words) -> Iterator[Block]:
    """Images of one group of classes that were classified as the other, and the most frequent pairs."""
    if found.count:
        yield Paragraph(say(key, n=found.count, of=found.of))
        yield Items(
            [
                say("confused-pair", name=pair.name, other=pair.confused_with, n=pair.count, of=pair.support)
                for pair in found.pairs[:MOST_PAIRS]
            ]
        )


def _of_new(found: Forgetting, say: Words) -> list[Markup]:
    score: Score = found.of_new.after
    return [say("forgetting-gain", score=say.score(score))] if found.of_new.n else []


def _of_old(found: Forgetting, say: Words) -> Markup:
    paired = found.paired
    if paired is None:
        return say("forgetting-no-old")
    difference = paired.difference
    values = {"before": say.share(paired.score_first.value), "after": say.share(paired.score_second.value)}
    if not paired.distinguishable:
        low, high = (say.points(end, sign=True) for end in (difference.low, difference.high))
        return say("forgetting-same", n=paired.n, low=low, high=high, **values)
    low, high = (say.points(end) for end in sorted((abs(difference.low), abs(difference.high))))
    size = {"points": say.points(abs(difference.value)), "low": low, "high": high}
    return say("forgetting-lost" if difference.value < 0 else "forgetting-gained", n=paired.n, **values, **size)
