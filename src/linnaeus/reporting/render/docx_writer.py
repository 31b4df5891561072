"""`Writer`: blocks into a Word document, from top to bottom.

How it looks (the page, letters and what may stand for them, styles) is `templates/document.docx`, to be changed with Word.
"""

import io
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import docx
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_BREAK
from docx.shared import Cm, Pt
from docx.text.paragraph import Paragraph
from markupsafe import Markup

from linnaeus.reporting import blocks
from linnaeus.reporting.blocks import Blank, Block, Document, Figure, Section, Table, Text
from linnaeus.reporting.content.layout import bold
from linnaeus.reporting.figures import heatmap
from linnaeus.reporting.figures.style import PRINT, png
from linnaeus.reporting.render import as_text, docx_text
from linnaeus.reporting.render.as_text import bare
from linnaeus.reporting.render.docx_measures import WIDTH, column_widths, in_a_row, jpeg_or_png, label_width, row_height
from linnaeus.reporting.words import BLANK, Words

Kind = Literal["figure", "table"]

TEMPLATE = Path(__file__).parent / "templates" / "document.docx"
LOCALES = {"en": "en-GB", "ru": "ru-RU"}
LONGEST = 60  # rows of a table in the text; a longer one stands whole in the appendix, and its first rows here
FIRST = 20  # of them, where the table itself does not say how many
MOST_FRAMED = 36  # of a gallery; the rest is counted
LEAST_WIDTH = 11.0  # centimetres of a figure with axes: its letters stay legible
FIXED_WIDE, SMALLEST, LARGEST = 0.61, 5, 9  # of printed letters: how wide for their height, and their height in points
TOGETHER = 11.0  # centimetres: a table up to this height is kept on one page
HIGHEST_ROW = 15.0  # centimetres: a higher row may be divided, or LibreOffice would not show its end


