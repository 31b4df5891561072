"""linnaeus train DATA"""

from pathlib import Path
from typing import Annotated

import typer

from linnaeus.cli import progress, screen, summary
from linnaeus.cli.options import AsJson, Lang, RunsFolder, settings
from linnaeus.record import codec
from linnaeus.record import record as records

Text = str | None


def train(
    data: Annotated[
        Text,
        typer.Argument(
            metavar="DATA", help="a data set, digits or cifar10(limit=500); or the path of a folder or CSV file"
        ),
    ] = None,
    model: Annotated[
        Text, typer.Option(metavar="SPEC", help='a model, "resnet(depth=20)"; chosen for the data unless given')
    ] = None,
    recipe: Annotated[
        Path | None, typer.Option(metavar="FILE", help="TOML file with some or all fields; none unless given")
    ] = None,
    epochs: Annotated[
        int | None, typer.Option(metavar="N", help="passes over the training images; chosen unless given")
    ] = None,
    budget: Annotated[
        Text,
        typer.Option(
            metavar="TIME", help="time to train, 90s, 10m or 1.5h, from which epochs is sized; 0: epochs stands"
        ),
    ] = None,
    seed: Annotated[int | None, typer.Option(metavar="N", help="start of all randomness; 0 unless given")] = None,
    repeats: Annotated[
        int,
        typer.Option(
            metavar="N",
            min=1,
            help="runs NAME-seed0, NAME-seed1, … under N seeds from the seed on, and their mean; given again, it goes on "
            "where it was stopped",
        ),
    ] = 1,
    name: Annotated[Text, typer.Option(metavar="NAME", help="name of the run; DATA-1, DATA-2, … unless given")] = None,
    runs: RunsFolder = None,
    set_: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="KEY=VALUE", help="any field of the recipe, batch_size=64 or optimizer.lr=0.01; repeatable"
        ),
    ] = None,
    precision: Annotated[
        Text, typer.Option(metavar="auto|fp32|bf16", help="of the arithmetic; auto: the faster one here")
    ] = None,
    threads: Annotated[int | None, typer.Option(metavar="N", help="CPU threads; 0: the fastest number here")] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="stop at unreadable images; off: go on without them")
    ] = False,
    drop_leaks: Annotated[
        bool,
        typer.Option(
            "--drop-leaks",
            help="leave training images out whose like is in val or test, equal or nearly so; off: all are used",
        ),
    ] = False,
    lang: Lang = "en",
    as_json: AsJson = False,
) -> None:
    """Train a classifier. With no more said than DATA, it chooses a sound recipe for it."""
    from linnaeus.api import train as verb
    from linnaeus.reporting.content import repeats as content
    from linnaeus.reporting.words import words

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
        if as_json:
            screen.print_json(codec.to_plain(found))
            return
        screen.show(content.section(found, words(lang)).blocks, lang)
        first = found.runs[0] if runs is None else f"{runs}/{found.runs[0]}"
        screen.suggest(f"linnaeus report {first}", f"linnaeus evaluate {first} --split test", language=lang)
        return
    with progress.watching(as_json, lang) as watch:
        record = verb.train(data, recipe=recipe, name=name, runs=runs, progress=watch, **given)
    if as_json:
        screen.print_json(records.to_plain(record))
    else:
        summary.show_end(record, "last" if runs is None else str(record.folder), lang)
