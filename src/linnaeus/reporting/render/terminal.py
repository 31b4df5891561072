"""A document as lines of a terminal: the same words and numbers as on a page, without colour; control signs are shown, not obeyed."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from linnaeus.reporting import blocks
from linnaeus.reporting.blocks import Block, Document, Facts, Heading, Section, Text
from linnaeus.reporting.render import as_text
from linnaeus.reporting.render.lines import LABEL, aligned, cell_width, clean, labelled, plain, wrapped
from linnaeus.reporting.words import Words

SQUARE = 12  # classes up to which a confusion matrix is shown whole
WORST = 8  # confusions of a larger one
LISTED = 5  # lines of a folded list
NAME = 14  # columns of a class over a column of the matrix


def render(shown: Document | Section | Sequence[Block | Section], say: Words, columns: int) -> str:
    """Text of at most so many columns, tables and what cannot be divided excepted; without a line break at its end."""
    writer, text = _Writer(say, max(columns, LABEL + 18)), ""
    some = [shown] if isinstance(shown, Section) else shown
    for lines, is_close in writer.document(some) if isinstance(some, Document) else writer.draw(some):
        text += ("\n" if is_close else "\n\n") * bool(text) + lines
    return text


@dataclass(frozen=True, slots=True)
class _Writer:
    """A method a block, under the name of its class. Lines that are close follow those before them without an empty line."""

    say: Words
    columns: int

    def document(self, document: Document) -> Iterator[tuple[str, bool]]:
        for line in filter(None, (document.title, document.lead)):
            yield self._wrapped(line), False
        yield from self.draw(document.sections)
        for part in document.parts:
            yield from self.document(part)
        for line in document.foot:
            yield self._wrapped(line), False

    def section(self, section: Section) -> Iterator[tuple[str, bool]]:
        if section.title:
            title = plain(section.title)
            yield f"{title}\n{'-' * min(cell_width(title), self.columns)}", False
            if section.note:
                yield self._wrapped(section.note), False
        yield from self.draw(section.blocks)

    def draw(self, some: Iterable[Block | Section]) -> Iterator[tuple[str, bool]]:
        before: Block | Section | None = None
        for one in some:
            if isinstance(one, Section):
                yield from self.section(one)
            elif drawn := getattr(self, type(one).__name__.lower())(one):
                # Labelled lines are a list, however many blocks they come from; a heading belongs to what follows.
                is_list = isinstance(one, Facts) and isinstance(before, Facts)
                yield drawn, is_list or isinstance(before, Heading)
            else:
                continue
            before = one

    def paragraph(self, block: blocks.Paragraph | Heading) -> str:
        return self._wrapped(block.text)

    heading = paragraph

    def items(self, block: blocks.Items) -> str:
        return "\n".join(
            self._wrapped(text, f"{place}. " if block.numbered else "- ") for place, text in enumerate(block.texts, 1)
        )

    def facts(self, block: Facts) -> str:
        labels = [plain(label) for label, _ in block.pairs]
        longest = max(map(cell_width, labels), default=0)
        # One very long label does not push all others' lines away.
        wide = LABEL if longest < LABEL or longest > 2 * LABEL else longest + 2
        pairs = zip(labels, block.pairs, strict=True)
        return "\n".join(labelled(label, text, self.columns, wide) for label, (_, text) in pairs)

    def blank(self, block: blocks.Blank) -> str:
        return self._wrapped(Markup("{}[{}]{}").format(block.before, block.text, block.after))

    def table(self, block: blocks.Table) -> str:
        block = as_text.without_repeats(block)
        rows = self._texts(block.rows[: block.open_rows])
        lines = [self._wrapped(block.caption), aligned([plain(one) for one in block.header], rows, block.numbers)]
        if len(block.rows) > len(rows):
            lines.append(self.say("rows-more", n=len(block.rows) - len(rows)))
        return "\n".join(filter(None, lines))

    def code(self, block: blocks.Code) -> str:
        return self._captioned(block.caption, (f"  {clean(line)}" for line in block.text.splitlines()))

    def figure(self, block: blocks.Figure) -> str:
        return self._wrapped(Markup("{}: {}").format(block.caption, block.alt) if block.caption else block.alt)

    def figures(self, block: blocks.Figures) -> str:
        return "\n".join(map(self.figure, block.figures))

    def gallery(self, block: blocks.Gallery) -> str:
        lines = (self._wrapped(Markup(" · ").join(framed.lines), "- ") for framed in block.framed)
        return self._captioned(block.caption, lines)

    def matrix(self, block: blocks.Matrix) -> str:
        from linnaeus.stats.confusion import confused_pairs

        names, count = [clean(name) for name in block.classes], len(block.classes)
        if count <= SQUARE:
            header = [str(self.say("matrix-corner")), *map(_brief, names)]
            rows = [[name, *map(self._count, row)] for name, row in zip(names, block.counts_KK, strict=True)]
            return aligned(header, rows, frozenset(range(1, count + 1)))
        rows = [[f"{pair.name} → {pair.confused_with}", self._count(pair.count), self._count(pair.support)]
                for pair in confused_pairs(block.counts_KK, names, WORST)]  # fmt: skip
        if not rows:
            return self._wrapped(block.alt)
        return aligned([str(self.say(f"matrix-{name}")) for name in ("pair", "count", "of")], rows, frozenset((1, 2)))

    def folded(self, block: blocks.Folded) -> str:
        """Its summary, and the first lines of a list in it: names of files are what one would open it for."""
        listed: list[Text] = []
        for one in block.blocks:
            if isinstance(one, blocks.Items):
                listed += one.texts
            elif isinstance(one, blocks.Table) and not any(one.header):
                listed += map("  ".join, self._texts(one.rows))
        lines = [self._wrapped(block.summary), *(self._wrapped(text, "  ") for text in listed[:LISTED])]
        return "\n".join([*lines, "  …"] if len(listed) > LISTED else lines)

    def _texts(self, rows: Sequence[Sequence[blocks.Cell]]) -> list[list[str]]:
        return [[plain(as_text.cell(cell, self.say)) for cell in row] for row in rows]

    def _count(self, number: Any) -> str:
        return plain(self.say.count(int(number))) if number else "·"

    def _captioned(self, caption: Text, lines: Iterable[str]) -> str:
        return "\n".join([self._wrapped(caption), *lines] if caption else lines)

    def _wrapped(self, text: Text, first: str = "") -> str:
        return "\n".join(wrapped(text, self.columns - 1, first, " " * len(first)))


def _brief(name: str) -> str:
    return name if len(name) <= NAME else f"{name[: NAME - 1]}…"
