"""linnaeus train DATA"""

from typing import Annotated

import typer

from linnaeus.cli import progress, screen, summary
from linnaeus.cli.options import AsJson, Lang, Model, RecipeFile, RunsFolder, Texts, setting, settings
from linnaeus.recipe import shell

Text = str | None


def train(
    data: Annotated[
        Text,
        typer.Argument(
            metavar="DATA",
            help="a data set by name or call, digits or cifar10(limit=500), or the path of a folder or CSV "
            "file; default: the one in --recipe",
        ),
    ] = None,
    model: Model = None,
    recipe: RecipeFile = None,
    epochs: Annotated[
        int | None, typer.Option(metavar="N", help="passes over the training images; default: chosen for the data")
    ] = None,
    budget: Annotated[
        Text,
        typer.Option(
            metavar="TIME",
            help="time for everything, start and report included, 90s, 10m or 1.5h, from which the number of epochs is computed, or the "
            "stages of a fine-tuning; 0: --epochs decides, and every stage is tried",
        ),
    ] = None,
    seed: Annotated[
        int | None, typer.Option(metavar="N", help="seed of initial weights, order and augmentation; default: 0")
    ] = None,
    repeats: Annotated[
        int,
        typer.Option(
            metavar="N",
            min=1,
            help="train under N seeds, as runs NAME-seed0, NAME-seed1, …, and report their mean; run the "
            "command again to go on",
        ),
    ] = 1,
    name: Annotated[Text, typer.Option(metavar="NAME", help="name of the run; default: DATA-1, DATA-2, …")] = None,
    runs: RunsFolder = None,
    set_: Annotated[Texts, setting(help="any field of the recipe, batch_size=64 or optimizer.lr=0.01")] = None,
    precision: Annotated[
        Text,
        typer.Option(
            metavar="auto|fp32|bf16", help="number format of the computation; auto: the faster one on this machine"
        ),
    ] = None,
    threads: Annotated[
        int | None, typer.Option(metavar="N", help="CPU threads; 0: the fastest number on this machine")
    ] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="stop at the first unreadable image; off: skip such images and list them")
    ] = False,
    drop_leaks: Annotated[
        bool,
        typer.Option(
            "--drop-leaks",
            help="leave out training images that are duplicates or near duplicates of val or test images; off: use all",
        ),
    ] = False,
    lang: Lang = "en",
    as_json: AsJson = False,
) -> None:
    """Train a classifier on a data set.

    With only DATA given, a sound recipe is chosen for it. Under torchrun, several processes train one run.
    """
    from linnaeus.api import train as verb

    flags = {
        "model": model,
        "epochs": epochs,
        "budget": budget,
        "seed": seed,
        "precision": precision,
        "threads": threads,
        "strict": strict or None,
        "drop_leaks": drop_leaks or None,
    }
    given = settings(set_, flags)
    data = given.pop("data", data)
    if repeats > 1:
        with progress.watching(as_json, lang) as watch:
            found = verb.train(data, repeats=repeats, recipe=recipe, name=name, runs=runs, progress=watch, **given)
        if not screen.tell(found, as_json, lang):
            return
        first = found.runs[0] if runs is None else f"{runs}/{found.runs[0]}"
        screen.suggest(shell.command("inspect", first), shell.command("report", first), language=lang)
        return
    with progress.watching(as_json, lang) as watch:
        record = verb.train(data, recipe=recipe, name=name, runs=runs, progress=watch, **given)
    summary.end(record, as_json, runs, lang)
