"""linnaeus find-lr DATA"""

from pathlib import Path
from typing import Annotated

import typer

from linnaeus.cli import progress, screen
from linnaeus.cli.options import AsJson, Lang, Model, RecipeFile, Texts, picture, setting, settings
from linnaeus.recipe import shell


def find_lr(
    data: Annotated[
        str | None,
        typer.Argument(
            metavar="DATA",
            help="a data set by name or call, or the path of a folder or CSV file; default: the one in --recipe",
        ),
    ] = None,
    model: Model = None,
    recipe: RecipeFile = None,
    set_: Annotated[Texts, setting(help="any field of the recipe, optimizer=sgd")] = None,
    low: Annotated[float, typer.Option(metavar="RATE", help="first learning rate")] = 1e-6,
    high: Annotated[
        float, typer.Option(metavar="RATE", help="last learning rate, unless the loss diverges before")
    ] = 10.0,
    steps: Annotated[int, typer.Option(metavar="N", help="steps from the first learning rate to the last")] = 100,
    out: Annotated[Path | None, picture(help="plot of the losses")] = None,
    lang: Lang = "en",
    as_json: AsJson = False,
) -> None:
    """Find a learning rate by a range test.

    A throw-away network is trained for N steps while the learning rate grows by the same factor each step; the sweep ends early
    once the smoothed loss is four times its minimum. The suggestion is the smaller of two: a tenth of the learning rate at which the
    smoothed loss is lowest, and the one at which it falls fastest. It is a starting point, not a promise. No run is made, and a
    training that follows is the same, bit for bit, as without this test. The JSON holds the whole table.
    """
    from linnaeus.api import find_lr as verb

    sweep = (low, high, steps)
    given = settings(set_, {"model": model})
    with progress.watching(as_json, lang) as watch:
        found = verb.find_lr(given.pop("data", data), recipe=recipe, sweep=sweep, out=out, progress=watch, **given)
    if screen.tell(found, as_json, lang) and found.optimizer is not None:
        source = f" --recipe {shell.quoted(str(recipe))}" if recipe else ""
        network = f" --model {shell.quoted(model)}" if model else ""
        # Of what was set only the weights: another start would want another rate.
        begins = "".join(
            f" --set {shell.quoted(one)}" for one in set_ or () if one.partition("=")[0].strip() == "weights"
        )
        command = f"linnaeus train {shell.quoted(data)}" if data else "linnaeus train"
        screen.suggest(
            f"{command}{source}{network}{begins} --set {shell.quoted('optimizer=' + found.optimizer)}", language=lang
        )
