"""linnaeus show RUN"""

from pathlib import Path
from typing import Annotated

import typer

from linnaeus.cli import progress, screen
from linnaeus.cli.options import AsJson, Lang, Moved, Run, RunsFolder, picture
from linnaeus.recipe import shell


def show(
    run: Run,
    split: Annotated[
        str, typer.Option(metavar="val|train|test", help="which images of the run's own data; test: once it was opened")
    ] = "val",
    count: Annotated[int, typer.Option(metavar="N", min=1, help="number of images, spread evenly over the split")] = 12,
    image: Annotated[
        list[int] | None,
        typer.Option(
            metavar="N",
            min=0,
            help="this image, by its number in the split, from 0; repeatable; default: --count of them",
        ),
    ] = None,
    out: Annotated[Path | None, picture(help="picture of the images")] = None,
    data: Moved = None,
    runs: RunsFolder = None,
    lang: Lang = "en",
    as_json: AsJson = False,
) -> None:
    """Show single images of a run's data with their logits.

    One row for each image: its label, the predicted class with its probability, and the logits behind both. Images are spread evenly over
    the split, not picked by their predictions, or named by their numbers. Test images are shown once evaluate --split test has opened them.
    """
    from linnaeus.api import show as verb

    with progress.watching(as_json, lang) as watch:
        found = verb.show(
            run, split=split, count=count, images=image or (), out=out, data=data, runs=runs, progress=watch
        )
    if screen.tell(found, as_json, lang):
        screen.suggest(shell.command("inspect", run), shell.command("report", run), language=lang)
