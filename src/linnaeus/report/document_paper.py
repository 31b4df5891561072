"""`Paper`: a Word document, written from top to bottom. It knows Word and the words of a language, and nothing of runs."""

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any, Literal

from markupsafe import Markup

from linnaeus.errors import LinnaeusError
from linnaeus.report.words import Words

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph
    from docx.text.run import Run

Kind = Literal["figure", "table"]
Text = str | Markup  # a plain text, or one with the tags that `_Runs` knows

WIDTH = 16.5  # centimetres of text on A4
LETTER, CELL = 0.185, 0.45  # centimetres: of a letter in a table, and of the empty sides of its cell
TOGETHER = 14  # rows of a table that is kept on one page
LOCALES = {"en": "en-GB", "ru": "ru-RU"}
SERIF, FIXED = "Times New Roman", "Courier New"
# Of equal widths, or at least with Cyrillic letters, where a machine lacks the fonts above.
FALLBACKS = {SERIF: "Liberation Serif;Tinos;DejaVu Serif", FIXED: "Liberation Mono;Cousine;DejaVu Sans Mono"}
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
        _set_page(self._document)
        _set_styles(self._document, LOCALES.get(say.language, say.language))
        properties = self._document.core_properties
        properties.title, properties.author, properties.comments = clean(title)[:255], "", ""
        properties.language = LOCALES.get(say.language, say.language)

    def title(self, text: Text, below: Text = "") -> None:
        """The title, and a line beneath it."""
        self._paragraph(text, "Title")
        if below:
            self._paragraph(below, "Subtitle")

    def heading(self, text: Text, level: int = 1) -> None:
        self._paragraph(text, f"Heading {level}")

    def text(self, *sentences: Text) -> None:
        """A paragraph of these sentences; none at all where each is empty."""
        shown = [sentence for sentence in sentences if sentence]
        if shown:
            self._paragraph(Markup(" ").join(shown), "Body Text")

    def items(self, texts: Sequence[Text]) -> None:
        """A list with bullets."""
        for text in texts:
            self._paragraph(text, "List Bullet")

    def line(self, text: Text, *, centred: bool = False, right: bool = False) -> None:
        """A line of a title page."""
        paragraph = self._paragraph(text, "Normal")
        paragraph.alignment = 1 if centred else 2 if right else 0

    def space(self, lines: int) -> None:
        """Empty lines of a title page."""
        for _ in range(lines):
            self._document.add_paragraph(style="Normal")

    def code(self, text: str) -> None:
        """Commands, as they are typed."""
        self._paragraph(text, "Code")

    def new_page(self) -> None:
        self._document.add_page_break()

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
        for place, (row, texts) in enumerate(zip(table.rows, rows, strict=True)):
            _whole_row(row, is_header=place == 0)
            for column, (cell, text) in enumerate(zip(row.cells, texts, strict=True)):
                cell.width = widths[column]
                paragraph = cell.paragraphs[0]
                paragraph.style = "Table Text"
                paragraph.alignment = 2 if column in content.numbers else 0
                paragraph.paragraph_format.keep_with_next = (together or place == 0) and place < len(rows) - 1
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
    """Fills a paragraph with a text of the report: <b> and <strong>, <i>, <code>, <mark> and references <a>; other tags say nothing here."""

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
            run.style = "Code Words"
        if "mark" in self._open:
            run.font.highlight_color = 7  # yellow


def clean(text: str) -> str:
    """The text without what a Word file cannot hold."""
    return _NOT_TEXT.sub("\ufffd", text)


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


def _element(name: str, **attributes: str) -> Any:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    element = OxmlElement(f"w:{name}")
    for key, value in attributes.items():
        element.set(qn(f"w:{key}"), value)
    return element


def _field(paragraph: "Paragraph", instruction: str, shown: str) -> list["Run"]:
    """A field that Word can bring up to date, with what it shows until then."""
    runs = [paragraph.add_run() for _ in range(3)] + [paragraph.add_run(shown), paragraph.add_run()]
    code = _element("instrText")
    code.text = f" {instruction} "
    runs[0]._r.append(_element("fldChar", fldCharType="begin"))
    runs[1]._r.append(code)
    runs[2]._r.append(_element("fldChar", fldCharType="separate"))
    runs[4]._r.append(_element("fldChar", fldCharType="end"))
    return runs


def _bookmarked(paragraph: "Paragraph", instruction: str, shown: str, name: str) -> None:
    number = name.rpartition("_")[2] + ("1" if "figure" in name else "2")  # unlike that of any other bookmark
    runs = _field(paragraph, instruction, shown)
    runs[0]._r.addprevious(_element("bookmarkStart", id=number, name=name))
    runs[-1]._r.addnext(_element("bookmarkEnd", id=number))


def _set_page(document: "Document") -> None:
    """A4 with room for binding, and the number of each page at its foot."""
    from docx.shared import Cm

    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin, section.right_margin = Cm(3), Cm(21 - 3 - WIDTH)
    section.top_margin = section.bottom_margin = Cm(2)
    section.different_first_page_header_footer = True
    foot = section.footer.paragraphs[0]
    foot.alignment = 1
    _field(foot, "PAGE", "2")


