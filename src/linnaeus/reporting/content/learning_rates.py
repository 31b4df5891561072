"""A learning-rate range test: the loss by the learning rate, and what is suggested."""

from linnaeus.record.measurements import LrRange
from linnaeus.reporting.blocks import Block, Cell, Facts, Table, Text
from linnaeus.reporting.words import Words

ROWS = 12  # of the steps, about


def look(found: LrRange, say: Words) -> list[Block]:
    """Some of the steps, what the whole sweep was, and the suggestion."""
    steps = found.steps
    rows: list[list[Cell]] = [
        [say.figures(row.lr, 2), say.number(row.loss, 3), say.number(row.smoothed, 3)]
        for row in steps[:: -(-len(steps) // ROWS)]
    ]
    header = [say(f"sweep-{name}") for name in ("lr", "loss", "smoothed")]
    first, last, lowest, fastest = (
        say.figures(value, 2) for value in (steps[0].lr, steps[-1].lr, found.lowest, found.fastest)
    )
    ended = say("sweep-diverged" if found.diverged else "sweep-ended")
    swept = say("sweep-text", n=len(steps), first=first, last=last, ended=ended, lowest=lowest, fastest=fastest)
    # As it is typed after --set, whatever the language.
    suggestion = say("sweep-suggestion-text", lr=f"{found.suggestion:g}")
    facts: list[tuple[Text, Text]] = [(say("sweep-swept"), swept), (say("sweep-suggestion"), suggestion)]
    if found.picture:
        facts.append((say("picture"), found.picture))
    return [Table(header=header, rows=rows, numbers=frozenset((0, 1, 2))), Facts(facts)]
