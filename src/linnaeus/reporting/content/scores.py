"""All metrics of all splits, each with its interval, and how each class fares."""

import math
from collections.abc import Mapping, Sequence

from markupsafe import Markup

from linnaeus.record.calibration import Calibration
from linnaeus.record.openings import Openings
from linnaeus.record.scores import ClassScores, Score, SplitScores
from linnaeus.reporting.blocks import Bar, Block, Cell, Folded, Measured, Paragraph, Section, Table
from linnaeus.reporting.content import calibration as probabilities
from linnaeus.reporting.content import grade, layout
from linnaeus.reporting.subject import Run, split_title
from linnaeus.reporting.words import Words
from linnaeus.stats.score import accuracy_score, f1_score

STAND = ("accuracy", "macro_f1", "macro_recall")
NO_SHARES = ("log_loss",)
MANY = 40  # classes; of more, the weakest come first
WEAKEST = 20  # and so many of them stand


def section(run: Run, say: Words) -> Section | None:
    """None of a run without a score."""
    found = [(key, run.record.scores[key].metrics) for key in run.splits()]
    names = list(dict.fromkeys(name for _, metrics in found for name in metrics))
    if not names:
        return None
    stand = [name for name in STAND if name in names]
    rest = [name for name in names if name not in stand]
    blocks: list[Block] = [table(found, stand, say)]
    for key in run.splits():
        blocks += [Paragraph(f"{split_title(key, say)}: {text}") for text in about(run.record.scores[key], say)]
    if rest:
        blocks.append(Folded(summary=say("scores-rest", n=len(rest)), blocks=[table(found, rest, say)]))
    return layout.titled(say, "scores", blocks)


def about(found: SplitScores, say: Words) -> list[Markup]:
    """Which images a score on other data is not of, and whether sealed ones, or things known by name, are among them."""
    told = [say(f"left-out-{kind}", n=count) for kind, count in found.left_out.items()]
    told += [say("namesakes", n=found.namesakes)] if found.namesakes else []
    return [*told, say("opened-images", n=found.opened)] if found.opened else told


def table(found: Sequence[tuple[str, Mapping[str, Score]]], names: Sequence[str], say: Words) -> Table:
    """A row a metric, a column a split: its key, and its metrics by name."""
    splits = [say("scores-column", split=split_title(key, say), n=metrics["accuracy"].n) for key, metrics in found]
    rows = [[say.of("metric", name), *(_cell(name, metrics.get(name), say) for _, metrics in found)] for name in names]
    return layout.table(say, ["metric", *splits], rows, say("scores-caption"), range(1, 1 + len(found)))


def axis_start(scores: Sequence[Score]) -> float:
    """A round left end, in tenths, for an axis that holds these scores and ends at 1."""
    return max(0.0, math.floor(10 * min((score.low for score in scores), default=0) - 0.1) / 10)


def _cell(name: str, score: Score | None, say: Words) -> Cell:
    if score is None:
        return "–"
    return say.estimate(score) if name in NO_SHARES else Measured(score=score)


def classes(run: Run, say: Words) -> Section | None:
    """Precision, recall and F1 of each class; None of a run without a score."""
    blocks = layout.by_split(run.record.scores, say, lambda *found: [class_table(*found)])
    return layout.titled(say, "classes", blocks, "by-class") if blocks else None


def class_table(found: SplitScores, key: str, say: Words) -> Table:
    """A row a class; of many, the weakest stand and the rest are folded."""
    rows, many = list(found.classes), len(found.classes) > MANY
    start = axis_start([row.recall for row in rows if row.support])
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
    in_vain = grade.says_nothing(found)
    sentences = probabilities.sentences(calibration, key, say) if calibration is not None and not in_vain else ()
    times = opened is not None and opened.times and say("test-opened-all", n=opened.times, runs=opened.runs)
    facts = layout.known(
        (split_title(key, say), say.score(found.metrics["accuracy"])),
        *(("", text) for text in about(found, say)),
        ("", times or ""),
        ("", grade.judgement(found, say) if in_vain else ""),
        (say("brief-weakest"), grade.weakest(found, say)),
        (say("brief-calibration"), layout.together(sentences)),
    )
    metrics = table([(key, found.metrics)], list(found.metrics), say)
    return [facts, metrics, class_table(found, key, say)]


def _row(row: ClassScores, start: float, say: Words) -> list[Cell]:
    precision = _measured(row.precision, accuracy_score(row.correct, row.predicted), row)
    if not row.support:
        return [row.name, precision, say("by-class-absent"), "", "", say.count(0), ""]
    recall, bar = Measured(score=row.recall), Bar(score=row.recall, start=start)
    f1 = _measured(row.f1, f1_score(accuracy_score(row.correct, row.support + row.predicted - row.correct)), row)
    return [row.name, precision, recall, bar, f1, say.count(row.support), row.confused_with or ""]


def _measured(kept: Score | float | None, counted: Score, row: ClassScores) -> Cell:
    """Of older records, which kept a bare number, what the counts say; nothing of things, which they do not count."""
    if isinstance(kept, Score):
        return Measured(score=kept)
    return Measured(score=counted) if counted.n and row.recall.groups is None else "–"
