"""How each class fares: precision, recall with its interval, F1."""

from collections.abc import Iterator

from linnaeus.record.calibration import Calibration
from linnaeus.record.openings import Openings
from linnaeus.record.scores import ClassScores, SplitScores
from linnaeus.reporting.blocks import Bar, Block, Cell, Measured, Section, Table
from linnaeus.reporting.content import calibration as probabilities
from linnaeus.reporting.content import grade, layout, scores
from linnaeus.reporting.subject import Run, split_title
from linnaeus.reporting.words import Words

MANY = 40  # classes; of more, the weakest come first
WEAKEST = 20  # and so many of them stand


def section(run: Run, say: Words) -> Section | None:
    """None of a run without a score."""
    blocks = layout.by_split(run.record.scores, say, _split)
    return layout.titled(say, "classes", blocks, "by-class") if blocks else None


def _split(found: SplitScores, key: str, say: Words) -> Iterator[Block]:
    yield table(found, key, say)


def table(found: SplitScores, key: str, say: Words) -> Table:
    """A row a class; of many, the weakest stand and the rest are folded."""
    rows, many = list(found.classes), len(found.classes) > MANY
    start = scores.axis_start([row.recall for row in rows if row.support])
    if many:
        rows.sort(key=lambda row: (row.support == 0, row.recall.value))
    words = "by-class-weakest" if many else "by-class-caption"
    return layout.table(
        say,
        ("class", "precision", "recall", "", "f1", "support", "confused-with"),
        [_row(row, start, say) for row in rows],
        say(words, n=WEAKEST, of=len(rows), split=split_title(key, say)),
        (1, 2, 4, 5),
        WEAKEST if many else None,
    )


def look(
    found: SplitScores, say: Words, calibration: Calibration | None = None, opened: Openings | None = None
) -> list[Block]:
    """All that was measured on one split: accuracy, of which images it is, weakest class and calibration in lines, then all metrics,
    then each class. `opened`: how often the test images of these data were opened, where these are some of them.
    """
    key = found.split
    sentences = probabilities.sentences(calibration, key, say) if calibration is not None else ()
    times = opened is not None and opened.times and say("test-opened-all", n=opened.times, runs=opened.runs)
    facts = layout.known(
        (split_title(key, say), say.score(found.metrics["accuracy"])),
        *(("", text) for text in scores.about(found, say)),
        ("", times or ""),
        (say("brief-weakest"), grade.weakest(found, say)),
        (say("brief-calibration"), layout.together(sentences)),
    )
    metrics = scores.table([(key, found.metrics)], list(found.metrics), say)
    return [facts, metrics, table(found, key, say)]


def _row(row: ClassScores, start: float, say: Words) -> list[Cell]:
    if not row.support:
        precision = say.share(row.precision) if row.predicted else "–"
        return [row.name, precision, say("by-class-absent"), "", "", say.count(0), ""]
    recall, bar = Measured(score=row.recall), Bar(score=row.recall, start=start)
    confused = row.confused_with or ""
    return [row.name, say.share(row.precision), recall, bar, say.share(row.f1), say.count(row.support), confused]
