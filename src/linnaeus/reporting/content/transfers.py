"""Several ways from trained weights to another task, on several shares of its data."""

from collections.abc import Sequence
from functools import partial

from markupsafe import Markup

from linnaeus.record.comparison import Transfers
from linnaeus.record.sharing import shared
from linnaeus.reporting.blocks import Block, Cell, Figure, Items, Measured, Section
from linnaeus.reporting.content.comparison import sentence
from linnaeus.reporting.content.layout import table, titled
from linnaeus.reporting.figures import measured
from linnaeus.reporting.words import Words


def section(found: Transfers, say: Words) -> Section:
    """Each way at each share, then what the comparisons with the first way say."""
    rows: list[list[Cell]] = [
        [say.share(way.share), say.count(way.images), way.way, Measured(score=way.score, n=True), say.seconds(way.train_s),
         way.run]
        for way in found.ways
    ]  # fmt: skip
    columns = ("share-of-data", "support", "way", "accuracy", "time", "run")
    each = table(say, columns, rows, say("transfers-caption"), (0, 1, 3, 4))
    figure = Figure(
        draw=partial(measured.transfers, found, say),
        caption=say("transfers-figure"),
        alt="; ".join(f"{way.way}, {say.share(way.share)}: {say.score(way.score)}" for way in found.ways),
        width_cm=13.0,
    )
    note = say("transfers-note", data=shared(found.data), weights=shared(found.weights))
    return titled(say, "transfers", [each, figure, Items(conclusions(found, say))], note=note)


def conclusions(found: Transfers, say: Words) -> list[Markup]:
    """What the comparisons say, at each share of the images."""
    return [say("transfers-at", share=say.share(share), text=sentence(one, say)) for share, one in found.comparisons]


def look(found: Transfers, say: Words) -> Sequence[Block]:
    """What a notebook shows of ways of fine-tuning."""
    return section(found, say).blocks
