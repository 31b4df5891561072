"""linnaeus weights [SOURCE]"""

from typing import Annotated

import typer

from linnaeus.cli import screen
from linnaeus.cli.options import AsJson, Lang, RunsFolder
from linnaeus.recipe import shell


def weights(
    source: Annotated[
        str | None,
        typer.Argument(
            metavar="SOURCE",
            help="a run, a file, timm:NAME, or the name of bundled weights; default: list the bundled ones",
        ),
    ] = None,
    runs: RunsFolder = None,
    lang: Lang = "en",
    as_json: AsJson = False,
) -> None:
    """List bundled pretrained weights, or describe some.

    SOURCE is what a recipe's `weights` takes. A checkpoint of PyTorch is read by a process of its own; nothing in it is executed.
    """
    from linnaeus.api import weights as verb

    found = verb.weights(source, runs=runs)
    if not screen.tell(found, as_json, lang):
        return
    if not isinstance(found, list):
        screen.suggest(shell.command("train", "DATA", "--set", f"weights={found.source}"), language=lang)
        return
    name = found[0].source if found else "last"
    train = [f"linnaeus train DATA --set weights={name}"] if found else []
    screen.suggest(f"linnaeus weights {name}", *train, language=lang)
