"""Images by class and split: what data sets and the data of a run both tell."""

from collections.abc import Sequence

from markupsafe import Markup

from linnaeus.record.facts import Audit, DataFacts
from linnaeus.record.sharing import shared
from linnaeus.reporting.blocks import Folded, Table, Text
from linnaeus.reporting.content import layout
from linnaeus.reporting.content.layout import bold, code
from linnaeus.reporting.words import Words

OPEN = 40  # rows of a table that stand open
MOST_SKIPPED = 100


def facts(found: Audit | DataFacts, say: Words) -> Markup:
    """How many images of how many classes, how the network sees them, from where, and how even the classes are."""
    text = say(
        "data-facts",
        images=say("images", n=sum(found.counts.values())),
        classes=say("classes", n=len(found.classes)),
        size=found.image_size,
        channels=say.of("channels", str(found.channels)),
        source=shared(str(found.source)),
    )
    train = next(iter(found.per_class.values()), ())
    if not train:
        return text
    low, high = min(train), max(train)
    balance = say("data-balanced", n=low) if low == high else say("data-balance", low=low, high=high)
    return text + Markup(" ") + balance


def table(found: Audit | DataFacts, say: Words) -> Table:
    """A row a class, a column a split, and the sums."""
    splits = [Markup.escape(say.of("split", split)) for split in found.per_class]
    rows = [
        [name, *map(say.count, counts), say.count(sum(counts))]
        for name, *counts in zip(found.classes, *found.per_class.values(), strict=True)
    ]
    totals = [sum(column) for column in found.per_class.values()]
    rows.append([bold(cell) for cell in (say("data-total"), *map(say.count, totals), say.count(sum(totals)))])
    columns = ["class", *splits, say("data-total")]
    return layout.table(say, columns, rows, say("data-counts"), range(1, len(columns)), OPEN)


def skipped(found: Sequence[tuple[str, str]], say: Words) -> Folded:
    """Files that could not be read, each with its reason."""
    rows: list[tuple[Text, Text]] = [(code(name), reason) for name, reason in found[:MOST_SKIPPED]]
    if len(found) > MOST_SKIPPED:
        rows.append((say("data-more", n=len(found) - MOST_SKIPPED), ""))
    return Folded(summary=say("data-skipped", n=len(found)), blocks=[Table(header=(), rows=rows)])
