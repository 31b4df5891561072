"""linnaeus reference RUN CARD"""

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from linnaeus.cli import screen
from linnaeus.cli.options import AsJson, Lang, RunsFolder
from linnaeus.recipe import shell
from linnaeus.record import codec
from linnaeus.stats import published

COUNTED_AT = 32  # pixels: convolutional networks have the same weights at other sizes


def reference(
    run: Annotated[
        str | None,
        typer.Argument(
            metavar="RUN", help="a run: its name, its folder, or last for the newest; default: list all cards"
        ),
    ] = None,
    card: Annotated[
        str | None,
        typer.Argument(
            metavar="CARD", help="name of a published table, or a TOML file with one; default: RUN is a card to show"
        ),
    ] = None,
    row: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="row of the card; default: that of the run's network"),
    ] = None,
    weights: Annotated[
        bool,
        typer.Option("--weights", help="with a card alone: count the weights of the same networks here; default: off"),
    ] = False,
    runs: RunsFolder = None,
    lang: Lang = "en",
    as_json: AsJson = False,
) -> None:
    """Tell whether a run reproduces a published number.

    The verdict is reproduced, not reproduced and by how much, or not comparable and why. It goes into the run's record. A sealed test
    split stays sealed. Without a run, the published tables are listed; a card alone is shown.
    """
    from linnaeus.api import reference as verb
    from linnaeus.reporting.content import references
    from linnaeus.reporting.words import words

    say = words(lang)
    if run is not None and card is not None:
        found = verb.reference(run, card, row=row, runs=runs)
        if as_json:
            screen.print_json(codec.to_plain(found))
        else:
            screen.show(references.answer(found, say), lang)
            if found.found is None and not found.differences:
                to_score = shell.command("evaluate", run, "--split", found.split)
                screen.suggest(to_score, shell.command("reference", run, found.card), language=lang)
            else:
                screen.suggest(shell.command("reference", found.card), shell.command("report", run), language=lang)
        return
    cards = [published.read(name) for name in ([run] if run is not None else published.names())]
    if as_json:
        screen.print_json([codec.to_plain(one) for one in cards])
    elif run is None:
        screen.show(references.cards(cards, say).blocks, lang)
        screen.suggest(f"linnaeus reference {cards[0].name}", f"linnaeus reference last {cards[0].name}", language=lang)
    else:
        counted = {row.name: _ours(row.facts) for row in cards[0].rows} if weights else None
        screen.show(references.card(cards[0], say, counted), lang)
        screen.suggest(f"linnaeus reference last {cards[0].name}", language=lang)


def _ours(facts: Mapping[str, Any]) -> int:
    from linnaeus.api import networks

    classes = 100 if str(facts.get("data")).startswith("cifar100") else 10
    return networks.model_facts(str(facts["model"]), classes=classes, sizes=(COUNTED_AT,)).sizes[COUNTED_AT].parameters
