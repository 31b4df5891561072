"""Documents made up for the tests of renderers: every kind of block there is, with names that would do harm where they are not text."""

from functools import partial

import numpy as np
from markupsafe import Markup

from linnaeus.record.scores import Score
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
    Reading,
    Section,
    Table,
)
from linnaeus.reporting.figures import curves
from linnaeus.reporting.words import words
from tests.reporting.synthetic import history, pictures

HOSTILE = "<img src=x onerror=alert(1)>"
TURNED = "\u202eright to left\x07"
SCORE = Score(value=0.9, low=0.8, high=0.95, n=1797)
FILE = Markup("<code>a/<wbr>b.png</code>")
BEFORE = Score(value=0.7, low=0.6, high=0.8, n=1797)


def images(count, size=32, channels=3, seed=0):
    """Noise, which no compression helps."""
    return np.random.default_rng(seed).integers(0, 256, (count, size, size, channels)).astype(np.uint8)


def picture(pixels, label="one <of> many"):
    return Picture(pixels=pixels, label=label)


def gallery(some, side=96, **more):
    frames = [
        Framed(pictures=[picture(one)], lines=[f"image {place}", Markup("<b>b</b> 0.91")])
        for place, one in enumerate(some)
    ]
    return Gallery(framed=frames, side=side, **more)


def curve(rows=12, say=None):
    found = history(rows)
    readings = [Reading(x=row.epoch, text=f"epoch {row.epoch} · loss {row.loss:.3f}") for row in found]
    draw = partial(curves.loss, found, curves.Marks(), say or words("en"))
    return Figure(draw=draw, caption="Loss <by> epoch", alt="Loss falls from <2> to 0.1", readings=readings)


def matrix(classes=("a", HOSTILE, "c"), each=2, size=32, seed=0, key="val"):
    """Counts with mistakes, and the images behind the cells."""
    count = len(classes)
    counts_KK = 40 * np.eye(count, dtype=int)
    for row in range(count):
        counts_KK[row, (row + 1) % count] = each
    some = iter(images(count * each, size, seed=seed))
    links = {}
    for row in range(count):
        column = (row + 1) % count
        behind = [next(some) for _ in range(each)]
        links[row, column] = gallery(behind, caption=f"cell {row}", anchor=f"{key}-{row}-{column}")
    rows = {row: gallery([], caption=f"mistakes of {row}", anchor=f"{key}-{row}") for row in range(count)}
    return Matrix(
        counts_KK=counts_KK,
        classes=list(classes),
        alt=f"Confusion matrix of {count} classes",
        links=links,
        row_links=rows,
    )


def whole(**changes):
    """A document with everything in it."""
    small, large = pictures([0, 1, 2], 8, 1), pictures([3, 4], 200, 3)
    frames = [
        Framed(pictures=[picture(one, f"image of {place}"), picture(small[0])], lines=["label", HOSTILE, FILE])
        for place, one in enumerate(large)
    ]
    first = Section(
        key="result",
        title="Result",
        note=Markup("A note with <b>bold</b>."),
        blocks=[
            Paragraph(Markup("The model classifies <strong>98.8&nbsp;%</strong> correctly."), lead=True),
            Paragraph(f"Plain {HOSTILE} & {TURNED}"),
            gallery(small, side=100, caption="Three images"),
            Code("linnaeus inspect last --html '<b>'\nlinnaeus report last", caption="Next"),
        ],
    )
    second = Section(
        key="all",
        title=HOSTILE,
        blocks=[
            Heading("A part"),
            Heading("A part of it", small=True),
            Items(["one", Markup("<em>two</em>")]),
            Items(["first", "second"], numbered=True),
            Facts([("machine", "cpu, 2 threads"), (HOSTILE, TURNED)]),
            Blank(HOSTILE, before="Name: ", after="."),
            Table(header=["class", "n", "score", "recall"], numbers=frozenset({1}), caption="By class", open_rows=2,
                  rows=[[HOSTILE, "1,797", Measured(score=SCORE, n=True), Bar(score=SCORE, start=0.5, before=BEFORE)]]
                  + [[f"class {place}", str(place), Measured(score=SCORE), None] for place in range(9)]),
            Table(header=(), rows=[["validation", Bar(score=SCORE)]]),
            curve(),
            Figures([curve(1), curve(3)]),
            Gallery(framed=frames, side=96, anchor="gallery"),
            matrix(),
            Folded(summary="More", blocks=[Paragraph("folded away"), curve(2)]),
        ],
    )  # fmt: skip
    values = {
        "title": f"digits {HOSTILE}",
        "lead": "The lead",
        "sections": [first, second],
        "foot": ["Written by Linnaeus", HOSTILE],
    }
    return Document(**(values | changes))


def cover():
    return Cover(
        above=["University", Blank("department")],
        title=["Lab 1"],
        author=[Blank("name", before="Student: ")],
        below=["2026"],
    )
