"""`Paper`: a Word document, written from top to bottom. It knows Word and the words of a language, and nothing of runs."""

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any, Literal

from markupsafe import Markup

from linnaeus.errors import LinnaeusError
from linnaeus.reporting.document_styles import WIDTH, element, set_page, set_styles
from linnaeus.reporting.words import BLANK, NARROW, Words

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph
    from docx.text.run import Run

Kind = Literal["figure", "table"]
Text = str | Markup  # a plain text, or one with the tags that `_Runs` knows

LETTER, CELL = 0.185, 0.45  # centimetres: of a letter in a table, and of the empty sides of its cell
FIXED_WIDE, SMALLEST, LARGEST = 0.61, 5, 9  # of printed letters: how wide for their height, and their height in points
TOGETHER = 14  # rows of a table that is kept on one page
BREAK = "\u200b"  # shows nothing, and a line may end there
LOCALES = {"en": "en-GB", "ru": "ru-RU"}
# What XML cannot hold, and signs that would turn the direction of all that follows.
_NOT_TEXT = re.compile(r"[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\u200e\u200f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Cells as text; `numbers` are the columns that are set to the right."""

    header: Sequence[Text]
    rows: Sequence[Sequence[Text]]
    numbers: frozenset[int] = frozenset()


class Paper:
    """Figures and tables are numbered as they come; `next` gives the text that refers to one before it is placed."""

    def __init__(self, say: Words, title: str) -> None:
        docx = _docx()
        self.say = say
        self._placed: dict[Kind, int] = {"figure": 0, "table": 0}
        self._document: Document = docx.Document()
        set_page(self._document)
        foot = self._document.sections[0].footer.paragraphs[0]
        _align(foot, "center")
        _field(foot, "PAGE", "2")
        set_styles(self._document, LOCALES.get(say.language, say.language))
        self._cell_style: str = self._document.styles["Table Text"].style_id
        self._headings = [0] * 9
        properties = self._document.core_properties
        properties.title, properties.author, properties.comments = clean(title)[:255], "", ""
        properties.language = LOCALES.get(say.language, say.language)

    def title(self, text: Text, below: Text = "") -> None:
        """The title, and a line beneath it."""
        self._paragraph(text, "Title")
        if below:
            self._paragraph(below, "Subtitle")

    def heading(self, text: Text, level: int = 1) -> None:
        """A numbered heading: `2.1 Network`."""
        self._headings[level - 1] += 1
        self._headings[level:] = [0] * (9 - level)
        number = ".".join(str(place) for place in self._headings[:level])
        self._paragraph(Markup("{} {}").format(number, text), f"Heading {level}")

    def text(self, *sentences: Text) -> None:
        """A paragraph of these sentences; none at all where each is empty."""
        shown = [sentence for sentence in sentences if sentence]
        if shown:
            paragraph = self._paragraph(Markup(" ").join(shown), "Body Text")
            if any("<code>" in sentence for sentence in shown):
                _align(paragraph, "left")  # what cannot be divided would tear gaps into even lines

    def items(self, texts: Sequence[Text], numbered: bool = False) -> None:
        """A list, with bullets or with numbers."""
        for place, text in enumerate(texts, 1):
            if numbered:
                self._paragraph(Markup("{}. {}").format(place, text), "Body Text")
            else:
                self._paragraph(text, "List Bullet")

    def line(self, text: Text, *, centred: bool = False, right: bool = False) -> None:
        """A line of a title page."""
        paragraph = self._paragraph(text, "Normal")
        _align(paragraph, "center" if centred else "right" if right else "left")

    def space(self, lines: int) -> None:
        """Empty lines of a title page."""
        for _ in range(lines):
            self._document.add_paragraph(style="Normal")

    def code(self, text: str) -> None:
        """Commands, as they are typed."""
        self._paragraph(text, "Code")

    def printed(self, text: str) -> None:
        """What a command printed: its columns stay columns, in letters so small that the longest line fits."""
        from docx.shared import Cm, Pt

        lines = text.splitlines()
        fits = Cm(WIDTH).pt / (FIXED_WIDE * max(map(len, lines), default=1))
        for line in lines:
            paragraph = self._paragraph(line, "Code")
            paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(0)
            for run in paragraph.runs:
                run.font.size = Pt(max(SMALLEST, min(LARGEST, fits)))

    def new_page(self) -> None:
        from docx.enum.text import WD_BREAK

        self._document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)

    def next(self, kind: Kind, ahead: int = 0) -> Markup:
        """`Figure 3`: a reference to the figure or table that is placed next, or to one after it."""
        return self._reference(kind, self._placed[kind] + 1 + ahead)

    def last(self, kind: Kind) -> Markup:
        """A reference to the figure or table that was placed last."""
        return self._reference(kind, self._placed[kind])

    def _reference(self, kind: Kind, number: int) -> Markup:
        link = Markup('<a href="{}">{}</a>').format(_bookmark(kind, number), number)
        return self.say(f"ref.{kind}", number=link)

    def figure(self, png: bytes, caption: Text, alternative: Text, width: float = WIDTH) -> None:
        """A picture, `width` centimetres wide, with its number and caption beneath. `alternative` is read aloud."""
        from docx.shared import Cm

        paragraph = self._document.add_paragraph(style="Figure")
        shape = paragraph.add_run().add_picture(io.BytesIO(png), width=Cm(min(width, WIDTH)))
        shape._inline.docPr.set("descr", clean(Markup(alternative).striptags()))
        self._caption("figure", caption)

    def table(self, caption: Text, content: Table) -> None:
        """A table under its number and caption; its header stands on each page that it fills."""
        self._caption("table", caption).paragraph_format.keep_with_next = True
        rows = [list(content.header), *content.rows]
        table = self._document.add_table(rows=len(rows), cols=len(content.header))
        _frame(table)
        widths = _widths(rows)
        together = len(rows) <= TOGETHER
        cells = iter(table._cells)  # all at once: asking each row for its own takes the square of the time
        for column, width in zip(table.columns, widths, strict=True):
            column.width = width
        for place, (row, texts) in enumerate(zip(table.rows, rows, strict=True)):
            _whole_row(row, is_header=place == 0)
            for column, text in enumerate(texts):
                cell = next(cells)
                cell.width = widths[column]
                paragraph = cell.paragraphs[0]
                paragraph._p.style = self._cell_style  # its id: looking it up by name for each cell takes seconds
                _align(paragraph, "right" if column in content.numbers else "left")
                if together and place < len(rows) - 1:
                    paragraph.paragraph_format.keep_with_next = True
                self._fill(paragraph, Markup("<b>{}</b>").format(text) if place == 0 else text)
        self._document.add_paragraph(style="After Table")

    def content(self) -> bytes:
        """The file."""
        buffer = io.BytesIO()
        self._document.save(buffer)
        return buffer.getvalue()

    def _paragraph(self, text: Text, style: str) -> "Paragraph":
        paragraph = self._document.add_paragraph(style=style)
        self._fill(paragraph, text)
        return paragraph

    def _fill(self, paragraph: "Paragraph", text: Text) -> None:
        runs = _Runs(paragraph)
        runs.feed(str(text if isinstance(text, Markup) else Markup.escape(text)))
        runs.close()

    def _caption(self, kind: Kind, text: Text) -> "Paragraph":
        self._placed[kind] += 1
        number, paragraph = self._placed[kind], self._document.add_paragraph(style=f"Caption {kind.title()}")
        label = str(self.say(f"caption.{kind}"))
        paragraph.add_run(f"{label}\u00a0")
        _bookmarked(paragraph, f"SEQ {label} \\* ARABIC", str(number), _bookmark(kind, number))
        paragraph.add_run(str(self.say("caption.after")))
        self._fill(paragraph, text)
        return paragraph