class Writer:
    """A method a block, under the name of its class. Figures and tables are numbered as they come.

    `level` is that of the headings, `over` names what stands under the last one.
    """

    def __init__(self, document: Document, say: Words) -> None:
        self.say, self.level = say, 1
        self.over: Text = ""
        self.late: list[Table] = []  # tables for the appendix
        self.placed: dict[Kind, int] = {"figure": 0, "table": 0}
        self.headings = [0] * 9
        self.word = docx.Document(str(TEMPLATE))
        styles: Any = self.word.styles
        self.cell_style: str = styles["Table Text"].style_id
        locale = LOCALES.get(say.language, say.language)
        docx_text.set_language(styles, locale)
        self.word.core_properties.title = docx_text.clean(bare(document.title))[:255]
        self.word.core_properties.language = locale
        self._whole_document(document)

    def content(self) -> bytes:
        """The file."""
        buffer = io.BytesIO()
        self.word.save(buffer)
        return buffer.getvalue()

    def _whole_document(self, document: Document) -> None:
        if document.cover is not None:
            self._cover(document.cover)
        else:
            self._text(document.title, "Title")
            if document.lead:
                self._text(document.lead, "Subtitle")
        self._document(document, 1)
        if self.late:
            self._numbered_heading(self.say("appendix-tables"), 1)
        for table in self.late:
            self._whole_table(table)
        for line in document.foot:
            self._text(line, "Note")

    def _document(self, document: Document, level: int) -> None:
        for section in document.sections:
            self._section(section, level)
        for part in document.parts:
            self._numbered_heading(part.title, level)
            if part.lead:
                self._leading(part.lead)
            self._document(part, level + 1)

    def _section(self, section: Section, level: int) -> None:
        self.level, self.over = level, section.title
        if section.title:
            self._numbered_heading(section.title, level)
        references = self._references(section.blocks) if section.note else Markup()
        if section.note:
            self._leading(_referring(section.note, references), "Note")
        self._draw(section.blocks, referred=bool(references))

    def _draw(self, some: Sequence[Block], *, referred: bool = False) -> None:
        """Draw them. What is numbered is referred to by the text before it, or by a line, if it is not `referred` to already."""
        for place, block in enumerate(some):
            if _numbers(block):
                if not referred:
                    self._leading(self.say("ref-see", what=self._references(some[place:])))
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
        ahead, found = dict(self.placed), []
        for block in some:
            kinds = _numbers(block)
            if not kinds:
                break
            for kind in kinds:
                ahead[kind] += 1
                number = Markup('<a href="_{}_{}">{}</a>').format(kind, ahead[kind], ahead[kind])
                found.append(self.say(f"ref-{kind}", number=number))
        return Markup(", ").join(found)

    def _cover(self, cover: blocks.Cover) -> None:
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
                self._text(_room(line) if isinstance(line, Blank) else line, style, side)
            for _ in range(space):
                self.word.add_paragraph(style="Normal")
        self.word.add_paragraph(style="Normal").add_run().add_break(WD_BREAK.PAGE)

    def _numbered_heading(self, text: Text, level: int) -> None:
        """`2.1 Network`. There are four levels; what lies deeper stands on the fourth."""
        level = min(level, 4)
        self.headings[level - 1] += 1
        self.headings[level:] = [0] * (9 - level)
        number = ".".join(str(place) for place in self.headings[:level])
        self._text(Markup("{} {}").format(number, text), f"Heading {level}")

    def _text(self, text: Text, style: str = "Body Text", side: str = "") -> Paragraph:
        """A paragraph; where a word of code stands in it, its lines are not stretched: what cannot be divided would tear gaps."""
        paragraph = docx_text.fill(self.word.add_paragraph(style=style), text)
        if side or (style == "Body Text" and "<code>" in text):
            docx_text.align(paragraph, side or "left")
        return paragraph

    def _leading(self, text: Text, style: str = "Body Text") -> None:
        """A paragraph on the page of what follows it."""
        self._text(text, style).paragraph_format.keep_with_next = True

    def paragraph(self, block: blocks.Paragraph) -> None:
        if block.lead:
            self._leading(block.text, "Lead")
        else:
            self._text(block.text)

    def heading(self, block: blocks.Heading) -> None:
        self.over = block.text
        self._numbered_heading(block.text, self.level + (2 if block.small else 1))

    def items(self, block: blocks.Items) -> None:
        for place, text in enumerate(block.texts, 1):
            if block.numbered:
                self._text(Markup("{}. {}").format(place, text))
            else:
                self._text(text, "List Bullet")

    def facts(self, block: blocks.Facts) -> None:
        """Labels and what they name, beside each other, without a number of their own."""
        label = label_width([name for name, _ in block.pairs])
        self._grid([[bold(name), text] for name, text in block.pairs], widths=[label, WIDTH - label])

    def blank(self, block: Blank) -> None:
        self._text(_room(block))

    def code(self, block: blocks.Code) -> None:
        """Lines word for word: columns stay columns, in letters so small that the longest line fits."""
        if block.caption:
            self._leading(bold(block.caption))
        lines = block.text.splitlines()
        fits = Cm(WIDTH).pt / (FIXED_WIDE * max(map(len, lines), default=1))
        size = max(SMALLEST, min(LARGEST, fits)) if len(lines) > 1 else LARGEST  # a single command may be wrapped
        for line in lines:
            self.word.add_paragraph(style="Code").add_run(docx_text.clean(line)).font.size = Pt(size)

    def table(self, block: Table) -> None:
        if len(block.rows) <= LONGEST:
            self._whole_table(block)
            return
        shown = block.open_rows or FIRST
        self.late.append(block)
        self._whole_table(replace(block, rows=block.rows[:shown]))
        self._text(self.say("more-rows", n=len(block.rows) - shown), "Note")

    def _whole_table(self, block: Table) -> None:
        """A table under its number and caption; its header stands on each page that it fills."""
        block = as_text.without_repeats(block)
        rows = [[as_text.cell(cell, self.say) for cell in row] for row in block.rows]
        self._caption("table", block.caption or self.over).paragraph_format.keep_with_next = True
        self._grid(rows, block.header, block.numbers)

    def figure(self, block: Figure) -> None:
        self._drawn(png(block.draw(PRINT)), block.caption or self.over, block.alt, max(block.width_cm, LEAST_WIDTH))

    def figures(self, block: blocks.Figures) -> None:
        for one in block.figures:
            self.figure(one)

    def matrix(self, block: blocks.Matrix) -> None:
        drawn = heatmap.confusion(block.counts_KK, block.classes, self.say, PRINT)
        self._drawn(png(drawn), self.over, block.alt, min(14.0, 2.0 * float(drawn.get_size_inches()[0])))

    def _drawn(self, file: bytes, caption: Text, alt: Text, width: float) -> None:
        docx_text.picture(self.word.add_paragraph(style="Figure"), file, alt, min(width, WIDTH))
        self._caption("figure", caption)

    def gallery(self, block: blocks.Gallery) -> None:
        """Pictures in rows, lines under each, and one number and caption beneath them all."""
        shown = block.framed[:MOST_FRAMED]
        columns, side = in_a_row(shown)
        table = self.word.add_table(rows=-(-len(shown) // columns), cols=columns)
        table.autofit, table.alignment = False, WD_TABLE_ALIGNMENT.CENTER
        for row in table.rows:
            docx_text.mark_row(row, "cantSplit")
        for place, (cell, framed) in enumerate(zip(table._cells, shown, strict=False)):
            paragraph = cell.paragraphs[0]
            paragraph.style = "Figure"
            for first, one in zip([True, *[False] * len(framed.pictures)], framed.pictures, strict=False):
                file, share = jpeg_or_png(one.pixels)
                docx_text.picture(paragraph, file, one.label, share * (side if first else side / 3))
            for line in framed.lines:
                paragraph = docx_text.fill(cell.add_paragraph(style="Under Picture"), line)
            if place < (len(table.rows) - 1) * columns:
                cell.paragraphs[0].paragraph_format.keep_with_next = False
            else:  # the last row stays with the caption
                paragraph.paragraph_format.keep_with_next = True
        self._caption("figure", block.caption or self.over)
        if len(block.framed) > len(shown):
            self._text(self.say("more-images", n=len(block.framed) - len(shown)), "Note")

    def folded(self, block: blocks.Folded) -> None:
        self._leading(_referring(bold(block.summary), self._references(block.blocks)))
        self._draw(block.blocks, referred=True)

    def _caption(self, kind: Kind, text: Text) -> Paragraph:
        self.placed[kind] += 1
        number, paragraph = self.placed[kind], self.word.add_paragraph(style=f"Caption {kind.title()}")
        label = str(self.say(f"caption-{kind}"))
        paragraph.add_run(f"{label}{BLANK}")
        # Word hides bookmarks that begin with an underscore; their ids differ by their last digit.
        bookmark = (f"{number}{1 if kind == 'figure' else 2}", f"_{kind}_{number}")
        docx_text.add_field(paragraph, f"SEQ {label} \\* ARABIC", str(number), bookmark)
        paragraph.add_run(str(self.say("caption-after")))
        return docx_text.fill(paragraph, text)

    def _grid(
        self,
        rows: Sequence[Sequence[Text]],
        header: Sequence[Text] = (),
        right: frozenset[int] = frozenset(),
        widths: Sequence[float] = (),
    ) -> None:
        has_header, scale = any(header), 1.0
        rows = [[*map(bold, header)], *rows] if has_header else rows
        if not rows:
            return
        count = max(map(len, rows))
        rows = [[*map(as_text.breakable, row), *[""] * (count - len(row))] for row in rows]
        if not widths:
            widths, scale = column_widths(rows, has_header)
        heights = [row_height(row, widths) for row in rows]
        table = self.word.add_table(len(rows), count, "Report Table" if has_header else "Facts Table")
        table.autofit, table.alignment = False, WD_TABLE_ALIGNMENT.CENTER
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Cm(width)
        cells = iter(table._cells)  # all at once: asking each row for its own takes the square of the time
        for place, (row, texts) in enumerate(zip(table.rows, rows, strict=True)):
            if heights[place] <= HIGHEST_ROW:
                docx_text.mark_row(row, "cantSplit")
            if has_header and place == 0:
                docx_text.mark_row(row, "tblHeader")
            stays = sum(heights) <= TOGETHER and place < len(rows) - 1
            for column_place, (text, width) in enumerate(zip(texts, widths, strict=True)):
                cell = next(cells)
                cell.width = Cm(width)
                self._cell(cell.paragraphs[0], text, column_place in right, stays, scale)
        self.word.add_paragraph(style="After Table")

    def _cell(self, paragraph: Paragraph, text: Text, right: bool, stays: bool, scale: float) -> None:
        """A cell of a table; one that stays is kept on the page of the next row."""
        paragraph._p.style = self.cell_style  # its id: looking it up by name for each cell takes seconds
        docx_text.align(paragraph, "right" if right else "left")
        if stays:
            paragraph.paragraph_format.keep_with_next = True
        docx_text.fill(paragraph, text)
        for run in paragraph.runs if scale < 1 else ():
            run.font.size = Pt(max(6.0, round(2 * 10 * scale) / 2))


def _numbers(block: Block) -> list[Kind]:
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
    end = whole[-1:] if whole.endswith((".", ":")) else ""
    return Markup("{} ({}){}").format(whole.removesuffix(end), references, end)


def _room(block: Blank) -> Markup:
    """A place that the author has to fill, marked so that it cannot be overlooked."""
    return Markup("{}<mark>[{}]</mark>{}").format(block.before, block.text, block.after)
