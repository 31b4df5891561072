"""A document as one HTML file that needs nothing else and asks no network for anything.

A macro of `templates/blocks.html` lays out each kind of block, under the name of its class; what a macro has to reckon is
reckoned here. Nothing knows which section it draws.
"""

import base64
import hashlib
import itertools
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from linnaeus import files
from linnaeus.record.scores import Score
from linnaeus.reporting import blocks
from linnaeus.reporting.blocks import Bar, Block, Cell, Document, Framed, Gallery, Linked, Measured, Text
from linnaeus.reporting.figures import heatmap, style
from linnaeus.reporting.render import as_text
from linnaeus.reporting.render.page_pictures import PagePictures, Shown, dots, side
from linnaeus.reporting.words import Words

TEMPLATES = Path(__file__).parent / "templates"
LONGEST_LINE = 22  # letters below a picture
RANGE = re.compile(r"(?<![\w.,<])[−+]?\d[\d.,]*–\d[\d.,]*(?:\xa0%)?(?![^<>]*>)")
SHORT_CODE = re.compile(r"<code>(?=[^\s<]{1,24}</code>)")  # fits on the line of a phone
MOST_CELLS = 30  # classes of a confusion matrix that is written out; a larger one is a picture


def render(document: Document, say: Words) -> str:
    """The whole file."""
    page = Page(say=say)
    body = page.document(document)
    style_text, script = (_file(name) for name in ("style.css", "script.js"))
    text = environment().get_template("page.html").render(
        page=page, title=Markup(document.title).striptags(), body=body, foot=document.foot,
        style=Markup(style_text), script=Markup(script), style_hash=_hash(style_text), script_hash=_hash(script),
    )  # fmt: skip
    return harmless(text).encode("utf-8", "replace").decode()  # names of files may hold what is not text


