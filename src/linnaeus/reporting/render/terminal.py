"""A document as lines of a terminal: the same words and numbers as on a page, without colour; control signs are shown, not obeyed."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, ClassVar

from markupsafe import Markup

from linnaeus.reporting.blocks import (
    Blank,
    Block,
    Code,
    Document,
    Facts,
    Figure,
    Figures,
    Folded,
    Gallery,
    Heading,
    Items,
    Matrix,
    Paragraph,
    Section,
    Table,
    Text,
)
from linnaeus.reporting.render import as_text
from linnaeus.reporting.render.lines import LABEL, aligned, cell_width, clean, labelled, plain, wrapped
from linnaeus.reporting.words import Words

SQUARE = 12  # classes up to which a confusion matrix is shown whole
WORST = 8  # confusions of a larger one
LISTED = 5  # lines of a folded list
NAME = 14  # columns of a class over a column of the matrix


def render(shown: Document | Section | Sequence[Block | Section], say: Words, columns: int) -> str:
    """Text of at most so many columns, tables and what cannot be divided excepted; without a line break at its end."""
    writer = _Writer(say, max(columns, LABEL + 18))
    if isinstance(shown, Document):
        return _apart(writer.document(shown))
    return _apart(writer.section(shown) if isinstance(shown, Section) else writer.any(shown))


@dataclass(frozen=True, slots=True)
class _Lines:
    """Lines that belong together; `close` ones follow those before them without an empty line."""

    text: str
    close: bool = False


@dataclass(frozen=True, slots=True)
class _Writer:
    say: Words
    columns: int

    def document(self, document: Document) -> Iterator[_Lines]:
        if document.title:
            yield self._lines(document.title)
        if document.lead:
            yield self._lines(document.lead)
        for section in document.sections:
            yield from self.section(section)
        for part in document.parts:
            yield from self.document(part)
        for line in document.foot:
            yield self._lines(line)

    def section(self, section: Section) -> Iterator[_Lines]:
        if section.title:
            title = plain(section.title)
            yield _Lines(f"{title}\n{'-' * min(cell_width(title), self.columns)}")
            if section.note:
                yield self._lines(section.note)
        yield from self.blocks(section.blocks)

    def any(self, shown: Sequence[Block | Section]) -> Iterator[_Lines]:
        for is_section, some in groupby(shown, key=lambda one: isinstance(one, Section)):
            if is_section:
                yield from (
                    lines for section in some if isinstance(section, Section) for lines in self.section(section)
                )
            else:
                yield from self.blocks([block for block in some if not isinstance(block, Section)])

    def blocks(self, blocks: Sequence[Block]) -> Iterator[_Lines]:
        before: Block | None = None
        for block in blocks:
            drawn = self.DRAW[type(block)](self, block)
            if drawn:
                # Labelled lines are a list, however many blocks they come from; a heading belongs to what follows.
                is_list = isinstance(block, Facts) and isinstance(before, Facts)
                yield _Lines(drawn, close=is_list or isinstance(before, Heading))
                before = block

    def paragraph(self, block: Paragraph) -> str:
        return self._lines(block.text).text

    def items(self, block: Items) -> str:
        marks = [f"{place}. " if block.numbered else "- " for place in range(1, len(block.texts) + 1)]
        return "\n".join(self._wrapped(text, mark) for mark, text in zip(marks, block.texts, strict=True))

    def facts(self, block: Facts) -> str:
        labels = [plain(label) for label, _ in block.pairs]
        longest = max(map(cell_width, labels), default=0)
        # One very long label does not push all others' lines away.
        wide = LABEL if longest < LABEL or longest > 2 * LABEL else longest + 2
        pairs = zip(labels, block.pairs, strict=True)
        return "\n".join(labelled(label, text, self.columns, wide) for label, (_, text) in pairs)

    def blank(self, block: Blank) -> str:
        return self._wrapped(Markup("{}[{}]{}").format(block.before, block.text, block.after))

    def table(self, block: Table) -> str:
        block = as_text.without_repeats(block)
        rows = block.rows if block.open_rows is None else block.rows[: block.open_rows]
        cells = [[plain(as_text.cell(cell, self.say)) for cell in row] for row in rows]
        lines = [aligned([plain(one) for one in block.header], cells, block.numbers)]
        if block.caption:
            lines.insert(0, self._wrapped(block.caption))
        if len(block.rows) > len(rows):
            lines.append(str(self.say("rows-more", n=len(block.rows) - len(rows))))
        return "\n".join(line for line in lines if line)

    def code(self, block: Code) -> str:
        lines = [f"  {clean(line)}" for line in block.text.splitlines()]
        return "\n".join(([self._wrapped(block.caption)] if block.caption else []) + lines)

    def figure(self, block: Figure) -> str:
        if not block.caption:
            return self._wrapped(block.alt)
        return self._wrapped(Markup("{}: {}").format(block.caption, block.alt))

    def figures(self, block: Figures) -> str:
        return "\n".join(self.figure(one) for one in block.figures)

    def gallery(self, block: Gallery) -> str:
        lines = [self._wrapped(Markup(" · ").join(framed.lines), "- ") for framed in block.framed]
        return "\n".join(([self._wrapped(block.caption)] if block.caption else []) + lines)

    def matrix(self, block: Matrix) -> str:
        names, count = [clean(name) for name in block.classes], len(block.classes)
        if count <= SQUARE:
            header = [str(self.say("matrix-corner")), *(_brief(name) for name in names)]
            rows = [[name, *map(self._count, row)] for name, row in zip(names, block.counts_KK, strict=True)]
            return aligned(header, rows, frozenset(range(1, count + 1)))
        import numpy as np

        wrong_KK = np.where(np.eye(count, dtype=bool), 0, block.counts_KK)
        order = [divmod(int(place), count) for place in np.argsort(-wrong_KK, axis=None, kind="stable")[:WORST]]
        support_K = block.counts_KK.sum(axis=1)
        rows = [[f"{names[row]} → {names[column]}", self._count(wrong_KK[row, column]), self._count(support_K[row])]
                for row, column in order if wrong_KK[row, column]]  # fmt: skip
        if not rows:
            return self._wrapped(block.alt)
        header = [str(self.say(f"matrix-{name}")) for name in ("pair", "count", "of")]
        return aligned(header, rows, frozenset((1, 2)))

    def folded(self, block: Folded) -> str:
        """Its summary, and the first lines of a list in it: names of files are what one would open it for."""
        listed: list[Text] = []
        for one in block.blocks:
            if isinstance(one, Items):
                listed += one.texts
            elif isinstance(one, Table) and not any(one.header):
                listed += ["  ".join(plain(as_text.cell(cell, self.say)) for cell in row) for row in one.rows]
        lines = [self._wrapped(block.summary), *(self._wrapped(text, "  ") for text in listed[:LISTED])]
        return "\n".join([*lines, "  …"] if len(listed) > LISTED else lines)

    def _count(self, number: Any) -> str:
        return plain(self.say.count(int(number))) if number else "·"

    def _lines(self, text: Text) -> _Lines:
        return _Lines(self._wrapped(text))

    def _wrapped(self, text: Text, first: str = "") -> str:
        return "\n".join(wrapped(text, self.columns - 1, first, " " * len(first)))

    DRAW: ClassVar[dict[type[Any], Callable[[Any, Any], str]]] = {
        Paragraph: paragraph, Heading: paragraph, Items: items, Facts: facts, Blank: blank, Code: code, Table: table,
        Figure: figure, Figures: figures, Gallery: gallery, Matrix: matrix, Folded: folded,
    }  # fmt: skip


def _apart(found: Iterator[_Lines]) -> str:
    text = ""
    for lines in found:
        text += ("\n" if lines.close else "\n\n") * bool(text) + lines.text
    return text


def _brief(name: str) -> str:
    return name if len(name) <= NAME else f"{name[: NAME - 1]}…"
