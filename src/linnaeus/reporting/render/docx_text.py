"""Texts in the tags of `blocks` as runs of a paragraph of Word, and what of Word's own language python-docx has no words for."""

import io
import re
from html.parser import HTMLParser
from typing import Any

from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_COLOR_INDEX
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.text.paragraph import Paragraph
from markupsafe import Markup

from linnaeus.reporting.blocks import Text
from linnaeus.reporting.render.as_text import bare
from linnaeus.reporting.words import BLANK, NARROW

SMALL = 0.85  # letters in <small>, of those around them
BREAK = "\u200b"  # shows nothing, and a line may end there
# What XML cannot hold, and signs that would turn the direction of all that follows.
_NOT_TEXT = re.compile(r"[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_BOOKMARK = re.compile(r"_(figure|table)_\d+")


def fill(paragraph: Paragraph, text: Text) -> Paragraph:
    """The paragraph, with the text added to it."""
    runs = _Runs(paragraph)
    runs.feed(str(Markup.escape(text)))
    runs.close()
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
            add_field(self._paragraph, f"REF {self._target} \\h", data)
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


def picture(paragraph: Paragraph, file: bytes, alt: Text, width: float) -> None:
    """A picture `width` centimetres wide; `alt` is read aloud."""
    shape = paragraph.add_run().add_picture(io.BytesIO(file), width=Cm(width))
    shape._inline.docPr.set("descr", clean(bare(alt)))


def align(paragraph: Paragraph, side: str) -> None:
    """Its lines to the "left" or the "right", or in the "center"."""
    paragraph.alignment = getattr(WD_ALIGN_PARAGRAPH, side.upper())


def add_field(paragraph: Paragraph, instruction: str, shown: str, bookmark: tuple[str, str] | None = None) -> None:
    """A field that Word can bring up to date, with what it shows until then; `bookmark` is the id and the name that refer to it."""
    runs = [paragraph.add_run() for _ in range(3)] + [paragraph.add_run(shown), paragraph.add_run()]
    code = _element("instrText")
    code.text = f" {instruction} "
    runs[1]._r.append(code)
    for place, kind in ((0, "begin"), (2, "separate"), (4, "end")):
        runs[place]._r.append(_element("fldChar", fldCharType=kind))
    if bookmark is not None:
        runs[0]._r.addprevious(_element("bookmarkStart", id=bookmark[0], name=bookmark[1]))
        runs[-1]._r.addnext(_element("bookmarkEnd", id=bookmark[0]))


def mark_row(row: Any, mark: str) -> None:
    """`cantSplit`: it stays whole; `tblHeader`: it stands on each page that the table fills."""
    row._tr.get_or_add_trPr().append(_element(mark))


def set_language(styles: Any, locale: str) -> None:
    """By which Word checks the spelling."""
    language = styles.element.find(".//{*}rPrDefault//{*}lang")
    for alphabet in ("val", "eastAsia"):
        language.set(qn(f"w:{alphabet}"), locale)


def _element(tag: str, /, **attributes: str) -> Any:
    """An element of Word's own language, such as `_element("tab", val="left")`."""
    return OxmlElement(f"w:{tag}", {qn(f"w:{key}"): value for key, value in attributes.items()})
