"""Of a run that adds classes to another's: what was forgotten, and what was gained, on the very same images."""

from collections.abc import Iterator, Sequence

from markupsafe import Markup

from linnaeus.record.comparison import Change, Crossed, Forgetting
from linnaeus.reporting.blocks import Bar, Block, Cell, Folded, Items, Measured, Paragraph, Section, Table
from linnaeus.reporting.content.layout import by_split, paragraph, small, table, titled
from linnaeus.reporting.content.scores import MANY, WEAKEST, axis_start
from linnaeus.reporting.subject import Run, split_title
from linnaeus.reporting.words import Words

MOST_PAIRS = 8
NAMED = 3  # pairs that a sentence names


def section(run: Run, say: Words) -> Section | None:
    """None of a run that adds no classes."""
    blocks = by_split(run.record.forgetting, say, _split)
    return titled(say, "forgetting", blocks) if blocks else None


def sentences(found: Forgetting, say: Words) -> list[Markup]:
    """What the numbers carry: of the old classes, `lost` and `gained` only where the paired comparison says so; then of the new ones."""
    gain = [say("forgetting-gain", score=say.score(found.of_new.after))] if found.of_new.n else []
    return [_of_old(found, say), *gain]


def mistaken(found: Forgetting, say: Words) -> Iterator[Markup]:
    """Which old classes the new ones are mistaken for most often."""
    if pairs := found.new_as_old.pairs[:NAMED]:
        named = "; ".join(f"{one.name} → {one.confused_with} ({say.count(one.count)})" for one in pairs)
        yield say("forgetting-mistaken", n=found.new_as_old.count, of=found.new_as_old.of, pairs=named)


def _split(found: Forgetting, key: str, say: Words) -> Iterator[Block]:
    yield paragraph(sentences(found, say))
    rows = [
        [say("forgetting-new" if group.is_new else "forgetting-old"), say.count(group.n), *_scores(group)]
        for group in found.groups
        if group.n
    ]
    caption = say("forgetting-groups", split=split_title(key, say))
    yield table(say, ("group", "support", "before", "after"), rows, caption, (1, 2, 3))
    yield from _confused("forgetting-new-as-old", found.new_as_old, say)
    yield from _confused("forgetting-old-as-new", found.old_as_new, say)
    present = [score for row in found.classes if row.n for score in (row.before, row.after) if score is not None]
    start, caption = axis_start(present), say("forgetting-by-class", split=split_title(key, say))
    whole = _table(found.classes, start, caption, say)
    if len(found.classes) <= MANY:
        yield whole
        return
    worst = sorted((row for row in found.classes if row.before is not None and row.n), key=_change)[:WEAKEST]
    if worst:
        yield _table(worst, start, say("forgetting-worst", n=len(worst)), say)
    yield Folded(summary=say("by-class-all", n=len(found.classes)), blocks=[whole])


def _table(rows: Sequence[Change], start: float, caption: Markup, say: Words) -> Table:
    cells = [_row(row, start, say) for row in rows]
    return table(say, ("class", "support", "before", "after", ""), cells, caption, (1, 2, 3))


def _row(row: Change, start: float, say: Words) -> list[Cell]:
    name = Markup("{} {}").format(row.name, small(say("forgetting-is-new"))) if row.is_new else row.name
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
        yield Items([
            say("confused-pair", name=pair.name, other=pair.confused_with, n=pair.count, of=pair.support)
            for pair in found.pairs[:MOST_PAIRS]
        ])  # fmt: skip


def _of_old(found: Forgetting, say: Words) -> Markup:
    paired = found.paired
    if paired is None:
        return say("forgetting-no-old")
    before, after = (say.share(score.value) for score in (paired.score_first, paired.score_second))
    if not paired.distinguishable:
        key, values = "same", say.difference(paired.difference)
    else:
        key, values = "lost" if paired.difference.value < 0 else "gained", say.size(paired.difference)
    return say(f"forgetting-{key}", n=paired.n, before=before, after=after, **values)
