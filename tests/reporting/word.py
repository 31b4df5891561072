"""What a Word file holds, read from its own XML, for the tests of documents."""

import io
import re
import zipfile
from dataclasses import dataclass
from xml.etree import ElementTree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@dataclass(frozen=True)
class Word:
    """The paragraphs and tables of a file in their order, as text; blanks that do not break are plain ones here."""

    paragraphs: list[tuple[str, str]]  # style and text
    tables: list[list[list[str]]]
    fields: list[tuple[str, str]]  # instruction, and what it shows
    bookmarks: set[str]
    alternatives: list[str]  # of the pictures
    marked: list[str]  # what is marked yellow
    text: str
    parts: list[str]  # names of the files inside
    xml: str

    def headings(self):
        return [text for style, text in self.paragraphs if style.startswith("Heading")]

    def captions(self, kind):
        return [text for style, text in self.paragraphs if style == f"Caption{kind}"]

    def table(self, caption):
        """The table under the caption that holds these words."""
        return self.tables[next(place for place, text in enumerate(self.captions("Table")) if caption in text)]


def read(content: bytes) -> Word:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        xml = archive.read("word/document.xml").decode()
        parts = archive.namelist()
    root = ElementTree.fromstring(xml)
    body = root.find(f"{W}body")
    paragraphs = [(_style(one), _text(one)) for one in body.iter(f"{W}p")]
    return Word(
        paragraphs=paragraphs,
        tables=[[[_text(cell) for cell in row.iter(f"{W}tc")] for row in table.iter(f"{W}tr")]
                for table in body.iter(f"{W}tbl")],
        fields=[found for one in body.iter(f"{W}p") for found in _fields(one)],
        bookmarks={one.get(f"{W}name") for one in root.iter(f"{W}bookmarkStart")},
        alternatives=re.findall(r'<wp:docPr [^>]*descr="([^"]*)"', xml),
        marked=["".join(_text(run)) for run in root.iter(f"{W}r") if run.find(f"{W}rPr/{W}highlight") is not None],
        text="\n".join(text for _, text in paragraphs),
        parts=parts,
        xml=xml,
    )  # fmt: skip


def _style(paragraph):
    found = paragraph.find(f"{W}pPr/{W}pStyle")
    return found.get(f"{W}val") if found is not None else "Normal"


def _text(element):
    return re.sub("[\u00a0\u202f]", " ", "".join(one.text or "" for one in element.iter(f"{W}t")))


def _fields(paragraph):
    """Each field of a paragraph: from its beginning over its instruction to what it shows."""
    found, instruction, shown, state = [], "", "", None
    for run in paragraph.iter(f"{W}r"):
        sign = run.find(f"{W}fldChar")
        kind = sign.get(f"{W}fldCharType") if sign is not None else None
        if kind == "begin":
            instruction, shown, state = "", "", "begin"
        elif kind == "separate":
            state = "separate"
        elif kind == "end":
            found.append((instruction.strip(), shown))
            state = None
        elif state == "begin":
            instruction += "".join(one.text or "" for one in run.iter(f"{W}instrText"))
        elif state == "separate":
            shown += _text(run)
    return found