def _set_styles(document: "Document", locale: str) -> None:
    """One family of letters, black on white, with headings that Word's navigation knows."""
    from docx.enum.style import WD_STYLE_TYPE
    from docx.shared import Pt, RGBColor

    styles: Any = document.styles
    for name, base in (("Code", "Normal"), ("Table Text", "Normal"), ("After Table", "Normal"), ("Figure", "Normal"),
                       ("Caption Figure", "Caption"), ("Caption Table", "Caption")):  # fmt: skip
        styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH).base_style = styles[base]
    styles.add_style("Code Words", WD_STYLE_TYPE.CHARACTER)
    # points: letters, before, after; then whether bold
    looks = {
        "Normal": (12, 0, 0, False), "Body Text": (12, 0, 6, False), "List Bullet": (12, 0, 3, False),
        "Title": (20, 0, 6, True), "Subtitle": (12, 0, 12, False),
        "Heading 1": (16, 18, 6, True), "Heading 2": (14, 14, 6, True), "Heading 3": (12, 10, 4, True),
        "Caption": (10, 0, 0, False), "Caption Figure": (10, 4, 12, False), "Caption Table": (10, 8, 4, False),
        "Table Text": (10, 1, 1, False), "After Table": (6, 0, 0, False), "Figure": (12, 6, 0, False),
        "Code": (9, 2, 2, False), "Code Words": (10.5, None, None, False),
    }  # fmt: skip
    for name, (size, before, after, bold) in looks.items():
        style = styles[name]
        _letters(style.element, FIXED if name.startswith("Code") else SERIF)
        style.font.size, style.font.bold, style.font.italic = Pt(size), bold, name == "Subtitle"
        style.font.color.rgb = RGBColor(0, 0, 0)
        if before is not None:
            style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)
            style.paragraph_format.line_spacing = 1.15 if name in ("Body Text", "List Bullet", "Normal") else 1.0
    styles["Body Text"].paragraph_format.alignment = 3  # both edges
    for name in ("Title", "Subtitle", "Figure", "Caption Figure"):
        styles[name].paragraph_format.alignment = 1
    for name in ("Figure", "Heading 1", "Heading 2", "Heading 3"):
        styles[name].paragraph_format.keep_with_next = True
    _plain_title(styles["Title"].element)
    defaults = styles.element.find(".//{*}rPrDefault/{*}rPr")
    for language in defaults.findall("{*}lang"):
        defaults.remove(language)
    defaults.append(_element("lang", val=locale, eastAsia=locale, bidi="ar-SA"))
    _name_fallbacks(document)


def _letters(style: Any, font: str) -> None:
    """Set all alphabets of a style; the template's theme would else win over the name."""
    from docx.oxml.ns import qn

    properties = style.get_or_add_rPr()
    for old in properties.findall(qn("w:rFonts")):
        properties.remove(old)
    properties.insert(0, _element("rFonts", ascii=font, hAnsi=font, cs=font, eastAsia=font))


def _plain_title(style: Any) -> None:
    for border in style.findall(".//{*}pBdr"):
        border.getparent().remove(border)


def _name_fallbacks(document: "Document") -> None:
    """Write which fonts may stand for those that a machine lacks."""
    from docx.opc.constants import RELATIONSHIP_TYPE

    fonts = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{others}"/><w:charset w:val="CC"/>'
        f'<w:family w:val="{"modern" if name == FIXED else "roman"}"/>'
        f'<w:pitch w:val="{"fixed" if name == FIXED else "variable"}"/></w:font>'
        for name, others in FALLBACKS.items()
    )
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    whole = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<w:fonts xmlns:w="{space}">{fonts}</w:fonts>'
    table: Any = document.part.part_related_by(RELATIONSHIP_TYPE.FONT_TABLE)
    table._blob = whole.encode()


def _frame(table: Any) -> None:
    """Lines between rows and none between columns; widths as they are given."""
    from docx.oxml.ns import qn

    table.autofit = False
    table.alignment = 1
    borders = _element("tblBorders")
    for side, size, colour in (("top", "8", "000000"), ("bottom", "8", "000000"), ("insideH", "4", "BFBFBF")):
        borders.append(_element(side, val="single", sz=size, space="0", color=colour))
    following = [table._tbl.tblPr.find(qn(f"w:{name}")) for name in ("tblLayout", "tblCellMar", "tblLook")]
    next(element for element in following if element is not None).addprevious(borders)  # Word wants them in this order


def _whole_row(row: Any, is_header: bool) -> None:
    properties = row._tr.get_or_add_trPr()
    properties.append(_element("cantSplit"))
    if is_header:
        properties.append(_element("tblHeader"))


def _widths(rows: Sequence[Sequence[Text]]) -> list[Any]:
    """As wide as the longest text of each column; where that is too wide together, the widest columns give way."""
    from docx.shared import Cm

    letters = [max(len(Markup(text).striptags()) if isinstance(text, Markup) else len(text) for text in column)
               for column in zip(*rows, strict=True)]  # fmt: skip
    natural = [CELL + LETTER * max(count, 2) for count in letters]
    if sum(natural) <= WIDTH:
        share = WIDTH / sum(natural)
        return [Cm(width * share) for width in natural]
    low, high = 0.0, max(natural)
    for _ in range(40):  # halve the gap around the cap at which all columns together just fit
        cap = (low + high) / 2
        low, high = (cap, high) if sum(min(width, cap) for width in natural) <= WIDTH else (low, cap)
    return [Cm(min(width, low)) for width in natural]
