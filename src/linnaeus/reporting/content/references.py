"""A run beside published numbers, and the published tables themselves."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from markupsafe import Markup

from linnaeus.record.reference import Reference
from linnaeus.reporting.blocks import Block, Facts, Paragraph, Section, Text
from linnaeus.reporting.content.layout import paragraph, table, titled, together
from linnaeus.reporting.subject import Run
from linnaeus.reporting.words import Words
from linnaeus.stats.published import Card

USUAL: Mapping[str, Any] = {
    "weights": "",
    "progressive": 0,
}  # nothing to be told of a protocol: from nothing, images whole


def section(run: Run, say: Words) -> Section | None:
    """The verdict on each card, and where the run is not comparable, why; None: it was held against none."""
    blocks = [block for one in run.record.references.values() for block in answer(one, say)]
    return titled(say, "references", blocks) if blocks else None


def look(found: Reference | Card | list[Card], say: Words) -> Sequence[Block]:
    """A run beside a published number, a published table, or all there are."""
    if isinstance(found, Reference):
        return answer(found, say)
    return card(found, say).blocks if isinstance(found, Card) else cards(found, say).blocks


def answer(one: Reference, say: Words) -> list[Block]:
    """What was published, whether the run reproduces it, in what they differ, and what the card does not tell."""
    blocks: list[Block] = [paragraph(sentences(one, say))]
    if one.differences:
        rows = [[say.of("fact", row.fact), row.published, row.run] for row in one.differences]
        caption = say("references-caption", row=one.row, card=one.card)
        blocks.append(table(say, ("fact", "published", "here"), rows, caption))
    if one.unknown:
        facts = ", ".join(str(say.of("fact", fact)) for fact in one.unknown)
        blocks.append(Paragraph(say("references-unknown", facts=facts)))
    return blocks


def sentences(one: Reference, say: Words) -> Iterator[Markup]:
    """What was published, what was found, and the verdict."""
    published = {
        "row": one.row,
        "title": _said(one.card, "title", one.title, say),
        "source": _source(one, one.card, say),
        "percent": say.percent(one.published),
    }
    yield say("references-published", split=say.of("split", one.split), **published)
    if one.found is not None:
        yield say("references-score", score=say.score(one.found))
    if one.verdict == "not_reproduced" and one.short is not None:
        yield say("reference-not-reproduced", points=say.points(one.short.value), interval=say.ends(one.short))
    elif one.verdict == "reproduced" and one.found is not None and one.found.low > one.published:
        yield say("reference-reproduced-better")
    else:
        yield say(f"reference-{one.verdict}", split=say.of("split", one.split))


def conclusions(one: Reference, say: Words) -> list[Markup]:
    """The same, together: one statement a card."""
    return [together(sentences(one, say))]


def cards(found: Sequence[Card], say: Words) -> Section:
    """The published tables that there are."""
    rows = [
        [
            card.name,
            say.count(len(card.rows)),
            _source(card, card.name, say),
            _said(card.name, "title", card.title, say),
        ]
        for card in found
    ]
    return titled(say, "cards", [table(say, ("card", "rows", "source", "title"), rows, numbers=(1,))], note=False)


def card(found: Card, say: Words) -> Section:
    """What all rows have in common, then each row, and the weights of the same networks here."""
    first, *others = [row.facts for row in found.rows]
    shared = {fact: value for fact, value in first.items() if all(other.get(fact) == value for other in others)}
    common = {fact: value for fact, value in shared.items() if fact not in USUAL or value != USUAL[fact]}
    facts: list[tuple[Text, Text]] = [
        (say("column-source"), f"{_said(found.name, 'title', found.title, say)}, {_source(found, found.name, say)}")
    ]
    facts += [(say.of("fact", fact), _told(value, say)) for fact, value in common.items()]
    own = ["model", *sorted({fact for row in found.rows for fact in row.facts} - set(shared) - {"model"})]
    rows = [
        [row.name, *(_told(row.facts.get(fact, ""), say) for fact in own), say.percent(row.accuracy),
         say.figures(100 * row.tolerance)]
        for row in found.rows
    ]  # fmt: skip
    accuracy = say("column-accuracy-on", split=say.of("split", found.split))
    columns = ["row", *(Markup.escape(say.of("fact", fact)) for fact in own), accuracy, "tolerance"]
    blocks: list[Block] = [
        Facts(facts),
        table(say, columns, rows, say("references-rows"), range(len(columns) - 2, len(columns))),
    ]
    if found.counted:
        weights = {row.name: (row.facts.get("parameters"), found.counted[row.name]) for row in found.rows}
        counts = [[row, *(say.count(n) if isinstance(n, int) else "" for n in both)] for row, both in weights.items()]
        blocks.append(
            table(say, ("row", "weights-published", "weights-here"), counts, say("references-weights"), (1, 2))
        )
    return Section(key="card", title=found.name, blocks=blocks)


def _told(value: Any, say: Words) -> Text:
    if isinstance(value, list):
        return say("or").join(Markup.escape(one) for one in map(str, value))
    if value in ("", None):
        return "–"
    return say.count(value) if isinstance(value, int) and not isinstance(value, bool) else str(value)


def _said(card: str, what: str, written: str, say: Words) -> Text:
    """A title or source in the reader's language, where the card is our own; of a paper as it is published."""
    key = f"card-{card}-{what}"
    return say(key) if say.has(key) else written


def _source(found: Card | Reference, card: str, say: Words) -> Text:
    paper = _said(card, "source", found.paper, say)
    return f"{paper}, arXiv:{found.arxiv}" if found.arxiv else paper
