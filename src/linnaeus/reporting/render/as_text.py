"""What a page draws in the cells of a table, as text: for media in which a mark on an axis is no mark."""

from collections.abc import Sequence
from dataclasses import replace

from linnaeus.reporting.blocks import Bar, Cell, Measured, Table, Text
from linnaeus.reporting.words import Words


def cell(found: Cell, say: Words) -> Text:
    """`98.5 % (96.3–99.4)`, with n where the cell tells it."""
    if isinstance(found, Measured):
        return say.score(found.score, n=found.n)
    if isinstance(found, Bar):
        before = f"{say.share(found.before.value)} → " if found.before is not None else ""
        return before + say.score(found.score, n=False)
    return "" if found is None else found


def without_repeats(table: Table) -> Table:
    """The table without columns of bars whose scores stand in numbers beside them."""
    drawn = [place for place in range(max(map(len, table.rows), default=0)) if _repeats(table.rows, place)]
    if not drawn:
        return table
    kept = [place for place in range(max(map(len, table.rows))) if place not in drawn]
    return replace(
        table,
        header=[table.header[place] for place in kept] if table.header else table.header,
        rows=[[row[place] for place in kept] for row in table.rows],
        numbers=frozenset(new for new, place in enumerate(kept) if place in table.numbers),
    )


def _repeats(rows: Sequence[Sequence[Cell]], place: int) -> bool:
    bars = [(row, row[place]) for row in rows if isinstance(row[place], Bar)]
    return bool(bars) and all(
        {bar.score, *([bar.before] if bar.before else [])}
        <= {one.score for one in row if isinstance(one, Measured)}
        for row, bar in bars
        if isinstance(bar, Bar)
    )  # fmt: skip
