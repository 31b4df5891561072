"""All metrics of all splits, each with its interval: three of them stand, the rest is folded."""

import math
from collections.abc import Mapping, Sequence

from markupsafe import Markup

from linnaeus.record.scores import Score, SplitScores
from linnaeus.reporting.blocks import Block, Cell, Folded, Measured, Paragraph, Section, Table
from linnaeus.reporting.content import layout
from linnaeus.reporting.subject import Run, split_title
from linnaeus.reporting.words import Words

STAND = ("accuracy", "macro_f1", "macro_recall")
NO_SHARES = ("log_loss",)


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
    """Which images a score on other data is not of, and whether sealed ones are among them."""
    told = [say(f"left-out-{kind}", n=count) for kind, count in found.left_out.items()]
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
