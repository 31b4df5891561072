"""What every command prints with: labelled lines, tables, JSON, complaints. Nothing here needs colour or UTF-8."""

import codecs
import json
import os
import shutil
import sys
import textwrap
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from typing import Any

from linnaeus.distributed import rank

LABEL = 12  # columns of the label before a line

# Where a terminal cannot show a sign, this says the same.
_PLAIN = {
    "×": "x",
    "·": "|",
    "–": "-",
    "—": "-",
    "−": "-",
    "…": "...",
    "±": "+-",
    "━": "-",
    "╸": "-",
    "╺": "-",
    "→": "->",
}


def prepare() -> None:
    """Make standard output and standard error take any text, whatever the terminal's encoding."""
    codecs.register_error("linnaeus", _replacement)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="linnaeus")


def _replacement(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    signs = error.object[error.start : error.end]
    return "".join(_PLAIN.get(sign) or sign.encode("ascii", "backslashreplace").decode() for sign in signs), error.end


def clean(text: object) -> str:
    """Text from outside (file and class names, reasons) on one line, its control characters shown instead of obeyed."""
    return "".join(sign.encode("unicode_escape").decode() if _acts(sign) else sign for sign in str(text))


def _acts(sign: str) -> bool:
    """True for what a terminal would obey rather than show: control characters, line breaks, changes of direction."""
    return (
        unicodedata.category(sign) in ("Cc", "Zl", "Zp")
        or sign in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    )


def width() -> int:
    """Columns of the terminal; a generous page where there is none, since nothing wraps there."""
    return shutil.get_terminal_size((200, 24)).columns


def labelled(label: str, text: str, column: int = LABEL) -> str:
    """`label       text`, wrapped to the terminal under its own beginning, which is at `column`."""
    first = f"{label:<{column - 1}} "
    lines = _wrap(clean(text), max(column + 18, width() - 1), first, " " * column)
    return "\n".join(lines) or first.rstrip()


def _wrap(text: str, columns: int, first: str = "", later: str = "") -> list[str]:
    """Lines of whole words: a path or a command is never broken."""
    return textwrap.wrap(
        text, columns, initial_indent=first, subsequent_indent=later, break_long_words=False, break_on_hyphens=False
    )


def say(label: str, text: str) -> None:
    """Print a labelled line."""
    print(labelled(label, text))


def suggest(*commands: str) -> None:
    """The last line of a command: what one would do next. A terminal too narrow for it shows a command a line."""
    line = " · ".join(commands)
    fits = LABEL + cell_width(line) < width()
    for label, text in [("next", line)] if fits else zip(["next", *[""] * len(commands)], commands, strict=False):
        say(label, text)


def table(header: Sequence[str], rows: Iterable[Sequence[object]], left: int = 1) -> str:
    """Aligned columns, the first `left` of them to the left, numbers to the right."""
    cells = [list(header), *([clean(cell) for cell in row] for row in rows)]
    widths = [max(cell_width(row[column]) for row in cells) for column in range(len(header))]

    def line(row: Sequence[str]) -> str:
        return "  ".join(_pad(cell, widths[column], column < left) for column, cell in enumerate(row)).rstrip()

    return "\n".join(line(row) for row in cells)


def cell_width(text: str) -> int:
    """Columns that a text takes on a terminal: wide characters take two, combining marks none."""
    return sum(0 if unicodedata.combining(sign) else 1 + (unicodedata.east_asian_width(sign) in "WF") for sign in text)


def _pad(text: str, columns: int, left: bool) -> str:
    space = " " * (columns - cell_width(text))
    return text + space if left else space + text


def json_text(value: Any, encoding: str = "utf-8") -> str:
    """JSON that reads well where `encoding` can say it, and that holds file names of any bytes exactly."""
    text = json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False)
    try:
        text.encode(encoding)
    except UnicodeEncodeError:  # an old terminal, or a name that is not UTF-8, whose bytes stand as \udcXX
        return json.dumps(value, indent=2, allow_nan=False)
    return text


def print_json(value: Any) -> None:
    """Print one JSON value that this terminal can show and any program can read."""
    print(json_text(value, sys.stdout.encoding or "utf-8"))


@contextmanager
def alone(as_json: bool) -> Iterator[None]:
    """What libraries print meanwhile, in this process or in one of theirs, goes to standard error: the other stays JSON's alone."""
    if not as_json:
        yield
        return
    sys.stdout.flush()
    kept = os.dup(1)
    os.dup2(2, 1)
    try:
        with redirect_stdout(sys.stderr):
            yield
    finally:
        sys.stdout.flush()  # what somebody still had in hand
        os.dup2(kept, 1)
        os.close(kept)


def complain(message: str) -> None:
    """One message on standard error, wrapped where a person reads it."""
    text = f"linnaeus: process {rank()}: {message}" if rank() else f"linnaeus: {message}"
    if sys.stderr.isatty():
        text = "\n".join("\n  ".join(_wrap(line, max(30, width() - 3))) for line in text.split("\n"))
    print(text, file=sys.stderr)


def seconds(value: float) -> str:
    """`0.4 s`, `12 s`, `3 min 05 s`, `2 h 10 min`"""
    if value < 9.95:
        return f"{value:.1f} s"
    whole = round(value)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"
