"""A document as a Word file: numbered headings, figures and tables with captions, and references to them."""

import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
from markupsafe import Markup
from PIL import Image

from linnaeus.errors import LinnaeusError
from linnaeus.reporting import blocks
from linnaeus.reporting.blocks import Blank, Block, Cover, Document, Figure, Framed, Picture, Section, Table, Text
from linnaeus.reporting.figures import heatmap
from linnaeus.reporting.figures.style import PRINT, png
from linnaeus.reporting.render import as_text
from linnaeus.reporting.render.as_text import bare
from linnaeus.reporting.words import Words

if TYPE_CHECKING:
    from linnaeus.reporting.render.docx_paper import Kind, Paper, Shown

LONGEST = 60  # rows of a table in the text; a longer one stands whole in the appendix, and its first rows here
FIRST = 20  # of them, where the table itself does not say how many
MOST_FRAMED = 36  # of a gallery; the rest is counted
SHARP = 64  # pixels; up to this side an image is shown as squares
SIDES = {1: 9.0, 2: 6.5, 3: 4.6}  # centimetres of the first picture of each, by how many stand in a row
TOGETHER = 13.53  # centimetres of the first pictures of a longer row
LEAST_WIDTH = 11.0  # centimetres of a figure with axes: its letters stay legible
_END = re.compile(r"[.:]?$")


def render(document: Document, say: Words) -> bytes:
    """The content of a .docx file. Raises LinnaeusError: python-docx is not installed."""
    try:
        import docx  # noqa: F401
    except ImportError:
        raise LinnaeusError(
            'a report as a Word document needs python-docx: pip install "linnaeus[document]"; or write --format html'
        ) from None
    from linnaeus.reporting.render.docx_paper import Paper

    writer = _Writer(Paper(say, bare(document.title)))
    if document.cover is not None:
        writer.cover(document.cover)
    else:
        writer.paper.text(document.title, "Title")
        if document.lead:
            writer.paper.text(document.lead, "Subtitle")
    writer.document(document, 1)
    writer.appendix()
    for line in document.foot:
        writer.paper.text(line, "Note")
    return writer.paper.content()


