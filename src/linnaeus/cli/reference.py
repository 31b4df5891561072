"""linnaeus reference RUN CARD"""

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from linnaeus.cli import screen
from linnaeus.cli.options import AsJson, RunsFolder
from linnaeus.record import codec
from linnaeus.record.reference import Reference
from linnaeus.reporting import told
from linnaeus.stats import published
from linnaeus.stats.published import Card

COUNTED_AT = 32  # pixels: convolutional networks have the same weights at other sizes
WORDS = {"held_out": "held out", "batch_size": "batch size", "image_size": "image size"}


def reference(
    run: Annotated[
        str | None,
        typer.Argument(metavar="RUN", help="a run's name, its folder, or last; all cards are listed unless given"),
    ] = None,
    card: Annotated[
        str | None,
        typer.Argument(metavar="CARD", help="a card's name, or a TOML file; unless given, RUN is a card to be shown"),
    ] = None,
    row: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="of the card; that of the run's network unless given"),
    ] = None,
    weights: Annotated[
        bool,
        typer.Option(
            "--weights", help="of a card alone: count the weights of the same networks here; off unless given"
        ),
    ] = False,
    runs: RunsFolder = None,
    as_json: AsJson = False,
) -> None:
    """Say whether a run reproduces a published number.

    The answer: reproduced, not reproduced and short by how much, or not comparable and why. It goes into the run's record.
    A test split that is sealed stays so. Without a run, the published tables are listed; a card alone is shown.
    """
    from linnaeus.api import reference as verb

    if run is not None and card is not None:
        found = verb.reference(run, card, row=row, runs=runs)
        if as_json:
            screen.print_json(codec.to_plain(found))
        else:
            _answer(found, run)
        return
    cards = [published.read(name) for name in ([run] if run is not None else published.names())]
    if as_json:
        screen.print_json([codec.to_plain(one) for one in cards])
    elif run is None:
        _list(cards)
    else:
        _show(cards[0], weights)


def _answer(found: Reference, run: str) -> None:
    screen.say("published", f"{_percent(found.published)} {found.split}: {found.row} of {found.card}, {_source(found)}")
    here = told.percent(found.found) if found.found is not None else "not scored"
    screen.say("here", f"{here} {found.split if found.found is not None else ''}".rstrip())
    if not found.differences:
        screen.say("answer", told.reference(found))
    else:
        screen.say("answer", f"not comparable with {found.row} of {found.card}:")
        rows = [(one.fact.replace("_", " "), one.published, one.run) for one in found.differences]
        print(f"\n{screen.table(('fact', 'published', 'here'), rows, left=3)}\n")
    if found.unknown:
        screen.say(
            "not told", f"{', '.join(WORDS.get(fact, fact) for fact in found.unknown)}: not held against the run"
        )
    if found.found is None and not found.differences:
        screen.suggest(f"linnaeus evaluate {run} --split {found.split}", f"linnaeus reference {run} {found.card}")
    else:
        screen.suggest(f"linnaeus reference {found.card}", f"linnaeus report {run}")


def _list(cards: list[Card]) -> None:
    rows = [(card.name, f"{len(card.rows)}", _source(card), card.title) for card in cards]
    print(screen.table(("card", "rows", "source", "title"), rows, left=4))
    screen.suggest(f"linnaeus reference {cards[0].name}", f"linnaeus reference last {cards[0].name}")


def _show(card: Card, weights: bool) -> None:
    screen.say("card", f"{card.name}: {card.title}, {_source(card)}")
    for fact, value in _common(card).items():
        screen.say(
            WORDS.get(fact, fact), " or ".join(map(str, value)) if isinstance(value, list) else str(value) or "none"
        )
    own = sorted({fact for row in card.rows for fact in row.facts} - set(_common(card)) - {"model"})
    rows = [
        (
            row.name,
            *(_fact(row.facts.get(fact, "")) for fact in ("model", *own)),
            _percent(row.accuracy),
            f"{100 * row.tolerance:g}",
        )
        for row in card.rows
    ]
    names = ("row", "model", *(WORDS.get(fact, fact) for fact in own), f"{card.split} accuracy", "± points")
    print(f"\n{screen.table(names, rows, left=2)}\n")
    if weights:
        print(f"{_weights(card)}\n")
    screen.suggest(f"linnaeus reference last {card.name}")


def _weights(card: Card) -> str:
    """A row a network: its weights as published, and those of ours, which are counted."""
    rows = [
        (row.name, *(_count(number) for number in (row.facts.get("parameters"), _ours(row.facts)))) for row in card.rows
    ]
    return screen.table(("row", "weights published", "weights here"), rows)


def _ours(facts: Mapping[str, Any]) -> int | None:
    from linnaeus.api import networks

    classes = 100 if str(facts.get("data")).startswith("cifar100") else 10
    found = networks.model_facts(str(facts["model"]), classes=classes, sizes=(COUNTED_AT,))["sizes"][COUNTED_AT]
    count: int | None = found.get("parameters")
    return count


def _count(number: object) -> str:
    return f"{number:,}" if isinstance(number, int) else ""


def _fact(value: object) -> str:
    return _count(value) or str(value)


def _common(card: Card) -> dict[str, object]:
    first, *others = [row.facts for row in card.rows]
    return {fact: value for fact, value in first.items() if all(other.get(fact) == value for other in others)}


def _source(found: Card | Reference) -> str:
    return found.paper + (f", arXiv {found.arxiv}" if found.arxiv else "")


def _percent(share: float) -> str:
    return f"{100 * share:.2f} %"
