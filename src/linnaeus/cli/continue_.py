"""linnaeus continue RUN"""

from typing import Annotated

import typer

from linnaeus.cli import progress, summary
from linnaeus.cli.options import AsJson, Lang, Run, RunsFolder, Texts, setting, settings


def continue_(
    run: Run,
    epochs: Annotated[
        int,
        typer.Option(
            metavar="N",
            min=1,
            help="new passes over the training images",
        ),
    ],
    set_: Annotated[Texts, setting(help="any field of the recipe, schedule=linear or optimizer.lr=0.001")] = None,
    name: Annotated[
        str | None, typer.Option(metavar="NAME", help="name of the new run; default: RUN-more-1, RUN-more-2, …")
    ] = None,
    runs: RunsFolder = None,
    lang: Lang = "en",
    as_json: AsJson = False,
) -> None:
    """Train a finished run further, as a new run.

    The new run starts from the kept weights of RUN, with its data, splits, normalisation and recipe; --set changes the recipe. The
    learning rate schedule runs from start to end over the N new epochs, warm-up included; it does not pick up where the old
    one ended. The optimizer starts without state, and order and augmentation are drawn from the old seed plus one. RUN is left as it
    is; the report of the new run plots both as one curve.
    """
    from linnaeus.api import continue_ as verb

    with progress.watching(as_json, lang) as watch:
        record = verb.continue_(run, name=name, runs=runs, progress=watch, **settings(set_, {"epochs": epochs}))
    summary.end(record, as_json, runs, lang)
