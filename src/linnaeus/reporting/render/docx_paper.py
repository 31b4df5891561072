"""`Paper`: a Word document, written from top to bottom. It knows Word and the words of a language, and nothing of blocks."""

import io
import re
from collections.abc import Sequence
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any, Literal

from markupsafe import Markup

from linnaeus.errors import LinnaeusError
from linnaeus.reporting.blocks import Text
from linnaeus.reporting.render import docx_styles
from linnaeus.reporting.render.docx_styles import WIDTH, element
from linnaeus.reporting.words import BLANK, NARROW, Words

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph
    from docx.text.run import Run

Kind = Literal["figure", "table"]
Side = Literal["left", "center", "right"]

LETTER, CELL = 0.185, 0.5  # centimetres: of a letter in a table, and of the empty sides of its cell
WORD = 10  # letters of a cell that stay together; a longer word may be broken
LINE = 0.42  # centimetres: of a line in a table
TOGETHER = 11.0  # centimetres: a table up to this height is kept on one page
HIGHEST_ROW = 15.0  # centimetres: a higher row may be divided, or LibreOffice would not show its end
FIXED_WIDE, SMALLEST, LARGEST = 0.61, 5, 9  # of printed letters: how wide for their height, and their height in points
SMALL = 0.85  # letters in <small>, of those around them
BREAK = "\u200b"  # shows nothing, and a line may end there
LOCALES = {"en": "en-GB", "ru": "ru-RU"}
# What XML cannot hold, and signs that would turn the direction of all that follows.
_NOT_TEXT = re.compile(r"[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_BOOKMARK = re.compile(r"_(figure|table)_\d+")


class Paper:
    """Figures and tables are numbered as they come; `reference` gives the text that refers to one before it is placed."""

    def __init__(self, say: Words, title: str) -> None:
        docx = _docx()
        self.say = say
        self.placed: dict[Kind, int] = {"figure": 0, "table": 0}
        self._document: Document = docx.Document()
        docx_styles.set_page(self._document)
        foot = self._document.sections[0].footer.paragraphs[0]
        _align(foot, "center")
        _field(foot, "PAGE", "2")
        locale = LOCALES.get(say.language, say.language)
        docx_styles.set_styles(self._document, locale)
        self._cell_style: str = self._document.styles["Table Text"].style_id
        self._headings = [0] * 9
        properties = self._document.core_properties
        properties.title, properties.author, properties.comments = clean(title)[:255], "", ""
        properties.language = locale

    def heading(self, text: Text, level: int = 1) -> None:
        """A numbered heading: `2.1 Network`. There are four levels; what lies deeper stands on the fourth."""
        level = min(level, 4)
        self._headings[level - 1] += 1
        self._headings[level:] = [0] * (9 - level)
        number = ".".join(str(place) for place in self._headings[:level])
        self.text(Markup("{} {}").format(number, text), f"Heading {level}")

    def text(self, text: Text, style: str = "Body Text", side: Side | None = None) -> "Paragraph":
        """A paragraph; where a word of code stands in it, its lines are not stretched."""
        paragraph = self._document.add_paragraph(style=style)
        self._fill(paragraph, text)
        if side is not None:
            _align(paragraph, side)
        elif style == "Body Text" and "<code>" in text:
            _align(paragraph, "left")  # what cannot be divided would tear gaps into even lines
        return paragraph

    def space(self, lines: int) -> None:
        """Empty lines of a title page."""
        for _ in range(lines):
            self._document.add_paragraph(style="Normal")

    def code(self, text: str) -> None:
        """Lines word for word: columns stay columns, in letters so small that the longest line fits."""
        from docx.shared import Cm, Pt

        lines = text.splitlines()
        fits = Cm(WIDTH).pt / (FIXED_WIDE * max(map(len, lines), default=1))
        size = max(SMALLEST, min(LARGEST, fits)) if len(lines) > 1 else LARGEST  # a single command may be wrapped
        for line in lines:
            paragraph = self._document.add_paragraph(style="Code")
            paragraph.add_run(clean(line)).font.size = Pt(size)

    def new_page(self) -> None:
        from docx.enum.text import WD_BREAK

        self._document.add_paragraph(style="Normal").add_run().add_break(WD_BREAK.PAGE)

    def reference(self, kind: Kind, ahead: int = 0) -> Markup:
        """`Figure 3`: a reference to the figure or table that is placed next, or to one after it."""
        number = self.placed[kind] + 1 + ahead
        link = Markup('<a href="{}">{}</a>').format(_bookmark(kind, number), number)
        return self.say(f"ref-{kind}", number=link)

    def figure(self, png: bytes, caption: Text, alt: Text, width: float = WIDTH) -> None:
        """A picture, `width` centimetres wide, with its number and caption beneath. `alt` is read aloud."""
        self._picture(self._document.add_paragraph(style="Figure"), png, alt, min(width, WIDTH))
        self._caption("figure", caption)

    def sheet(self, cells: Sequence[tuple[Sequence["Shown"], Sequence[Text]]], columns: int, caption: Text) -> None:
        """Pictures in rows, lines under each, and one number and caption beneath them all."""
        table = self._document.add_table(rows=-(-len(cells) // columns), cols=columns)
        table.autofit, table.alignment = False, 1
        for row in table.rows:
            _whole_row(row)
        free = iter(table._cells)
        for place, (cell, (pictures, lines)) in enumerate(zip(free, cells, strict=False)):
            paragraph = cell.paragraphs[0]
            paragraph.style = "Figure"
            for picture in pictures:
                self._picture(paragraph, picture.content, picture.alt, picture.width)
            for line in lines:
                paragraph = cell.add_paragraph(style="Under Picture")
                self._fill(paragraph, line)
            if place < (len(table.rows) - 1) * columns:
                cell.paragraphs[0].paragraph_format.keep_with_next = False
            else:  # the last row stays with the caption
                paragraph.paragraph_format.keep_with_next = True
        self._caption("figure", caption)

    def facts(self, pairs: Sequence[tuple[Text, Text]]) -> None:
        """Labels and what they name, beside each other, without a number of their own."""
        label = min(WIDTH / 2, CELL + LETTER * 1.1 * max((_letters_of(label) for label, _ in pairs), default=0))
        rows = [[Markup("<b>{}</b>").format(label), text] for label, text in pairs]
        self._grid(rows, [], frozenset(), [label, WIDTH - label])

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
        body: Sequence[Sequence[Text]],
        header: Sequence[Text],
        right: frozenset[int],
        widths: Sequence[float] | None = None,
    ) -> None:
        from docx.shared import Cm, Pt

        has_header = any(header)
        rows = [[Markup("<b>{}</b>").format(text) for text in header], *body] if has_header else list(body)
        if not rows:
            return
        count, scale = max(map(len, rows)), 1.0
        if widths is None:
            widths, scale = _widths([[*row, *[""] * (count - len(row))] for row in rows], has_header)
        heights = [_height(row, widths) for row in rows]
        together = sum(heights) <= TOGETHER
        table = self._document.add_table(rows=len(rows), cols=count)
        _frame(table, has_header)
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Cm(width)
        cells = iter(table._cells)  # all at once: asking each row for its own takes the square of the time
        for place, (row, texts) in enumerate(zip(table.rows, rows, strict=True)):
            _whole_row(row, is_header=has_header and place == 0, whole=heights[place] <= HIGHEST_ROW)
            for column in range(count):
                cell = next(cells)
                cell.width = Cm(widths[column])
                paragraph = cell.paragraphs[0]
                paragraph._p.style = self._cell_style  # its id: looking it up by name for each cell takes seconds
                _align(paragraph, "right" if column in right else "left")
                if together and place < len(rows) - 1:
                    paragraph.paragraph_format.keep_with_next = True
                self._fill(paragraph, texts[column] if column < len(texts) else "")
                if scale < 1:
                    for run in paragraph.runs:
                        run.font.size = Pt(max(6.0, round(2 * 10 * scale) / 2))
        self._document.add_paragraph(style="After Table")

    def _picture(self, paragraph: "Paragraph", content: bytes, alt: Text, width: float) -> None:
        from docx.shared import Cm

        shape = paragraph.add_run().add_picture(io.BytesIO(content), width=Cm(width))
        shape._inline.docPr.set("descr", clean(plain(alt)))

    def _fill(self, paragraph: "Paragraph", text: Text) -> None:
        runs = _Runs(paragraph)
        runs.feed(str(text if isinstance(text, Markup) else Markup.escape(text)))
        runs.close()

    def _caption(self, kind: Kind, text: Text) -> "Paragraph":
        self.placed[kind] += 1
        number, paragraph = self.placed[kind], self._document.add_paragraph(style=f"Caption {kind.title()}")
        label = str(self.say(f"caption-{kind}"))
        paragraph.add_run(f"{label}{BLANK}")
        _bookmarked(paragraph, f"SEQ {label} \\* ARABIC", str(number), _bookmark(kind, number))
        paragraph.add_run(str(self.say("caption-after")))
        self._fill(paragraph, text)
        return paragraph


class Shown:
    """A picture as a file, `width` centimetres wide."""

    __slots__ = ("alt", "content", "width")

    def __init__(self, content: bytes, alt: Text, width: float) -> None:
        self.content, self.alt, self.width = content, alt, width


class _Runs(HTMLParser):
    """Fills a paragraph with a text in the tags of `blocks`, and with references <a>."""

    def __init__(self, paragraph: "Paragraph") -> None:
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
        from docx.enum.text import WD_COLOR_INDEX
        from docx.shared import Pt

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


def plain(text: Text) -> str:
    """The text alone, without tags."""
    return text.striptags() if isinstance(text, Markup) else text


def _docx() -> Any:
    try:
        import docx
    except ImportError:
        raise LinnaeusError(
            'a report as a Word document needs python-docx: pip install "linnaeus[document]"; or write --format html'
        ) from None
    return docx


def _align(paragraph: "Paragraph", side: Side) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    paragraph.alignment = getattr(WD_ALIGN_PARAGRAPH, side.upper())


def _bookmark(kind: Kind, number: int) -> str:
    return f"_{kind}_{number}"  # Word hides names that begin with an underscore


def _field(paragraph: "Paragraph", instruction: str, shown: str) -> list["Run"]:
    """A field that Word can bring up to date, with what it shows until then."""
    runs = [paragraph.add_run() for _ in range(3)] + [paragraph.add_run(shown), paragraph.add_run()]
    code = element("instrText")
    code.text = f" {instruction} "
    runs[0]._r.append(element("fldChar", fldCharType="begin"))
    runs[1]._r.append(code)
    runs[2]._r.append(element("fldChar", fldCharType="separate"))
    runs[4]._r.append(element("fldChar", fldCharType="end"))
    return runs


def _bookmarked(paragraph: "Paragraph", instruction: str, shown: str, name: str) -> None:
    number = name.rpartition("_")[2] + ("1" if "figure" in name else "2")  # unlike that of any other bookmark
    runs = _field(paragraph, instruction, shown)
    runs[0]._r.addprevious(element("bookmarkStart", id=number, name=name))
    runs[-1]._r.addnext(element("bookmarkEnd", id=number))


def _frame(table: Any, lines: bool) -> None:
    """Lines between rows and none between columns; widths as they are given."""
    from docx.oxml.ns import qn

    table.autofit = False
    table.alignment = 1
    borders = element("tblBorders")
    for side, size, colour in (("top", "8", "000000"), ("bottom", "8", "000000"), ("insideH", "4", "BFBFBF")):
        borders.append(
            element(side, val="single", sz=size if lines else "4", space="0", color=colour if lines else "BFBFBF")
        )
    following = [table._tbl.tblPr.find(qn(f"w:{name}")) for name in ("tblLayout", "tblCellMar", "tblLook")]
    next(one for one in following if one is not None).addprevious(borders)  # Word wants them in this order


def _whole_row(row: Any, is_header: bool = False, whole: bool = True) -> None:
    properties = row._tr.get_or_add_trPr()
    if whole:
        properties.append(element("cantSplit"))
    if is_header:
        properties.append(element("tblHeader"))


def _height(row: Sequence[Text], widths: Sequence[float]) -> float:
    """Centimetres that a row takes, about."""
    lines = (1 + LETTER * _letters_of(text) // (width - CELL / 2) for text, width in zip(row, widths, strict=False))
    return LINE * max(lines, default=1)


def _widths(rows: Sequence[Sequence[Text]], has_header: bool) -> tuple[list[float], float]:
    """Centimetres of each column: as wide as its longest text; where that is too wide together, the widest columns give way.

    Where not even the longest words find room, all give way, and letters with them: their scale is the second value.
    """
    columns = []
    for head, *rest in zip(*rows, strict=True):
        texts = rest if has_header else [head, *rest]
        unbroken = max((len(word) for text in texts for word in plain(text).split()), default=0)
        least = CELL + LETTER * max(_longest_word(head) if has_header else 2, min(unbroken, WORD), 2)
        columns.append((least, CELL + LETTER * max(map(_letters_of, texts), default=2)))
    natural = [max(least, wanted) for least, wanted in columns]
    if sum(natural) <= WIDTH:
        return [width * WIDTH / sum(natural) for width in natural], 1.0
    if sum(least for least, _ in columns) > WIDTH:
        scale = WIDTH / sum(least for least, _ in columns)
        return [least * scale for least, _ in columns], scale
    low, high = 0.0, max(natural)
    for _ in range(40):  # halve the gap around the cap at which all columns together just fit
        cap = (low + high) / 2
        fits = sum(max(least, min(wanted, cap)) for least, wanted in columns) <= WIDTH
        low, high = (cap, high) if fits else (low, cap)
    return [max(least, min(wanted, low)) for least, wanted in columns], 1.0


def _letters_of(text: Text) -> float:
    """How many letters of the running text are as wide as this one."""
    return len(plain(text)) * (1.05 if isinstance(text, Markup) and "<code>" in text else 1.0)


def _longest_word(text: Text) -> float:
    """A head may take several lines, and is broken at its blanks and where a break is allowed."""
    return max(1.15 * max(map(len, plain(text).replace(BREAK, " ").split()), default=0), len(plain(text)) / 3)
