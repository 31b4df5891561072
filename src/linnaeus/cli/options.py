"""Flags that several commands share."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from linnaeus.errors import RecipeError

Run = Annotated[str, typer.Argument(metavar="RUN", help="a run's name, its folder, or last: the newest run")]
RunsFolder = Annotated[
    Path | None,
    typer.Option("--runs", metavar="DIR", help="folder that holds the runs; LINNAEUS_RUNS or ./runs unless given"),
]
AsJson = Annotated[bool, typer.Option("--json", help="print one JSON value and nothing else; off unless given")]


def settings(texts: Sequence[str]) -> dict[str, str]:
    """The words of `--set` as fields and their values. Raises RecipeError where there is no `=`."""
    for text in texts:
        if "=" not in text:
            raise RecipeError(f"--set {text}: write it as key=value, for instance batch_size=64 or optimizer.lr=0.01")
    return {key.strip(): value for key, _, value in (text.partition("=") for text in texts)}
