"""One recipe under several seeds: each run, and what they say together."""

from collections.abc import Sequence

from linnaeus.record.comparison import Repeats
from linnaeus.record.scores import Score
from linnaeus.reporting.blocks import Block, Cell, Measured, Paragraph, Section, Table
from linnaeus.reporting.words import Words


def section(found: Repeats, say: Words) -> Section:
    """A row a seed, and the mean over seeds with its interval."""
    rows: list[list[Cell]] = [
        [run, str(seed), Measured(score=score, n=True)]
        for run, seed, score in zip(found.runs, found.seeds, found.scores, strict=True)
    ]
    header = [say(f"column-{name}") for name in ("run", "seed", "accuracy")]
    table = Table(header=header, rows=rows, numbers=frozenset((1, 2)), caption=say("repeats-caption"))
    mean = Score(value=found.mean, low=found.low, high=found.high, n=len(found.runs))
    std = say.number(100 * found.std, 2)
    together = say("repeats-mean", n=len(found.runs), mean=say.score(mean, n=False), std=std, images=found.scores[0].n)
    return Section(key="repeats", title=say("repeats"), blocks=[table, Paragraph(together)])


def look(found: Repeats, say: Words) -> Sequence[Block]:
    """What a notebook shows of repeats over seeds."""
    return section(found, say).blocks
