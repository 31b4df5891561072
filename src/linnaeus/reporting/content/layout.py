"""The forms that sections share: a section with its note, a table under named columns, sentences side by side, what a split found."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

from markupsafe import Markup

from linnaeus.record.sharing import shared
from linnaeus.reporting.blocks import Block, Cell, Facts, Heading, Paragraph, Section, Table, Text
from linnaeus.reporting.subject import ordered, split_title
from linnaeus.reporting.words import Words

Found = TypeVar("Found")


def titled(say: Words, key: str, blocks: Sequence[Block], name: str = "", note: bool | Text = True) -> Section:
    """A section under the words `name`, or else `key`, with the note `NAME-note` beside it, another one, or none."""
    name = name or key
    beside = say(f"{name}-note") if note is True else note or ""
    return Section(key=key, title=say(name), note=beside, blocks=blocks)


def table(
    say: Words,
    columns: Iterable[Text],
    rows: Iterable[Sequence[Cell]],
    caption: Text = "",
    numbers: Iterable[int] = (),
    open_rows: int | None = None,
) -> Table:
    """Rows under the words `column-NAME` of each column; Markup stands as it is."""
    header = [say(f"column-{one}") if one and not isinstance(one, Markup) else one for one in columns]
    return Table(header=header, rows=list(rows), numbers=frozenset(numbers), caption=caption, open_rows=open_rows)


def known(*pairs: tuple[Text, Text | None]) -> Facts:
    """Labelled lines of what there is."""
    return Facts([(label, text) for label, text in pairs if text])


def by_split(
    found: Mapping[str, Found], say: Words, draw: Callable[[Found, str, Words], Iterable[Block]]
) -> list[Block]:
    """Under the name of each split what `draw` makes of it."""
    return [block for key in ordered(found) for block in (Heading(split_title(key, say)), *draw(found[key], key, say))]


def together(sentences: Iterable[Text]) -> Markup:
    """Sentences side by side."""
    return Markup(" ").join(sentences)


def paragraph(sentences: Iterable[Text]) -> Paragraph:
    """Sentences in one paragraph."""
    return Paragraph(together(sentences))


def listed(names: Sequence[object], most: int) -> str:
    """The first of some names, and whether there are more."""
    return ", ".join(map(str, names[:most])) + (" …" if len(names) > most else "")


def code(value: object) -> Markup:
    """As it is written, without paths of the machine."""
    return Markup("<code>{}</code>").format(shared(str(value)))


def bold(text: Text) -> Markup:
    """What stands out in a line or a table."""
    return Markup("<b>{}</b>").format(text)


def small(text: Text) -> Markup:
    """What stands behind something else."""
    return Markup("<small>{}</small>").format(text)


def breakable(name: str) -> Markup:
    """A file's name that may go on in a new line after each folder."""
    return Markup("/<wbr>").join(name.split("/"))
