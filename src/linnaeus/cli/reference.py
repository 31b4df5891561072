"""linnaeus reference RUN CARD"""

from typing import Annotated

import typer

from linnaeus.cli import screen
from linnaeus.cli.options import AsJson, Lang, RunsFolder
from linnaeus.recipe import shell
from linnaeus.record.reference import Reference
from linnaeus.stats.published import Card


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

    found = verb.reference(run, card, row=row, weights=weights, runs=runs)
    if not screen.tell(found, as_json, lang):
        return
    if isinstance(found, Reference) and found.found is None and not found.differences:
        to_score = shell.command("evaluate", run, "--split", found.split)
        screen.suggest(to_score, shell.command("reference", run, found.card), language=lang)
    elif isinstance(found, Reference):
        screen.suggest(shell.command("reference", found.card), shell.command("report", run), language=lang)
    elif isinstance(found, Card):
        screen.suggest(f"linnaeus reference last {found.name}", language=lang)
    else:
        screen.suggest(f"linnaeus reference {found[0].name}", f"linnaeus reference last {found[0].name}", language=lang)
