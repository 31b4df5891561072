"""Lines and columns of a terminal, of texts in the tags of `blocks`. It imports little: a command prints with it before all else."""

import re
import shutil
import textwrap
import unicodedata
from collections.abc import Sequence

from markupsafe import Markup

LABEL = 12  # columns of the label before a line
_TAG = re.compile(r"<[^>]*>")
_STAYS = str.maketrans("\u00a0\u202f", "  ")  # blanks that do not break, once lines are broken


def width() -> int:
    """Columns of the terminal; a generous page where there is none, since nothing wraps there."""
    return shutil.get_terminal_size((200, 24)).columns


def clean(text: object) -> str:
    """Text from outside (file and class names, reasons) on one line, its control characters shown instead of obeyed."""
    return "".join(sign.encode("unicode_escape").decode() if _acts(sign) else sign for sign in str(text))


def cell_width(text: str) -> int:
    """Columns that a text takes on a terminal: wide characters take two, combining marks none."""
    return sum(0 if unicodedata.combining(sign) else 1 + (unicodedata.east_asian_width(sign) in "WF") for sign in text)


def plain(text: str | Markup) -> str:
    """The text alone, on one line, fit for a terminal."""
    return clean(_untagged(text, " ")).translate(_STAYS)


def labelled(label: str, text: str | Markup, columns: int, column: int = LABEL) -> str:
    """`label       text`, wrapped under its own beginning, which is at `column`."""
    first = label + " " * max(1, column - cell_width(label))
    return "\n".join(wrapped(text, max(column + 18, columns - 1), first, " " * column)) or first.rstrip()


def wrapped(text: str | Markup, columns: int, first: str = "", later: str = "") -> list[str]:
    """Lines of whole words: a path or a command is never broken, nor is what a blank that does not break holds together."""
    found: list[str] = []
    for line in text.split("<br>") if isinstance(text, Markup) else [text]:
        found += textwrap.wrap(
            clean(_untagged(line, "")), columns, initial_indent=later if found else first, subsequent_indent=later,
            break_long_words=False, break_on_hyphens=False,
        )  # fmt: skip
    return [line.translate(_STAYS) for line in found]


def aligned(header: Sequence[str], rows: Sequence[Sequence[str]], right: frozenset[int]) -> str:
    """Columns under their heads, those in `right` to the right. Without any head there is no line of them."""
    cells = [list(header), *map(list, rows)] if any(header) else [list(row) for row in rows]
    widths = [max(map(cell_width, column)) for column in zip(*cells, strict=True)]

    def line(row: Sequence[str]) -> str:
        return "  ".join(_pad(cell, widths[place], place in right) for place, cell in enumerate(row)).rstrip()

    return "\n".join(map(line, cells))


def _untagged(text: str | Markup, line_break: str) -> str:
    """Blanks stay as they are, those that do not break among them."""
    return Markup(_TAG.sub("", text.replace("<br>", line_break))).unescape() if isinstance(text, Markup) else text


def _pad(cell: str, columns: int, right: bool) -> str:
    space = " " * (columns - cell_width(cell))
    return space + cell if right else cell + space


def _acts(sign: str) -> bool:
    """True for what a terminal would obey rather than show: control characters, line breaks, changes of direction."""
    return (
        unicodedata.category(sign) in ("Cc", "Zl", "Zp")
        or sign in "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    )
