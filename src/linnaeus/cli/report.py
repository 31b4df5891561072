"""linnaeus report RUN…"""

from pathlib import Path
from typing import Annotated

import typer

from linnaeus.cli import progress, screen
from linnaeus.cli.options import LANGUAGES, RunsFolder


def report(
    runs_: Annotated[
        list[str], typer.Argument(metavar="RUN", help="one run or several, by name or folder; last is the newest")
    ],
    language: Annotated[str, typer.Option("--lang", metavar=LANGUAGES, help="language of the report")] = "en",
    format: Annotated[
        str | None,
        typer.Option(metavar="html|docx", help="an HTML page or a Word document; default: as --out ends, else html"),
    ] = None,
    lab: Annotated[
        bool, typer.Option("--lab", help="write a lab report, with room for your own words; default: off")
    ] = False,
    sheet: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.toml", help="lab sheet with title, aim and questions; default: one task for each run"
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="file to write; default: in the folder of the first run"),
    ] = None,
    runs: RunsFolder = None,
) -> None:
    """Write a report of one run, or of several side by side.

    An HTML page is one file that needs no network; a Word document has numbered figures and tables, ready to hand in. A lab
    report adds a title page, the tasks, and conclusions from the records, with marked room for your own.
    """
    from linnaeus.api import report as verb
    from linnaeus.reporting.words import words

    lab_ = sheet if sheet is not None else lab
    with progress.watching(False, language) as watch:
        file = verb.report(runs_, language=language, format=format, lab=lab_, out=out, runs=runs, progress=watch)
    screen.fact("brief-report", str(file), language)
    if file.suffix == ".html":
        screen.suggest(str(words(language)("report-open", address=file.resolve().as_uri())), language=language)
    elif lab or sheet is not None:
        screen.suggest(str(words(language)("report-fill")), language=language)
