"""Flags that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

Run = Annotated[str, typer.Argument(metavar="RUN", help="a run's name, its folder, or last: the newest run")]
RunsFolder = Annotated[
    Path | None,
    typer.Option("--runs", metavar="DIR", help="folder that holds the runs; LINNAEUS_RUNS or ./runs unless given"),
]
AsJson = Annotated[bool, typer.Option("--json", help="print one JSON value and nothing else; off unless given")]
