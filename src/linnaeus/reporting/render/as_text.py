"""What a page draws in the cells of a table, as text: for media in which a mark on an axis is no mark, and a link leads nowhere."""

import re
from collections.abc import Sequence
from dataclasses import replace

from markupsafe import Markup

from linnaeus.reporting.blocks import Bar, Cell, Linked, Measured, Table, Text
from linnaeus.reporting.words import Words

WORD = 20  # letters of a cell that stay together; a longer word of code may be broken at its joints
_BLANKS = re.compile(r"[ \t\n\u200b]+")
_CODE = re.compile(r"(?<=<code>).*?(?=</code>)", re.DOTALL)
_JOINT = re.compile(r"([(,=|/])(?=\S)")


def bare(text: Text) -> str:
    """Without tags, for where none can stand."""
    return text.striptags() if isinstance(text, Markup) else text


def undivided(text: Text) -> list[str]:
    """Its words; a blank that does not break, as in 691 523 and 97 %, holds two parts of one together."""
    return [word for word in _BLANKS.split(bare(text)) if word]


def breakable(text: Text) -> Text:
    """Code in a cell: where it has a long word, lines may end after a bracket, a comma, or a sign between its parts."""
    if not isinstance(text, Markup) or "<code>" not in text or max(map(len, undivided(text)), default=0) <= WORD:
        return text
    return Markup(_CODE.sub(lambda found: _JOINT.sub(r"\1<wbr>", found[0]), text))


def cell(found: Cell, say: Words) -> Text:
    """`98.5 % (96.3–99.4)`, with n where the cell tells it."""
    match found:
        case None:
            return ""
        case Measured(score=score, n=n):
            return say.score(score, n=n)
        case Bar(score=score, before=before):
            return (f"{say.share(before.value)} → " if before else "") + say.score(score, n=False)
        case Linked(text=text):
            return text
        case _:
            return found


def without_repeats(table: Table) -> Table:
    """The table without columns of bars whose scores stand in numbers beside them."""
    columns = range(max(map(len, table.rows), default=0))
    kept = [place for place in columns if not _repeats(table.rows, place)]
    if len(kept) == len(columns):
        return table
    return replace(
        table,
        header=[table.header[place] for place in kept] if table.header else (),
        rows=[[row[place] for place in kept] for row in table.rows],
        numbers=frozenset(new for new, place in enumerate(kept) if place in table.numbers),
    )


def _repeats(rows: Sequence[Sequence[Cell]], place: int) -> bool:
    told = [({one.score for one in row if isinstance(one, Measured)}, row[place]) for row in rows]
    bars = [(beside, bar) for beside, bar in told if isinstance(bar, Bar)]
    return bool(bars) and all(bar.score in beside and bar.before in (None, *beside) for beside, bar in bars)
