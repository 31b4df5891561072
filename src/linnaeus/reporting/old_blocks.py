"""What a page is made of, for pages of any subject: sections of paragraphs, tables, drawings and pictures.

    Section(key="effects", title=…, note=…, blocks=(Paragraph(…), Rows(header=…, rows=…), Drawings((Drawing(…),))))

`pages.built` turns sections into a page that looks like the page of a run. Texts are escaped unless they are `Markup`, which
`Words` gives. A block says by `kind` which macro of `templates/blocks.html` lays it out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from markupsafe import Markup

from linnaeus.record.scores import Score
from linnaeus.reporting.album import Shown

Text = str | Markup


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A cell of a table: a score as `98.5 %` and its interval behind it, small."""

    score: Score
    n: bool = False  # with the number of images, where no column of its own tells it


Cell = Text | Measured | None


@dataclass(frozen=True, slots=True)
class Paragraph:
    text: Text
    kind: ClassVar[str] = "paragraph"


@dataclass(frozen=True, slots=True)
class Heading:
    """Over a part of a section; a smaller one over a part of a part."""

    text: Text
    small: bool = False
    kind: ClassVar[str] = "heading"


@dataclass(frozen=True, slots=True)
class Items:
    texts: Sequence[Text]
    numbered: bool = False
    kind: ClassVar[str] = "items"


@dataclass(frozen=True, slots=True)
class Room:
    """Marked room for words of the reader's own, who writes them into the page and prints it or saves it."""

    text: Text  # what belongs there
    before: Text = ""
    after: Text = ""
    kind: ClassVar[str] = "room"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """A table; `numbers` are the columns that are set to the right. A header of "" is an empty one."""

    header: Sequence[Text]
    rows: Sequence[Sequence[Cell]]
    numbers: frozenset[int] = frozenset()
    kind: ClassVar[str] = "rows"


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """A figure as `figures.svg` gives it."""

    svg: Markup
    caption: Text
    kind: ClassVar[str] = "drawing"


@dataclass(frozen=True, slots=True)
class Drawings:
    """Two beside each other, and so on; on a narrow page one below the other."""

    drawings: Sequence[Drawing]
    kind: ClassVar[str] = "drawings"


@dataclass(frozen=True, slots=True, kw_only=True)
class Framed:
    """Pictures that belong together, the first of them the largest, and lines below."""

    shown: Sequence[tuple[Shown, Text]]  # each with what it is
    lines: Sequence[Text]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pictures:
    framed: Sequence[Framed]
    side: int  # pixels on the page, of the first of each
    kind: ClassVar[str] = "pictures"


@dataclass(frozen=True, slots=True, kw_only=True)
class Folded:
    """Blocks that open on demand."""

    summary: Text
    blocks: Sequence["Block"]
    kind: ClassVar[str] = "folded"


Block = Paragraph | Heading | Items | Room | Rows | Drawing | Drawings | Pictures | Folded


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """`key` is its fragment; `note` stands small beside it."""

    key: str
    title: Text
    blocks: Sequence[Block]
    note: Text = ""
