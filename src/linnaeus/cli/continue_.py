"""linnaeus continue RUN"""

from typing import Annotated

import typer

from linnaeus.cli import progress, screen, summary
from linnaeus.cli.options import AsJson, Lang, Run, RunsFolder, settings
from linnaeus.record import record as records


def continue_(
    run: Run,
    epochs: Annotated[
        int,
        typer.Option(
            metavar="N",
            min=1,
            help="new passes over the training images; refused unless given",
        ),
    ],
    set_: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="KEY=VALUE",
            help="any field of the recipe, schedule=linear or optimizer.lr=0.001; repeatable",
        ),
    ] = None,
    name: Annotated[
        str | None, typer.Option(metavar="NAME", help="name of the new run; RUN-more-1, RUN-more-2, … unless given")
    ] = None,
    runs: RunsFolder = None,
    lang: Lang = "en",
    as_json: AsJson = False,
) -> None:
    """Train a finished run further, as a new run.

    It begins with the kept weights of RUN, its data, splits, normalisation and recipe; --set changes the recipe. The schedule
    of the learning rate runs from its beginning to its end over the N new epochs, a warm-up included: it does not
    go on where the old one ended. The optimizer begins without memory, and order and augmentation are drawn from the old
    seed plus one. RUN stays as it is; the page of the new run draws both as one curve.
    """
    from linnaeus.api import continue_ as verb

    with progress.watching(as_json, lang) as watch:
        record = verb.continue_(run, name=name, runs=runs, progress=watch, **settings(set_, {"epochs": epochs}))
    if as_json:
        screen.print_json(records.to_plain(record))
    else:
        summary.show_end(record, "last" if runs is None else str(record.folder), lang)
