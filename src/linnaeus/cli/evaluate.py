"""linnaeus evaluate RUN"""

from typing import Annotated

import typer

from linnaeus.cli import progress, screen
from linnaeus.cli.options import AsJson, Lang, Run, RunsFolder, Threads
from linnaeus.recipe import shell
from linnaeus.record import codec


def evaluate(
    run: Run,
    split: Annotated[
        str | None,
        typer.Option(
            metavar="val|test|train",
            help="which images; test opens the sealed test split, and each opening is counted; default: val, of other data all",
        ),
    ] = None,
    data: Annotated[
        str | None,
        typer.Option(
            metavar="DATA",
            help="other data with classes of the same names, or the place to which the run's own have moved; default: the run's own",
        ),
    ] = None,
    tta: Annotated[
        str | None,
        typer.Option(
            metavar="flip|shift|flip+shift",
            help="average the logits of several views of each image; kept beside the plain scores; default: off",
        ),
    ] = None,
    threads: Threads = 0,
    runs: RunsFolder = None,
    lang: Lang = "en",
    as_json: AsJson = False,
) -> None:
    """Score a run, overall and by class, with 95 % intervals."""
    from linnaeus.api import evaluate as verb
    from linnaeus.api import loading
    from linnaeus.device import on_threads
    from linnaeus.reporting.content import scores
    from linnaeus.reporting.words import words

    with progress.watching(as_json, lang) as watch, on_threads(threads):
        found = verb.evaluate(run, split=split, data=data, tta=tta, runs=runs, progress=watch)
        calibration = loading.calibration(run, found.split, runs=runs)
        opened = loading.openings(run, runs=runs) if found.opened or found.split.partition("+")[0] == "test" else None
    if as_json:
        screen.print_json({**codec.to_plain(found), "calibration": codec.to_plain(calibration)})
        return
    screen.show(scores.look(found, words(lang), calibration, opened), lang)
    look = [shell.command("inspect", run)] if split in (None, "val") and data is None else []
    screen.suggest(*look, shell.command("report", run), shell.command("predict", run, "FILE"), language=lang)
