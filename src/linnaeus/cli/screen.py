"""What every command prints with: labelled lines, tables, JSON, complaints. Nothing here needs colour or UTF-8."""

import codecs
import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from typing import TYPE_CHECKING, Any

from linnaeus.distributed import rank
from linnaeus.errors import LinnaeusError
from linnaeus.recipe import shell
from linnaeus.reporting.render import lines
from linnaeus.reporting.render.lines import clean as clean
from linnaeus.reporting.render.lines import width as width

if TYPE_CHECKING:
    from linnaeus.reporting.blocks import Block, Document, Section

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


def labelled(label: str, text: str, column: int = lines.LABEL) -> str:
    """`label       text`, wrapped to the terminal under its own beginning, which is at `column`."""
    return lines.labelled(label, text, width(), column)


def for_eyes(text: str) -> str:
    """A text for programs (CSV, JSON): whole where it goes to one, cleaned where it goes to a terminal."""
    return "\n".join(map(clean, text.split("\n"))) if sys.stdout.isatty() else text


def show(shown: "Document | Section | Sequence[Block | Section]", language: str = "en") -> None:
    """Print what `content` built, in the words of a language."""
    from linnaeus.reporting.render import terminal
    from linnaeus.reporting.words import words

    if text := terminal.render(shown, words(language), width()):
        print(text)


def look(found: object, language: str = "en") -> None:
    """Print what a verb returned, as all media show it."""
    from linnaeus.reporting import shown
    from linnaeus.reporting.words import words

    show(shown.look(found, words(language)) or [], language)


def tell(found: object, as_json: bool, language: str = "en") -> bool:
    """The same, or the record itself as JSON; False then, since nothing more may be printed."""
    if as_json:
        from linnaeus.record import codec

        print_json([codec.to_plain(one) for one in found] if isinstance(found, list) else codec.to_plain(found))
    else:
        look(found, language)
    return not as_json


def say(label: str, text: str) -> None:
    """Print a labelled line."""
    print(labelled(label, text))


def fact(key: str, text: str, language: str = "en") -> None:
    """Print a labelled line whose label is a message of that key."""
    from linnaeus.reporting.words import words

    say(str(words(language)(key)), text)


def suggest(*commands: str | tuple[object, ...], language: str = "en") -> None:
    """The last line of a command: what one would do next, as a line or as words. A narrow terminal shows a command a line."""
    typed = [one if isinstance(one, str) else shell.command(*one) for one in commands]
    line = " · ".join(typed)
    fits = lines.LABEL + lines.cell_width(line) < width()
    for place, text in enumerate([line] if fits else typed):
        fact("brief-next", text, language) if not place else say("", text)


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


def complain(message: str | LinnaeusError) -> None:
    """One message on standard error, wrapped where a person reads it. An error's kind, by which docs/errors.md tells more, ends it."""
    if isinstance(message, LinnaeusError):
        message = f"{message} [{type(message).__name__}]"
    message = "\n".join(map(clean, message.split("\n")))  # it may hold names from outside
    text = f"linnaeus: process {rank()}: {message}" if rank() else f"linnaeus: {message}"
    if sys.stderr.isatty():
        text = "\n".join("\n  ".join(lines.wrapped(line, max(30, width() - 3))) for line in text.split("\n"))
    print(text, file=sys.stderr)
