"""One recipe under several seeds: each run, and what they say together."""

from collections.abc import Sequence

from linnaeus.record.comparison import Repeats
from linnaeus.record.scores import Score
from linnaeus.reporting.blocks import Block, Cell, Measured, Paragraph, Section
from linnaeus.reporting.content.layout import table, titled
from linnaeus.reporting.words import Words


def section(found: Repeats, say: Words) -> Section:
    """A row a seed, and the mean over seeds with its interval."""
    rows: list[list[Cell]] = [
        [run, str(seed), Measured(score=score, n=True)]
        for run, seed, score in zip(found.runs, found.seeds, found.scores, strict=True)
    ]
    each = table(say, ("run", "seed", "accuracy"), rows, say("repeats-caption"), (1, 2))
    mean = say.score(Score(value=found.mean, low=found.low, high=found.high, n=len(found.runs)), n=False)
    std = say.number(100 * found.std, 2)
    told = say(f"repeats-over-{found.over}", n=len(found.runs), mean=mean, std=std, images=found.scores[0].n)
    return titled(say, "repeats", [each, Paragraph(told)], note=False)


def look(found: Repeats, say: Words) -> Sequence[Block]:
    """What a notebook shows of repeats over seeds."""
    return section(found, say).blocks
