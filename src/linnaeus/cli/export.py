"""linnaeus export RUN FILE"""

from pathlib import Path
from typing import Annotated

import typer

from linnaeus.cli import progress, screen
from linnaeus.cli.options import Lang, Run, RunsFolder
from linnaeus.recipe import shell


def export(
    run: Run,
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            help="FILE.onnx, which takes raw pictures of any size; FILE.html, a page for any browser; "
            "or a new FOLDER for a hub of models",
        ),
    ],
    check: Annotated[
        str | None,
        typer.Option(metavar="DATA", help="pictures to compare with; default: the run's validation pictures"),
    ] = None,
    tolerance: Annotated[float, typer.Option(metavar="P", min=0.0, help="largest difference of a probability")] = 1e-4,
    int8: Annotated[
        bool, typer.Option("--int8", help="compute in 8-bit integers; tells how many answers change; default: off")
    ] = False,
    accept: Annotated[
        bool, typer.Option("--accept", help="with --int8: even if more than 1 in 100 answers change; default: off")
    ] = False,
    runs: RunsFolder = None,
    lang: Lang = "en",
) -> None:
    """Write a trained classifier as one file that others run.

    Resize, crop, normalisation, network, calibration and class names are inside. Each validation picture is answered by the file and
    by the run; where they differ, the worst are named and no file is left.
    """
    from linnaeus.api import export as verb
    from linnaeus.reporting.words import words

    with progress.watching(False, lang) as watch:
        found = verb.export(
            run, file, check=check, tolerance=tolerance, int8=int8, accept=accept, runs=runs, progress=watch
        )
    screen.look(found, lang)
    if file.suffix == ".html":
        screen.suggest(str(words(lang)("report-open", address=file.resolve().as_uri())), language=lang)
    elif file.suffix == "":
        screen.suggest(f"python {file / 'run.py'} FILE", "hf upload", language=lang)
    else:
        screen.suggest(shell.command("predict", file, "FILE"), shell.command("export", run, "page.html"), language=lang)
