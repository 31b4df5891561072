"""A learning-rate range test: the loss by the learning rate, and what is suggested."""

from collections.abc import Mapping
from typing import Any

from linnaeus.reporting.blocks import Block, Cell, Facts, Table, Text
from linnaeus.reporting.words import Words

ROWS = 12  # of the steps, about


def sweep(found: Mapping[str, Any], say: Words, picture: str = "") -> list[Block]:
    """`found` as `find_lr` gives it; `picture` is the file that was drawn."""
    steps = found["steps"]
    rows: list[list[Cell]] = [
        [say.figures(row["lr"], 2), say.number(row["loss"], 3), say.number(row["smoothed"], 3)]
        for row in steps[:: -(-len(steps) // ROWS)]
    ]
    header = [say(f"sweep-{name}") for name in ("lr", "loss", "smoothed")]
    first, last, lowest, fastest = (
        say.figures(value, 2) for value in (steps[0]["lr"], steps[-1]["lr"], found["lowest"], found["fastest"])
    )
    ended = say("sweep-diverged" if found["diverged"] else "sweep-ended")
    swept = say("sweep-text", n=len(steps), first=first, last=last, ended=ended, lowest=lowest, fastest=fastest)
    # As it is typed after --set, whatever the language.
    suggestion = say("sweep-suggestion-text", lr=f"{found['suggestion']:g}")
    facts: list[tuple[Text, Text]] = [(say("sweep-swept"), swept), (say("sweep-suggestion"), suggestion)]
    if picture:
        facts.append((say("picture"), picture))
    return [Table(header=header, rows=rows, numbers=frozenset((0, 1, 2))), Facts(facts)]
