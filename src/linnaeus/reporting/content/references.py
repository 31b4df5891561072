"""A run beside published numbers, and the published tables themselves."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from markupsafe import Markup

from linnaeus.record.reference import Reference
from linnaeus.reporting.blocks import Block, Cell, Facts, Paragraph, Section, Table, Text
from linnaeus.reporting.subject import Run
from linnaeus.reporting.words import Words
from linnaeus.stats.published import Card


def section(run: Run, say: Words) -> Section | None:
    """The verdict on each card, and where the run is not comparable, why; None: it was held against none."""
    blocks = [block for one in run.record.references.values() for block in answer(one, say)]
    if not blocks:
        return None
    return Section(key="references", title=say("references"), note=say("references-note"), blocks=blocks)


def answer(one: Reference, say: Words) -> list[Block]:
    """What was published, whether the run reproduces it, in what they differ, and what the card does not tell."""
    blocks: list[Block] = [Paragraph(Markup(" ").join(sentences(one, say)))]
    if one.differences:
        rows: list[list[Cell]] = [[say.of("fact", row.fact), row.published, row.run] for row in one.differences]
        header = [say(f"column-{name}") for name in ("fact", "published", "here")]
        caption = say("references-caption", row=one.row, card=one.card)
        blocks.append(Table(header=header, rows=rows, caption=caption))
    if one.unknown:
        facts = ", ".join(str(say.of("fact", fact)) for fact in one.unknown)
        blocks.append(Paragraph(say("references-unknown", facts=facts)))
    return blocks


def sentences(one: Reference, say: Words) -> Iterator[Markup]:
    """What was published, what was found, and the verdict."""
    yield say("references-published", row=one.row, title=one.title, source=_source(one), percent=_percent(one.published, say),
              split=say.of("split", one.split))  # fmt: skip
    if one.found is not None:
        yield say("references-score", score=say.score(one.found))
    if one.verdict == "not_reproduced" and one.short is not None:
        yield say("reference-not-reproduced", points=say.points(one.short.value), interval=say.ends(one.short))
    elif one.verdict == "reproduced" and one.found is not None and one.found.low > one.published:
        yield say("reference-reproduced-better")
    else:
        yield say(f"reference-{one.verdict}", split=say.of("split", one.split))


def cards(found: Sequence[Card], say: Words) -> Section:
    """The published tables that there are."""
    rows: list[list[Cell]] = [[card.name, say.count(len(card.rows)), _source(card), card.title] for card in found]
    header = [say(f"column-{name}") for name in ("card", "rows", "source", "title")]
    return Section(key="cards", title=say("cards"), blocks=[Table(header=header, rows=rows, numbers=frozenset((1,)))])


def card(found: Card, say: Words, counted: Mapping[str, int | None] | None = None) -> Section:
    """What all rows have in common, then each row; `counted` are the weights of the same networks here, by row."""
    common = _common(found)
    facts: list[tuple[Text, Text]] = [(say("column-source"), f"{found.title}, {_source(found)}")]
    facts += [(say.of("fact", fact), _told(value, say)) for fact, value in common.items()]
    own = sorted({fact for row in found.rows for fact in row.facts} - set(common) - {"model"})
    rows: list[list[Cell]] = [
        [row.name, *(_told(row.facts.get(fact, ""), say) for fact in ("model", *own)), _percent(row.accuracy, say),
         say.figures(100 * row.tolerance)]
        for row in found.rows
    ]  # fmt: skip
    header: list[Text] = [say("column-row"), *(say.of("fact", fact) for fact in ("model", *own)),
                          say("column-accuracy-on", split=say.of("split", found.split)), say("column-tolerance")]  # fmt: skip
    numbers = frozenset((len(header) - 2, len(header) - 1))
    blocks: list[Block] = [Facts(facts), Table(header=header, rows=rows, numbers=numbers)]
    if counted is not None:
        weights: list[list[Cell]] = [
            [
                row.name,
                *(say.count(n) if isinstance(n, int) else "" for n in (row.facts.get("parameters"), counted[row.name])),
            ]
            for row in found.rows
        ]
        header = [say(f"column-{name}") for name in ("row", "weights-published", "weights-here")]
        blocks.append(Table(header=header, rows=weights, numbers=frozenset((1, 2))))
    return Section(key="card", title=found.name, blocks=blocks)


def _common(found: Card) -> dict[str, Any]:
    first, *others = [row.facts for row in found.rows]
    return {fact: value for fact, value in first.items() if all(other.get(fact) == value for other in others)}


def _told(value: Any, say: Words) -> Text:
    if isinstance(value, list):
        return say("or").join(Markup.escape(one) for one in map(str, value))
    if value in ("", None):
        return "–"
    return say.count(value) if isinstance(value, int) and not isinstance(value, bool) else str(value)


def _source(found: Card | Reference) -> str:
    return found.paper + (f", arXiv:{found.arxiv}" if found.arxiv else "")


def _percent(share: float, say: Words) -> str:
    """Published numbers have two decimals."""
    return f"{say.number(100 * share, 2)}\u00a0%"