def write(file: Path, document: Document, say: Words) -> None:
    """Write the file whole or not at all. Raises RunError."""
    files.write_whole(file, render(document, say))


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What is drawn so far: its pictures, and numbers for its figures. `prefix` begins the fragments of a document in another.

    Where it is not `alone` in its window, nothing opens by a fragment.
    """

    say: Words
    alone: bool = True
    kept: PagePictures = field(default_factory=PagePictures)
    prefix: str = ""
    numbers: Iterator[int] = field(default_factory=itertools.count)

    def document(self, one: Document) -> Markup:
        return self._macro("document", one)

    def parts(self, one: Document) -> list[tuple[str, Document, "Page"]]:
        """The documents in a document: each with its fragment, and with the page as it sees it."""
        names = [f"{self.prefix}part{place}" for place in range(len(one.parts))]
        return [(name, part, replace(self, prefix=f"{name}-")) for name, part in zip(names, one.parts, strict=True)]

    def contents(self, one: Document) -> list[tuple[str, Text]]:
        """Where links lead that stand below the title: to the sections, and to the documents in this one."""
        found = [(f"{self.prefix}{section.key}", section.title) for section in one.sections if section.title]
        return found + [(name, part.title) for name, part, _ in self.parts(one)]

    def draw(self, some: Sequence[Block]) -> Markup:
        return Markup("").join(self._macro(type(one).__name__.lower(), one) for one in some)

    def figure(self, one: blocks.Figure) -> Markup:
        readings = [(reading.x, str(Markup(reading.text).unescape())) for reading in one.readings]
        return style.svg(one.draw(style.THEMED), f"f{next(self.numbers)}", as_text.bare(one.alt), readings)

    def framed(self, some: Sequence[Framed]) -> list[tuple[Framed, list[tuple[Shown, Text]]]]:
        """Each with those of its pictures that there is room for; without any it is left out."""
        taken = ((one, [(self.kept.add(each.pixels), each.label) for each in one.pictures]) for one in some)
        found = ((one, [(shown, label) for shown, label in both if shown is not None]) for one, both in taken)
        return [(one, shown) for one, shown in found if shown]

    def side(self, gallery: Gallery) -> int:
        """Pixels of the page for the longer side of a picture."""
        firsts = (max(one.pictures[0].pixels.shape[:2]) for one in gallery.framed if one.pictures)
        return side(max(firsts, default=1), gallery.side)

    def letters(self, gallery: Gallery) -> int:
        """How wide a column its lines want; longer ones are broken."""
        lines = (line for one in gallery.framed for line in one.lines)
        return min(max((len(as_text.bare(line)) for line in lines), default=0), LONGEST_LINE)

    def pictures(self) -> Markup:
        """Where each picture is defined that the page shows."""
        return self._macro("kept_pictures", self.kept.pictures) if self.kept.pictures else Markup("")

    def cell(self, value: Cell) -> Markup:
        match value:
            case None:
                return Markup("")
            case Measured(score=score, n=n):
                return self._macro("measured", score, n)
            case Bar():
                places = [self._place(score, value.start) for score in (value.score, value.before) if score is not None]
                return self._macro("bar", as_text.cell(value, self.say), places)
            case Linked(text=text, to=to) if self.alone:
                return Markup('<a href="#{}{}"><bdi>{}</bdi></a>').format(self.prefix, to, text)
            case _:
                return Markup("<bdi>{}</bdi>").format(as_text.breakable(as_text.cell(value, self.say)))

    def axes(self, table: blocks.Table) -> dict[int, str]:
        """The left ends of the axes of columns with bars, as shares in words."""
        return {
            column: self.say.share(value.start) if value.start else "0"
            for row in table.rows
            for column, value in enumerate(row)
            if isinstance(value, Bar)
        }

    def matrix(self, one: blocks.Matrix) -> dict[str, Any]:
        """What the macro cannot reckon: the strength of each cell's shade, and the fragments that its images open at.

        `few` classes are written out; of more the matrix is a picture, and `places` are the same fragments for the script.
        `behind` are the images behind each row, cell by cell.
        """
        if not self.alone:
            one = replace(one, links={}, row_links={})
        name, few = f"{self.prefix}m{next(self.numbers)}", len(one.classes) <= MOST_CELLS
        ids = {cell: self._anchor(gallery, f"{name}-{cell[0]}-{cell[1]}") for cell, gallery in one.links.items()}
        rows = {row: self._anchor(gallery, f"{name}-r{row}") for row, gallery in one.row_links.items()}
        behind = [
            {
                "id": rows.get(row, f"{name}-r{row}"),
                "caption": one.row_links[row].caption if row in one.row_links else one.classes[row],
                "cells": [(ids[cell], gallery) for cell, gallery in one.links.items() if cell[0] == row],
            }
            for row in sorted({row for row, _ in one.links} | set(one.row_links))
        ]
        shades_KK4 = heatmap.shades(one.counts_KK)
        places = json.dumps({f"{row}-{column}": id for (row, column), id in ids.items()})
        return {
            "id": name, "few": few, "address": "" if few else dots(shades_KK4), "shades": shades_KK4[..., 3] / 255,
            "ids": ids, "rows": rows, "places": places, "behind": behind,
        }  # fmt: skip

    def _anchor(self, gallery: Gallery, otherwise: str) -> str:
        return f"{self.prefix}{gallery.anchor}" if gallery.anchor else otherwise

    def _macro(self, name: str, *values: object) -> Markup:
        macro = getattr(_macros(), name)
        return Markup(macro(self, *values))

    def _place(self, score: Score, start: float) -> tuple[str, str, str]:
        """Where the ends and the middle of a score lie on an axis from `start` to 1, in per cent of its length."""
        length = max(1 - start, 1e-9)
        low, value, high = (
            f"{100 * min(max((end - start) / length, 0), 1):.1f}" for end in (score.low, score.value, score.high)
        )
        return low, value, high


def _unbroken(text: Text) -> Markup:
    """With ranges and short code that are not broken at their dash: `91.5–96.9 %`, `--retrain`."""
    whole = SHORT_CODE.sub(r'<code class="unbroken">', str(escape(text)))
    return Markup(RANGE.sub(r'<span class="unbroken">\g<0></span>', whole))


def harmless(text: str) -> Markup:
    """With signs that cannot be seen, or that turn the direction of what follows, made visible."""
    return Markup(style.UNSEEN.sub("\ufffd", text))


def _file(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    """What a content policy calls a text by."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


@cache
def environment() -> Environment:
    """The templates, whatever is filled into them escaped."""
    found = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters |= {"plain": as_text.bare, "unbroken": _unbroken}
    return found


@cache
def _macros() -> Any:
    return environment().get_template("blocks.html").module
