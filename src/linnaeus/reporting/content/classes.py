"""How each class fares: precision, recall with its interval, F1."""

from linnaeus.record.scores import ClassScores, Score, SplitScores
from linnaeus.reporting import axis
from linnaeus.reporting.blocks import Bar, Block, Cell, Heading, Measured, Section, Table
from linnaeus.reporting.content import scores
from linnaeus.reporting.subject import Run, split_title
from linnaeus.reporting.words import Words

MANY = 40  # classes; of more, the weakest come first
WEAKEST = 20  # and so many of them stand
COLUMNS = ("class", "precision", "recall", "", "f1", "support", "confused-with")


def section(run: Run, say: Words) -> Section | None:
    """None of a run without a score."""
    blocks: list[Block] = []
    for key in run.splits():
        blocks += [Heading(split_title(key, say)), table(run.record.scores[key], key, say)]
    if not blocks:
        return None
    return Section(key="classes", title=say("by-class"), note=say("by-class-note"), blocks=blocks)


def table(found: SplitScores, key: str, say: Words) -> Table:
    """A row a class; of many, the weakest stand and the rest are folded."""
    many = len(found.classes) > MANY
    start = axis.start([row.recall for row in found.classes if row.support])
    rows = list(found.classes)
    if many:
        rows.sort(key=lambda row: (row.support == 0, row.recall.value))
    header = [say(f"column-{name}") if name else "" for name in COLUMNS]
    caption = say(
        "by-class-weakest" if many else "by-class-caption", n=WEAKEST, of=len(rows), split=split_title(key, say)
    )
    return Table(
        header=header,
        rows=[_row(row, start, say) for row in rows],
        numbers=frozenset((1, 2, 4, 5)),
        caption=caption,
        open_rows=WEAKEST if many else None,
    )


def look(found: SplitScores, say: Words) -> list[Block]:
    """All that was measured on one split: its metrics, then the classes."""
    return [scores.table([(found.split, found.metrics)], list(found.metrics), say), table(found, found.split, say)]


def _row(row: ClassScores, start: float, say: Words) -> list[Cell]:
    if not row.support:
        precision = say.share(row.precision) if row.predicted else "–"
        return [row.name, precision, say("by-class-absent"), "", "", say.count(0), ""]
    recall: Score = row.recall
    return [
        row.name,
        say.share(row.precision),
        Measured(score=recall),
        Bar(score=recall, start=start),
        say.share(row.f1),
        say.count(row.support),
        row.confused_with or "",
    ]