@dataclass(slots=True)
class _Writer:
    """A method a block, under the name of its class. `level` is that of the headings, `over` names what stands under the last one."""

    paper: "Paper"
    level: int = 1
    over: Text = ""
    late: list[Table] = field(default_factory=list)  # tables for the appendix

    def document(self, document: Document, level: int) -> None:
        for section in document.sections:
            self.section(section, level)
        for part in document.parts:
            self.paper.heading(part.title, level)
            if part.lead:
                self.paper.text(part.lead)
            self.document(part, level + 1)

    def section(self, section: Section, level: int) -> None:
        self.level, self.over = level, section.title
        if section.title:
            self.paper.heading(section.title, level)
        references = self._references(section.blocks) if section.note else Markup()
        if section.note:
            self._leading(_referring(section.note, references), "Note")
        self.draw(section.blocks, referred=bool(references))

    def draw(self, some: Sequence[Block], *, referred: bool = False) -> None:
        """Draw them. What is numbered is referred to by the text before it, or by a line, if it is not `referred` to already."""
        for place, block in enumerate(some):
            if _numbered(block):
                if not referred:
                    self._leading(self.paper.say("ref-see", what=self._references(some[place:])), "Body Text")
                referred = True
            else:
                following = self._references(some[place + 1 :])
                referred = bool(following) and isinstance(block, blocks.Paragraph | blocks.Items)
                if isinstance(block, blocks.Paragraph):
                    block = replace(block, text=_referring(block.text, following))
                elif isinstance(block, blocks.Items) and block.texts:
                    *first, last = block.texts
                    block = replace(block, texts=[*first, _referring(last, following)])
            getattr(self, type(block).__name__.lower())(block)

    def _references(self, some: Iterable[Block]) -> Markup:
        """`Figure 3, Table 2`: what is numbered at the beginning of these blocks."""
        ahead: dict[Kind, int] = {"figure": 0, "table": 0}
        found = []
        for block in some:
            kinds = _numbered(block)
            if not kinds:
                break
            for kind in kinds:
                found.append(self.paper.reference(kind, ahead[kind]))
                ahead[kind] += 1
        return Markup(", ").join(found)

    def cover(self, cover: Cover) -> None:
        """A page of its own: where, what, by whom, when."""
        parts = (
            (cover.above, "center", 10),
            (cover.title, "center", 9),
            (cover.author, "right", 9),
            (cover.below, "center", 0),
        )
        for lines, side, space in parts:
            for place, line in enumerate(lines):
                style = "Title" if lines is cover.title and place == 0 else "Normal"
                self.paper.text(_room(line) if isinstance(line, Blank) else line, style, side)
            self.paper.space(space)
        self.paper.new_page()

    def appendix(self) -> None:
        """Tables that were too long for the text."""
        if self.late:
            self.paper.heading(self.paper.say("appendix-tables"))
        for table in self.late:
            self._whole(table)

    def paragraph(self, block: blocks.Paragraph) -> None:
        self.paper.text(block.text, "Lead" if block.lead else "Body Text")

    def heading(self, block: blocks.Heading) -> None:
        self.over = block.text
        self.paper.heading(block.text, self.level + (2 if block.small else 1))

    def items(self, block: blocks.Items) -> None:
        for place, text in enumerate(block.texts, 1):
            if block.numbered:
                self.paper.text(Markup("{}. {}").format(place, text))
            else:
                self.paper.text(text, "List Bullet")

    def facts(self, block: blocks.Facts) -> None:
        self.paper.facts(block.pairs)

    def blank(self, block: Blank) -> None:
        self.paper.text(_room(block))

    def code(self, block: blocks.Code) -> None:
        if block.caption:
            self._bold(block.caption)
        self.paper.code(block.text)

    def table(self, block: Table) -> None:
        if len(block.rows) <= LONGEST:
            self._whole(block)
            return
        shown = block.open_rows or FIRST
        self.late.append(block)
        self._whole(replace(block, rows=block.rows[:shown]))
        self.paper.text(self.paper.say("more-rows", n=len(block.rows) - shown), "Note")

    def figure(self, block: Figure) -> None:
        width = max(block.width_cm, LEAST_WIDTH)
        self.paper.figure(png(block.draw(PRINT)), block.caption or self.over, block.alt, width)

    def figures(self, block: blocks.Figures) -> None:
        for one in block.figures:
            self.figure(one)

    def gallery(self, block: blocks.Gallery) -> None:
        shown = block.framed[:MOST_FRAMED]
        columns = _columns(shown)
        side = SIDES.get(columns, TOGETHER / columns)
        cells = [([_shown(one, side if place == 0 else side / 3) for place, one in enumerate(framed.pictures)],
                  framed.lines) for framed in shown]  # fmt: skip
        self.paper.sheet(cells, columns, block.caption or self.over)
        if len(block.framed) > len(shown):
            self.paper.text(self.paper.say("more-images", n=len(block.framed) - len(shown)), "Note")

    def matrix(self, block: blocks.Matrix) -> None:
        drawn = heatmap.confusion(block.counts_KK, block.classes, self.paper.say, PRINT)
        width = min(14.0, 2.0 * float(drawn.get_size_inches()[0]))
        self.paper.figure(png(drawn), self.over, block.alt, width)

    def folded(self, block: blocks.Folded) -> None:
        self._bold(block.summary, self._references(block.blocks))
        self.draw(block.blocks, referred=True)

    def _whole(self, block: Table) -> None:
        block = as_text.without_repeats(block)
        rows = [[as_text.cell(cell, self.paper.say) for cell in row] for row in block.rows]
        self.paper.table(block.caption or self.over, block.header, rows, block.numbers)

    def _bold(self, text: Text, references: Text = "") -> None:
        self._leading(_referring(Markup("<b>{}</b>").format(text), references), "Body Text")

    def _leading(self, text: Text, style: str) -> None:
        """A paragraph on the page of what follows it."""
        self.paper.text(text, style).paragraph_format.keep_with_next = True


def _numbered(block: Block) -> "list[Kind]":
    """The numbers that a block takes."""
    if isinstance(block, blocks.Figures):
        return ["figure"] * len(block.figures)
    if isinstance(block, Table):
        return ["table"]
    return ["figure"] if isinstance(block, Figure | blocks.Gallery | blocks.Matrix) else []


def _referring(text: Text, references: Text) -> Text:
    """`The accuracy rises (Figure 1).`"""
    if not references:
        return text
    whole = Markup.escape(text)
    end = _END.search(whole)
    assert end is not None, "it finds at least the end"
    return Markup("{} ({}){}").format(Markup(whole[: end.start()]), references, Markup(end[0]))


def _room(block: Blank) -> Markup:
    """A place that the author has to fill, marked so that it cannot be overlooked."""
    return Markup("{}<mark>[{}]</mark>{}").format(block.before, block.text, block.after)


def _columns(framed: Sequence[Framed]) -> int:
    """In a row: as many as find room with what is written under them."""
    longest = max((len(bare(line)) for one in framed for line in one.lines), default=0)
    several = max((len(one.pictures) for one in framed), default=1) > 1
    most = 3 if several else 6 if longest <= 18 else 5 if longest <= 30 else 4
    return max(1, min(most, len(framed)))


def _shown(picture: Picture, side: float) -> "Shown":
    """A file of the picture; the squares of a small one stay squares, and a photograph stays small on disk."""
    pixels, buffer = picture.pixels, io.BytesIO()
    image = Image.fromarray(np.ascontiguousarray(pixels[..., 0] if pixels.shape[2:] == (1,) else pixels))
    width = side * min(1.0, image.width / image.height)
    if max(image.size) <= SHARP:
        factor = max(1, 256 // max(image.size))
        image = image.resize((image.width * factor, image.height * factor), Image.Resampling.NEAREST)
    elif image.mode in ("L", "RGB"):
        image.save(buffer, "JPEG", quality=90)
        return buffer.getvalue(), picture.label, width
    image.save(buffer, "PNG")
    return buffer.getvalue(), picture.label, width
