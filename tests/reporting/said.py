"""What blocks say, as plain text, for tests that look for facts and not for layout."""

import re
from collections.abc import Iterator

from markupsafe import Markup

from linnaeus.events import Note, Watcher
from linnaeus.record.calibration import Calibration
from linnaeus.record.comparison import Comparison, Forgetting, Unpaired
from linnaeus.record.facts import Finding
from linnaeus.record.reference import Reference
from linnaeus.reporting.blocks import Bar, Figures, Folded, Gallery, Linked, Matrix, Measured, Section, Table
from linnaeus.reporting.content import audit, calibration, comparison, forgetting, notes, references
from linnaeus.reporting.words import Words, words

ENGLISH = words("en")


def of(section: Section, say: Words) -> str:
    """All texts of a section, one a line: title and note first, a table row by row, a picture by its lines."""
    return "\n".join(plain(text) for text in (section.title, section.note, *_blocks(section.blocks, say)))


def told(found: object, language: str = "en") -> str:
    """What content says of a finding of statistics, of an audit, of calibration or of forgetting, in sentences."""
    say = words(language)
    match found:
        case Comparison():
            texts = [comparison.sentence(found, say)]
        case Unpaired():
            texts = [comparison.of_counts(found, say)]
        case Calibration():
            texts = [*calibration.sentences(found, found.split, say)]
        case Reference():
            texts = [*references.sentences(found, say)]
        case Finding():
            texts = [*audit.sentence(found, say)]
        case Forgetting():
            texts = [*forgetting.sentences(found, say)]
        case _:
            raise TypeError(type(found))
    return " ".join(map(plain, texts))


def noting(texts: list[str], say: Words = ENGLISH) -> Watcher:
    """A watcher that adds what is noted to `texts`, a line each."""
    return lambda event: texts.append(notes.line(event, say)) if isinstance(event, Note) else None


def rows(block: Table, say: Words) -> list[list[str]]:
    """The cells of a table as text."""
    return [[_cell(cell, say) for cell in row] for row in block.rows]


def plain(text: object) -> str:
    """A text without its tags, with ordinary spaces."""
    bare = Markup(str(text)).striptags() if isinstance(text, Markup) else str(text)
    return re.sub("[\u00a0\u202f]", " ", str(bare))


def find(section: Section, kind: type, place: int = 0):
    """The first block of a kind in a section, folded ones too; `place` counts on."""
    return [block for block in _all(section.blocks) if isinstance(block, kind)][place]


def _all(blocks) -> Iterator[object]:
    for block in blocks:
        yield block
        yield from _all(block.blocks if isinstance(block, Folded) else ())
        yield from block.figures if isinstance(block, Figures) else ()


def _cell(cell: object, say: Words) -> str:
    if isinstance(cell, Measured):
        return plain(say.score(cell.score, n=cell.n))
    return "" if isinstance(cell, Bar) or cell is None else plain(cell.text if isinstance(cell, Linked) else cell)


def _blocks(blocks, say: Words) -> Iterator[str]:
    for block in _all(blocks):
        if isinstance(block, Table):
            yield block.caption
            yield " | ".join(map(plain, block.header))
            yield from (" | ".join(row) for row in rows(block, say))
        elif isinstance(block, Gallery):
            yield block.caption
            yield from (" ".join(map(plain, frame.lines)) for frame in block.framed)
        elif isinstance(block, Matrix):
            yield block.alt
        else:
            for name in ("text", "summary", "caption", "alt"):
                yield from [getattr(block, name)] if hasattr(block, name) else []
            yield from getattr(block, "texts", ())
            yield from (": ".join(map(plain, pair)) for pair in getattr(block, "pairs", ()))