class _Runs(HTMLParser):
    """Fills a paragraph with a text: <b>, <strong>, <i>, <em>, <code>, <mark>, <br> and references <a>; other tags say nothing here."""

    def __init__(self, paragraph: "Paragraph") -> None:
        super().__init__()
        self._paragraph, self._open, self._target = paragraph, [""], ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self._paragraph.add_run().add_break()
            return
        self._open.append(tag)
        if tag == "a":
            self._target = dict(attributes).get("href") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            self._open.remove(tag)

    def handle_data(self, data: str) -> None:
        if "a" in self._open:
            _field(self._paragraph, f"REF {self._target} \\h", data)
            return
        run = self._paragraph.add_run(clean(data))
        run.bold = True if {"b", "strong"} & set(self._open) else None
        run.italic = True if {"i", "em"} & set(self._open) else None
        if "code" in self._open:
            run.style = "Code Cell" if self._paragraph._p.style == "TableText" else "Code Words"
        if "mark" in self._open:
            from docx.enum.text import WD_COLOR_INDEX

            run.font.highlight_color = WD_COLOR_INDEX.YELLOW


def _align(paragraph: "Paragraph", side: Literal["left", "center", "right"]) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    paragraph.alignment = getattr(WD_ALIGN_PARAGRAPH, side.upper())


