"""linnaeus show RUN"""

from pathlib import Path
from typing import Annotated

import typer

from linnaeus.cli import progress, screen
from linnaeus.cli.options import AsJson, Lang, Run, RunsFolder


def show(
    run: Run,
    split: Annotated[
        str, typer.Option(metavar="val|train", help="which images of the run's own data; val unless given")
    ] = "val",
    count: Annotated[int, typer.Option(metavar="N", min=1, help="images, evenly over the split; 12 unless given")] = 12,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="picture of the images, .svg or .png; none unless given")
    ] = None,
    runs: RunsFolder = None,
    lang: Lang = "en",
    as_json: AsJson = False,
) -> None:
    """Show single images of a run's own data, with their logits.

    A row an image: its label, the answer with its probability, and the logits from which both come. They are taken evenly over
    the split, not chosen by what the network says of them. Test images are not shown: that would be a look at the sealed split.
    """
    from linnaeus.api import show as verb
    from linnaeus.reporting.content import singles
    from linnaeus.reporting.words import words

    with progress.watching(as_json, lang) as watch:
        found = verb.show(run, split=split, count=count, out=out, runs=runs, progress=watch)
    if as_json:
        screen.print_json(found)
        return
    screen.show(singles.table(found, run, words(lang), str(out) if out is not None else ""), lang)
    screen.suggest(f"linnaeus inspect {run}", f"linnaeus report {run}", language=lang)
