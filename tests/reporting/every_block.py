"""A document that holds every kind of block and cell, with names that would do harm where they were obeyed."""

import typing

import numpy as np
from markupsafe import Markup

from linnaeus.record.scores import Score
from linnaeus.reporting import blocks
from linnaeus.reporting.blocks import (
    Bar,
    Blank,
    Code,
    Cover,
    Document,
    Facts,
    Figure,
    Figures,
    Folded,
    Framed,
    Gallery,
    Heading,
    Items,
    Matrix,
    Measured,
    Paragraph,
    Picture,
    Section,
    Table,
)

HOSTILE = "<img src=x onerror=alert(1)>"
TURNED = "\u202eturned\x1b[31m\x00\x0b"  # turns the direction of what follows, colours a terminal, and is no XML
NAMES = (HOSTILE, "]]>&amp;", TURNED, "$x^2$ _y_", "б" * 120, "{}", "猫", "'\";--")
SCORE = Score(value=0.9321, low=0.9012, high=0.9554, n=461)
BEFORE = Score(value=0.87, low=0.83, high=0.9, n=461)


def figure(caption="A curve", alt="from 10 to 90 %"):
    return Figure(draw=_drawn, caption=caption, alt=alt)


def _drawn(palette):
    from matplotlib.figure import Figure as Drawn

    drawn = Drawn(figsize=(5, 2.9))
    drawn.add_subplot().plot([1, 2, 3], [10, 70, 90], color=palette.ink)
    return drawn


def picture(place, label="cat", shape=(32, 32, 3)):
    pixels = np.random.default_rng(place).integers(0, 256, shape, dtype=np.uint8)
    return Picture(pixels=pixels, label=label)


def gallery(count=8, lines=("cat → dog", "0.93"), pictures=1):
    framed = [
        Framed(pictures=[picture(place * 10 + one) for one in range(pictures)], lines=lines) for place in range(count)
    ]
    return Gallery(framed=framed, side=96, caption="The most confident mistakes")


def matrix(classes):
    counts_KK = np.diag(np.arange(len(classes)) + 5)
    counts_KK[0, -1], counts_KK[1, 0] = 4, 2
    return Matrix(counts_KK=counts_KK, classes=classes, alt="Most images lie on the diagonal")


def table(count=4, **given):
    cells = [
        [name, Measured(score=SCORE, n=True), Bar(score=SCORE, before=BEFORE), None, "12"] for name in NAMES[:count]
    ]
    header = ["class", "accuracy", "before and after", "nothing", "n"]
    return Table(**{"header": header, "rows": cells, "numbers": frozenset((4,)), "caption": "Scores by class"} | given)


def document():
    tags = Markup("Plain, <b>bold</b>, <i>slanted</i>, <code>code_words</code>, <small>small</small>, <mark>marked</mark>, "
                  "a<wbr>b, <bdi>name</bdi>, <span>span</span><br>second line, <strong>strong</strong> and <em>em</em>.")  # fmt: skip
    first = Section(
        key="one", title="Text", note="beside the title",
        blocks=[
            Paragraph("The model classifies 93.2 % of 461 validation images correctly.", lead=True),
            Paragraph(tags),
            *(Paragraph(name) for name in NAMES),
            Heading("A part"),
            Heading("A part of a part", small=True),
            Items(["one", Markup("<b>two</b>")]),
            Items(["first", "second"], numbered=True),
            Facts([("machine", "cpu, 2 threads, fp32"), (HOSTILE, TURNED)]),
            Blank("Your answer", before="Answer: ", after="."),
            Code("linnaeus train digits\nlinnaeus evaluate last --split test", caption="To repeat it"),
        ],
    )  # fmt: skip
    second = Section(
        key="two", title="Numbered",
        blocks=[
            Paragraph("The curves rise."),
            figure(),
            Figures([figure("Left"), figure("Right")]),
            table(len(NAMES)),
            Paragraph("Mistakes."),
            gallery(),
            gallery(4, pictures=3),
            Paragraph("Confusions:"),
            matrix(NAMES),
            Folded(summary="All rows", blocks=[table(2, caption=""), Paragraph("Folded words.")]),
        ],
    )  # fmt: skip
    part = Document(title=HOSTILE, lead="of a run", sections=[Section(key="p", title=TURNED, blocks=[table(1)])])
    return Document(title=HOSTILE, lead="lead", sections=[first, second], foot=["Written by Linnaeus."], parts=[part])


def cover():
    return Cover(
        above=[Blank("University"), "Department"],
        title=["Laboratory report", Markup("<b>Topic</b>")],
        author=[Blank("first name and name", before="Author: ")],
        below=[Blank("City, year")],
    )


def kinds(found):
    """The kinds of all blocks in a document."""
    held = set()

    def look(some):
        for block in some:
            held.add(type(block))
            if isinstance(block, Folded):
                look(block.blocks)

    for section in found.sections:
        look(section.blocks)
    return held


EVERY = set(typing.get_args(blocks.Block))