def clean(text: str) -> str:
    """The text without what a Word file cannot hold, and without a narrow blank, which many of its fonts lack."""
    return _NOT_TEXT.sub("\ufffd", text).replace(NARROW, BLANK)


def _docx() -> Any:
    try:
        import docx
    except ImportError:
        raise LinnaeusError(
            'a report as a Word document needs python-docx: pip install "linnaeus[document]"; or write --format html'
        ) from None
    return docx


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


def _frame(table: Any) -> None:
    """Lines between rows and none between columns; widths as they are given."""
    from docx.oxml.ns import qn

    table.autofit = False
    table.alignment = 1
    borders = element("tblBorders")
    for side, size, colour in (("top", "8", "000000"), ("bottom", "8", "000000"), ("insideH", "4", "BFBFBF")):
        borders.append(element(side, val="single", sz=size, space="0", color=colour))
    following = [table._tbl.tblPr.find(qn(f"w:{name}")) for name in ("tblLayout", "tblCellMar", "tblLook")]
    next(one for one in following if one is not None).addprevious(borders)  # Word wants them in this order


def _whole_row(row: Any, is_header: bool) -> None:
    properties = row._tr.get_or_add_trPr()
    properties.append(element("cantSplit"))
    if is_header:
        properties.append(element("tblHeader"))


def _widths(rows: Sequence[Sequence[Text]]) -> list[Any]:
    """As wide as the longest text of each column; where that is too wide together, the widest columns give way."""
    from docx.shared import Cm

    columns = [(CELL + LETTER * max(_longest_word(head), 2), CELL + LETTER * max(map(_letters_of, rest), default=2))
               for head, *rest in zip(*rows, strict=True)]  # fmt: skip
    natural = [max(least, wanted) for least, wanted in columns]
    if sum(natural) <= WIDTH:
        share = WIDTH / sum(natural)
        return [Cm(width * share) for width in natural]
    low, high = 0.0, max(natural)
    for _ in range(40):  # halve the gap around the cap at which all columns together just fit
        cap = (low + high) / 2
        fits = sum(max(least, min(wanted, cap)) for least, wanted in columns) <= WIDTH
        low, high = (cap, high) if fits else (low, cap)
    return [Cm(max(least, min(wanted, low))) for least, wanted in columns]


def _letters_of(text: Text) -> float:
    """How many letters of the running text are as wide as this one."""
    return len(_plain(text)) * (1.05 if isinstance(text, Markup) and "<code>" in text else 1.0)


def _longest_word(text: Text) -> float:
    """A head may take several lines, and is broken at its blanks and where a break is allowed."""
    return max(1.15 * max(map(len, _plain(text).replace(BREAK, " ").split()), default=0), len(_plain(text)) / 3)


def _plain(text: Text) -> str:
    return Markup(text).striptags() if isinstance(text, Markup) else text
