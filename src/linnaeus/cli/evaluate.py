"""linnaeus evaluate RUN"""

from typing import Annotated

import typer

from linnaeus.cli import progress, screen
from linnaeus.cli.options import AsJson, Lang, Run, RunsFolder
from linnaeus.recipe import shell
from linnaeus.record import codec


def evaluate(
    run: Run,
    split: Annotated[
        str,
        typer.Option(
            metavar="val|test|train", help="which images; test opens the sealed test split, and each opening is counted"
        ),
    ] = "val",
    data: Annotated[
        str | None,
        typer.Option(metavar="DATA", help="other data with classes of the same names; default: the run's own"),
    ] = None,
    tta: Annotated[
        str | None,
        typer.Option(
            metavar="flip|shift|flip+shift",
            help="average the logits of several views of each image; kept beside the plain scores; default: off",
        ),
    ] = None,
    runs: RunsFolder = None,
    lang: Lang = "en",
    as_json: AsJson = False,
) -> None:
    """Score a run, overall and by class, with 95 % intervals."""
    from linnaeus.api import evaluate as verb
    from linnaeus.api import loading
    from linnaeus.reporting.content import classes
    from linnaeus.reporting.words import words

    with progress.watching(as_json, lang) as watch:
        found = verb.evaluate(run, split=split, data=data, tta=tta, runs=runs, progress=watch)
        calibration = loading.calibration(run, found.split, runs=runs)
    if as_json:
        screen.print_json({**codec.to_plain(found), "calibration": codec.to_plain(calibration)})
        return
    screen.show(classes.look(found, words(lang), calibration), lang)
    to_see = ("evaluate", run, "--split", "test") if split == "val" and data is None else ("report", run)
    screen.suggest(shell.command(*to_see), shell.command("predict", run, "FILE"), language=lang)
