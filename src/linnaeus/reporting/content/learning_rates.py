"""A learning-rate range test: the loss by the learning rate, and what is suggested."""

from linnaeus.record.measurements import LrRange
from linnaeus.reporting.blocks import Block
from linnaeus.reporting.content.layout import known, table
from linnaeus.reporting.words import Words

ROWS = 12  # of the steps, about


def look(found: LrRange, say: Words) -> list[Block]:
    """Some of the steps, what the whole sweep was, and the suggestion."""
    steps = found.steps
    rows = [
        [say.figures(row.lr, 2), say.number(row.loss, 3), say.number(row.smoothed, 3)]
        for row in steps[:: -(-len(steps) // ROWS)]
    ]
    ends = {"first": steps[0].lr, "last": steps[-1].lr, "lowest": found.lowest, "fastest": found.fastest}
    ended = say("sweep-diverged" if found.diverged else "sweep-ended")
    swept = say("sweep-text", n=len(steps), ended=ended, **{name: say.figures(rate, 2) for name, rate in ends.items()})
    # As it is typed after --set, whatever the language.
    suggestion = say("sweep-suggestion-text", lr=f"{found.suggestion:g}")
    facts = known((say("sweep-swept"), swept), (say("sweep-suggestion"), suggestion), (say("picture"), found.picture))
    columns = [say(f"sweep-{name}") for name in ("lr", "loss", "smoothed")]
    return [table(say, columns, rows, numbers=(0, 1, 2)), facts]
