"""`Paper`: a Word document, written from top to bottom. It knows Word and the words of a language, and nothing of blocks.

How it looks (the page, letters and what may stand for them, styles) is `templates/document.docx`, to be changed with Word.
"""

import io
import re
from collections.abc import Sequence
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Literal

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK, WD_COLOR_INDEX
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.text.paragraph import Paragraph
from docx.text.run import Run
from markupsafe import Markup

from linnaeus.reporting.blocks import Text
from linnaeus.reporting.render.as_text import bare
from linnaeus.reporting.words import BLANK, NARROW, Words

Kind = Literal["figure", "table"]
Shown = tuple[bytes, Text, float]  # a picture: its file, its words, and its width in centimetres

TEMPLATE = Path(__file__).parent / "templates" / "document.docx"
WIDTH = 16.5  # centimetres of text on its page
LETTER, CELL = 0.185, 0.5  # centimetres: of a letter in a table, and of the empty sides of its cell
WORD = 20  # letters of a cell that stay together; a longer word may be broken
LINE = 0.42  # centimetres: of a line in a table
TOGETHER = 11.0  # centimetres: a table up to this height is kept on one page
HIGHEST_ROW = 15.0  # centimetres: a higher row may be divided, or LibreOffice would not show its end
FIXED_WIDE, SMALLEST, LARGEST = 0.61, 5, 9  # of printed letters: how wide for their height, and their height in points
SMALL = 0.85  # letters in <small>, of those around them
BREAK = "\u200b"  # shows nothing, and a line may end there
LOCALES = {"en": "en-GB", "ru": "ru-RU"}
# What XML cannot hold, and signs that would turn the direction of all that follows.
_NOT_TEXT = re.compile(r"[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_CODE = re.compile(r"(?<=<code>).*?(?=</code>)", re.DOTALL)
_JOINT = re.compile(r"([(,=|/])(?=\S)")
_BOOKMARK = re.compile(r"_(figure|table)_\d+")


class Paper:
    """Figures and tables are numbered as they come; `reference` gives the text that refers to one before it is placed."""

    def __init__(self, say: Words, title: str) -> None:
        self.say = say
        self.placed: dict[Kind, int] = {"figure": 0, "table": 0}
        self._document = Document(str(TEMPLATE))
        styles: Any = self._document.styles
        self._cell_style: str = styles["Table Text"].style_id
        self._headings = [0] * 9
        locale = LOCALES.get(say.language, say.language)
        language = styles.element.find(".//{*}rPrDefault//{*}lang")
        for alphabet in ("val", "eastAsia"):
            language.set(qn(f"w:{alphabet}"), locale)
        self._document.core_properties.title = clean(title)[:255]
        self._document.core_properties.language = locale

    def heading(self, text: Text, level: int = 1) -> None:
        """A numbered heading: `2.1 Network`. There are four levels; what lies deeper stands on the fourth."""
        level = min(level, 4)
        self._headings[level - 1] += 1
        self._headings[level:] = [0] * (9 - level)
        number = ".".join(str(place) for place in self._headings[:level])
        self.text(Markup("{} {}").format(number, text), f"Heading {level}")

    def text(self, text: Text, style: str = "Body Text", side: str = "") -> Paragraph:
        """A paragraph; where a word of code stands in it, its lines are not stretched."""
        paragraph = self._document.add_paragraph(style=style)
        _fill(paragraph, text)
        if style == "Body Text" and "<code>" in text:
            side = side or "left"  # what cannot be divided would tear gaps into even lines
        if side:
            _align(paragraph, side)
        return paragraph

    def space(self, lines: int) -> None:
        """Empty lines of a title page."""
        for _ in range(lines):
            self._document.add_paragraph(style="Normal")

    def code(self, text: str) -> None:
        """Lines word for word: columns stay columns, in letters so small that the longest line fits."""
        lines = text.splitlines()
        fits = Cm(WIDTH).pt / (FIXED_WIDE * max(map(len, lines), default=1))
        size = max(SMALLEST, min(LARGEST, fits)) if len(lines) > 1 else LARGEST  # a single command may be wrapped
        for line in lines:
            self._document.add_paragraph(style="Code").add_run(clean(line)).font.size = Pt(size)

    def new_page(self) -> None:
        """What follows stands on a new page."""
        self._document.add_paragraph(style="Normal").add_run().add_break(WD_BREAK.PAGE)

    def reference(self, kind: Kind, ahead: int = 0) -> Markup:
        """`Figure 3`: a reference to the figure or table that is placed next, or to one after it."""
        number = self.placed[kind] + 1 + ahead
        return self.say(f"ref-{kind}", number=Markup('<a href="_{}_{}">{}</a>').format(kind, number, number))

    def figure(self, png: bytes, caption: Text, alt: Text, width: float = WIDTH) -> None:
        """A picture, `width` centimetres wide, with its number and caption beneath. `alt` is read aloud."""
        _picture(self._document.add_paragraph(style="Figure"), (png, alt, min(width, WIDTH)))
        self._caption("figure", caption)

    def sheet(self, cells: Sequence[tuple[Sequence[Shown], Sequence[Text]]], columns: int, caption: Text) -> None:
        """Pictures in rows, lines under each, and one number and caption beneath them all."""
        table = self._document.add_table(rows=-(-len(cells) // columns), cols=columns)
        table.autofit, table.alignment = False, WD_TABLE_ALIGNMENT.CENTER
        for row in table.rows:
            _mark_row(row, "cantSplit")
        for place, (cell, (pictures, lines)) in enumerate(zip(table._cells, cells, strict=False)):
            paragraph = cell.paragraphs[0]
            paragraph.style = "Figure"
            for picture in pictures:
                _picture(paragraph, picture)
            for line in lines:
                paragraph = cell.add_paragraph(style="Under Picture")
                _fill(paragraph, line)
            if place < (len(table.rows) - 1) * columns:
                cell.paragraphs[0].paragraph_format.keep_with_next = False
            else:  # the last row stays with the caption
                paragraph.paragraph_format.keep_with_next = True
        self._caption("figure", caption)

    def facts(self, pairs: Sequence[tuple[Text, Text]]) -> None:
        """Labels and what they name, beside each other, without a number of their own."""
        label = min(WIDTH / 2, CELL + LETTER * 1.1 * max((_letters_of(label) for label, _ in pairs), default=0))
        self._grid([[_bold(label), text] for label, text in pairs], widths=[label, WIDTH - label])

    def table(
        self, caption: Text, header: Sequence[Text], rows: Sequence[Sequence[Text]], right: frozenset[int]
    ) -> None:
        """A table under its number and caption; its header stands on each page that it fills."""
        self._caption("table", caption).paragraph_format.keep_with_next = True
        self._grid(rows, header, right)

    def content(self) -> bytes:
        """The file."""
        buffer = io.BytesIO()
        self._document.save(buffer)
        return buffer.getvalue()

    def _grid(
        self,
        rows: Sequence[Sequence[Text]],
        header: Sequence[Text] = (),
        right: frozenset[int] = frozenset(),
        widths: Sequence[float] = (),
    ) -> None:
        has_header, scale = any(header), 1.0
        rows = [[*map(_bold, header)], *rows] if has_header else rows
        if not rows:
            return
        count = max(map(len, rows))
        rows = [[*map(_breakable, row), *[""] * (count - len(row))] for row in rows]
        if not widths:
            widths, scale = _widths(rows, has_header)
        heights = [_height(row, widths) for row in rows]
        table = self._document.add_table(len(rows), count, "Report Table" if has_header else "Facts Table")
        table.autofit, table.alignment = False, WD_TABLE_ALIGNMENT.CENTER
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Cm(width)
        cells = iter(table._cells)  # all at once: asking each row for its own takes the square of the time
        for place, (row, texts) in enumerate(zip(table.rows, rows, strict=True)):
            if heights[place] <= HIGHEST_ROW:
                _mark_row(row, "cantSplit")
            if has_header and place == 0:
                _mark_row(row, "tblHeader")
            stays = sum(heights) <= TOGETHER and place < len(rows) - 1
            for column_place, (text, width) in enumerate(zip(texts, widths, strict=True)):
                cell = next(cells)
                cell.width = Cm(width)
                self._write(cell.paragraphs[0], text, column_place in right, stays, scale)
        self._document.add_paragraph(style="After Table")

    def _write(self, paragraph: Paragraph, text: Text, right: bool, stays: bool, scale: float) -> None:
        """A cell of a table; one that stays is kept on the page of the next row."""
        paragraph._p.style = self._cell_style  # its id: looking it up by name for each cell takes seconds
        _align(paragraph, "right" if right else "left")
        if stays:
            paragraph.paragraph_format.keep_with_next = True
        _fill(paragraph, text)
        for run in paragraph.runs if scale < 1 else ():
            run.font.size = Pt(max(6.0, round(2 * 10 * scale) / 2))

    def _caption(self, kind: Kind, text: Text) -> Paragraph:
        self.placed[kind] += 1
        number, paragraph = self.placed[kind], self._document.add_paragraph(style=f"Caption {kind.title()}")
        label = str(self.say(f"caption-{kind}"))
        paragraph.add_run(f"{label}{BLANK}")
        first, *_, last = _field(paragraph, f"SEQ {label} \\* ARABIC", str(number))
        id = f"{number}{1 if kind == 'figure' else 2}"  # unlike that of any other bookmark
        # Word hides names that begin with an underscore.
        first._r.addprevious(_element("bookmarkStart", id=id, name=f"_{kind}_{number}"))
        last._r.addnext(_element("bookmarkEnd", id=id))
        paragraph.add_run(str(self.say("caption-after")))
        _fill(paragraph, text)
        return paragraph


class _Runs(HTMLParser):
    """Fills a paragraph with a text in the tags of `blocks`, and with references <a>."""

    def __init__(self, paragraph: Paragraph) -> None:
        super().__init__()
        self._paragraph, self._open, self._target = paragraph, [""], ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self._paragraph.add_run().add_break()
        elif tag == "wbr":
            self._paragraph.add_run(BREAK)
        else:
            self._open.append(tag)
        if tag == "a":
            self._target = dict(attributes).get("href") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            self._open.remove(tag)

    def handle_data(self, data: str) -> None:
        if "a" in self._open and _BOOKMARK.fullmatch(self._target):
            _field(self._paragraph, f"REF {self._target} \\h", data)
            return
        run = self._paragraph.add_run(clean(data))
        run.bold = True if {"b", "strong"} & set(self._open) else None
        run.italic = True if {"i", "em"} & set(self._open) else None
        if "code" in self._open:
            run.style = "Code Cell" if self._paragraph._p.style == "TableText" else "Code Words"
        if "small" in self._open:
            style = self._paragraph.style
            around = style.font.size if style is not None and style.font.size is not None else Pt(12)
            run.font.size = Pt(round(2 * SMALL * around.pt) / 2)
        if "mark" in self._open:
            run.font.highlight_color = WD_COLOR_INDEX.YELLOW


def clean(text: str) -> str:
    """The text without what a Word file cannot hold, and without a narrow blank, which many of its fonts lack."""
    return _NOT_TEXT.sub("\ufffd", text).replace(NARROW, BLANK)


def _fill(paragraph: Paragraph, text: Text) -> None:
    runs = _Runs(paragraph)
    runs.feed(str(Markup.escape(text)))
    runs.close()


def _picture(paragraph: Paragraph, shown: Shown) -> None:
    content, alt, width = shown
    shape = paragraph.add_run().add_picture(io.BytesIO(content), width=Cm(width))
    shape._inline.docPr.set("descr", clean(bare(alt)))


def _bold(text: Text) -> Markup:
    return Markup("<b>{}</b>").format(text)


def _align(paragraph: Paragraph, side: str) -> None:
    paragraph.alignment = getattr(WD_ALIGN_PARAGRAPH, side.upper())


def _element(tag: str, /, **attributes: str) -> Any:
    """An element of Word's own language, such as `_element("tab", val="left")`."""
    return OxmlElement(f"w:{tag}", {qn(f"w:{key}"): value for key, value in attributes.items()})


def _field(paragraph: Paragraph, instruction: str, shown: str) -> list[Run]:
    """A field that Word can bring up to date, with what it shows until then."""
    runs = [paragraph.add_run() for _ in range(3)] + [paragraph.add_run(shown), paragraph.add_run()]
    code = _element("instrText")
    code.text = f" {instruction} "
    runs[1]._r.append(code)
    for place, kind in ((0, "begin"), (2, "separate"), (4, "end")):
        runs[place]._r.append(_element("fldChar", fldCharType=kind))
    return runs


def _mark_row(row: Any, mark: str) -> None:
    """`cantSplit`: it stays whole; `tblHeader`: it stands on each page that the table fills."""
    row._tr.get_or_add_trPr().append(_element(mark))


def _height(row: Sequence[Text], widths: Sequence[float]) -> float:
    """Centimetres that a row takes, about."""
    return LINE * max(
        1 + LETTER * _letters_of(text) // (width - CELL / 2) for text, width in zip(row, widths, strict=True)
    )


def _widths(rows: Sequence[Sequence[Text]], has_header: bool) -> tuple[list[float], float]:
    """Centimetres of each column: as wide as its longest text; where that is too wide together, the widest columns give way.

    Where not even the longest words find room, all give way, and letters with them: their scale is the second value.
    """
    columns = []
    for head, *rest in zip(*rows, strict=True):
        texts = rest if has_header else [head, *rest]
        unbroken = max((_letters_of(word) for text in texts for word in _words_of(text)), default=0)
        least = CELL + LETTER * max(_longest_word(head) if has_header else 2, min(unbroken, WORD), 2)
        columns.append((least, max(least, CELL + LETTER * max(map(_letters_of, texts), default=2))))
    needed, natural = (sum(column) for column in zip(*columns, strict=True))
    if natural <= WIDTH:
        return [width * WIDTH / natural for _, width in columns], 1.0
    if needed > WIDTH:
        return [least * WIDTH / needed for least, _ in columns], WIDTH / needed
    low, high = 0.0, max(width for _, width in columns)
    for _ in range(40):  # halve the gap around the cap at which all columns together just fit
        cap = (low + high) / 2
        fits = sum(max(least, min(width, cap)) for least, width in columns) <= WIDTH
        low, high = (cap, high) if fits else (low, cap)
    return [max(least, min(width, low)) for least, width in columns], 1.0


def _breakable(text: Text) -> Text:
    """Code in a cell: where it has a long word, lines may end after a bracket, a comma, or a sign between its parts."""
    if not isinstance(text, Markup) or "<code>" not in text or max(map(len, bare(text).split()), default=0) <= WORD:
        return text
    return Markup(_CODE.sub(lambda found: _JOINT.sub(r"\1<wbr>", found[0]), text))


def _words_of(text: Text) -> list[Text]:
    """What of a cell is not divided."""
    around = "<code>{}</code>" if isinstance(text, Markup) and "<code>" in text else "{}"
    return [Markup(around).format(word) for word in bare(text.replace("<wbr>", " ")).split()]


def _letters_of(text: Text) -> float:
    """How many letters of the running text are as wide as this one."""
    return len(bare(text)) * (1.05 if isinstance(text, Markup) and "<code>" in text else 1.0)


def _longest_word(text: Text) -> float:
    """A head may take several lines, and is broken at its blanks and where a break is allowed."""
    return max(1.15 * max(map(len, bare(text).replace(BREAK, " ").split()), default=0), len(bare(text)) / 3)
