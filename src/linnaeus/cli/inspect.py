"""linnaeus inspect RUN"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from linnaeus.cli import progress, screen
from linnaeus.cli.options import AsJson, Lang, Moved, Run, RunsFolder
from linnaeus.recipe import shell
from linnaeus.record.inspection import Inspection

if TYPE_CHECKING:
    from linnaeus.reporting.words import Words


def inspect(
    run: Run,
    split: Annotated[
        str,
        typer.Option(
            metavar="val|test|train",
            help="whose mistakes; test only once evaluate --split test has opened it, and each look is counted",
        ),
    ] = "val",
    weights: Annotated[
        str | None,
        typer.Option(
            metavar="W",
            help="judge the labels by features of weights that have not seen them; default: the run's own features",
        ),
    ] = None,
    retrain: Annotated[
        bool,
        typer.Option(
            "--retrain",
            help="judge the labels by five networks trained anew, each without a fifth of the images; default: off",
        ),
    ] = False,
    fixes: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="file for the list of possible label errors; default: RUN/fixes.csv"),
    ] = None,
    data: Moved = None,
    runs: RunsFolder = None,
    lang: Lang = "en",
    as_json: AsJson = False,
) -> None:
    """Show a run's mistakes and possible label errors.

    All mistakes go to RUN/mistakes-SPLIT.csv, with the nearest training images in feature space. Labels that cross-validated
    probabilities contradict go to a fix list; review it, then apply it with linnaeus fix DATA FILE. Images are mirrored and rotated
    to see which classes turn into others. The report shows the images.
    """
    from linnaeus.api import inspect as verb
    from linnaeus.reporting.words import words

    with progress.watching(as_json, lang) as watch:
        found = verb.inspect(
            run, split=split, weights=weights, retrain=retrain, fixes=fixes, data=data, runs=runs, progress=watch
        )
    if screen.tell(found, as_json, lang):
        screen.suggest(shell.command("report", run), *_next(found, words(lang)), language=lang)


def _next(found: Inspection, say: "Words") -> list[str]:
    if found.label_errors is None or not found.label_errors.count:
        return []
    return [str(say("inspection-fix", file=found.files["fixes"]))]
