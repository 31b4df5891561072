"""What a report is made of: sections of blocks, built once from records (`content`) and drawn by each medium (`render`).

    Section(key="effects", title=…, note=…, blocks=(Paragraph(…), Table(header=…, rows=…), Figure(draw=…, caption=…, alt=…)))

Texts are escaped unless they are `Markup`, which `Words` gives. In `Markup` stand these tags and no others, and every renderer
knows them: b, strong, i, em, small, code, mark, br, wbr, bdi, span.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from linnaeus.record.scores import Score

if TYPE_CHECKING:  # a list of runs is printed without NumPy
    import numpy as np
    import numpy.typing as npt
    from matplotlib.figure import Figure as Drawn

    from linnaeus.reporting.figures.style import Palette

    Pixels = npt.NDArray[np.uint8]  # image_HWC or image_HW
else:
    Pixels = Any

Text = str | Markup

SHARP = 64  # pixels; up to this side a picture is enlarged with hard edges, pixel by pixel


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A cell of a table: a score in per cent with its interval behind it, small."""

    score: Score
    n: bool = False  # with the number of images, where no column of its own tells it


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A cell of a table: a score as a mark on an axis from `start` to 1, with its interval as a line."""

    score: Score
    start: float = 0.0
    before: Score | None = None  # a second mark, hollow: what it was before


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """A cell of a table: a text that leads to images on a page, by the `anchor` of their gallery; elsewhere the text alone."""

    text: Text
    to: str


Cell = Text | Measured | Bar | Linked | None


@dataclass(frozen=True, slots=True)
class Paragraph:
    """`lead` is the one sentence that answers the question: larger than the rest."""

    text: Text
    lead: bool = False


@dataclass(frozen=True, slots=True)
class Heading:
    """Over a part of a section; a smaller one over a part of a part."""

    text: Text
    small: bool = False


@dataclass(frozen=True, slots=True)
class Items:
    texts: Sequence[Text]
    numbered: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """Labelled lines: `machine     cpu, 2 threads, fp32`."""

    pairs: Sequence[tuple[Text, Text]]


@dataclass(frozen=True, slots=True)
class Blank:
    """Room for the author's own words; `text` says what belongs there."""

    text: Text
    before: Text = ""
    after: Text = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """`numbers` are the columns that are aligned to the right. An empty `header` is none. `open_rows` stand, the rest is folded."""

    header: Sequence[Text]
    rows: Sequence[Sequence[Cell]]
    numbers: frozenset[int] = frozenset()
    caption: Text = ""
    open_rows: int | None = None


@dataclass(frozen=True, slots=True)
class Code:
    """Commands or a file, word for word; a page offers to copy it."""

    text: str
    caption: Text = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a figure tells of one place: `x` in the figure's own data units, and words for who points at it."""

    x: float
    text: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A matplotlib figure, drawn when a medium asks for it: as SVG in the page's colours, or as PNG on white."""

    draw: "Callable[[Palette], Drawn]"
    caption: Text
    alt: Text  # the same facts in words: read aloud by a screen reader, printed by a terminal
    width_cm: float = 8.0
    readings: Sequence[Reading] = ()


@dataclass(frozen=True, slots=True)
class Figures:
    """Two beside each other; on a narrow page one below the other."""

    figures: Sequence[Figure]


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """An image; a small one shows its pixels as squares, see `SHARP`."""

    pixels: Pixels
    label: Text  # what it is, for who points at it or cannot see it


@dataclass(frozen=True, slots=True, kw_only=True)
class Framed:
    """Pictures that belong together, the first of them the largest, and lines below."""

    pictures: Sequence[Picture]
    lines: Sequence[Text]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gallery:
    framed: Sequence[Framed]
    side: int = 96  # pixels on a page, about, of the first of each
    caption: Text = ""
    anchor: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """A confusion matrix: counts_KK of label (row) against prediction (column)."""

    counts_KK: "npt.NDArray[Any]"
    classes: Sequence[str]
    alt: Text
    links: "dict[tuple[int, int], Gallery]" = field(default_factory=dict)  # the images behind a cell
    row_links: "dict[int, Gallery]" = field(default_factory=dict)  # all mistakes of a class


@dataclass(frozen=True, slots=True, kw_only=True)
class Folded:
    """Blocks that open on demand; on paper they stand in full, in a terminal their summary does."""

    summary: Text
    blocks: "Sequence[Block]"


Block = Paragraph | Heading | Items | Facts | Blank | Table | Code | Figure | Figures | Gallery | Matrix | Folded


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """`key` is its fragment on a page; `note` stands small beside the title."""

    key: str
    title: Text
    blocks: Sequence[Block]
    note: Text = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """The title page of a report that is handed in, from top to bottom; a page shows it as lines above its first section."""

    above: Sequence[Text | Blank]  # where it is written: university, department
    title: Sequence[Text | Blank]  # what it is: the kind of work and its number, course, topic
    author: Sequence[Text | Blank]  # by whom, for whom
    below: Sequence[Text | Blank] = ()  # place and year


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """Sections under one title. `parts` are further documents in it: the runs behind a comparison or a lab.

    A `folded` one opens on demand on a page; on paper it stands in full.
    """

    title: Text
    sections: Sequence[Section]
    lead: Text = ""
    foot: Sequence[Text] = ()
    cover: Cover | None = None  # with one, `title` stands on it alone
    parts: "Sequence[Document]" = ()
    folded: bool = False
