"""Flags that several commands share."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any

import typer

from linnaeus.errors import RecipeError
from linnaeus.reporting.words import languages

Run = Annotated[str, typer.Argument(metavar="RUN", help="a run: its name, its folder, or last for the newest")]
Data = Annotated[
    str, typer.Argument(metavar="DATA", help="a data set by name or call, or the path of a folder or CSV file")
]
RunsFolder = Annotated[
    Path | None,
    typer.Option("--runs", metavar="DIR", help="folder that holds the runs; default: LINNAEUS_RUNS, else ./runs"),
]
Moved = Annotated[
    str | None,
    typer.Option(
        "--data", metavar="DATA", help="where the run's own data are now, if they have moved; default: where they were"
    ),
]
LANGUAGES = "|".join(languages())
Lang = Annotated[
    str, typer.Option("--lang", metavar=LANGUAGES, help="language of what is printed, with its number format")
]
Model = Annotated[
    str | None, typer.Option(metavar="SPEC", help='a model, such as "resnet(depth=20)"; default: chosen for the data')
]
RecipeFile = Annotated[
    Path | None, typer.Option(metavar="FILE", help="TOML file with some or all fields of the recipe; default: none")
]
Texts = list[str] | None
Threads = Annotated[int, typer.Option(metavar="N", min=0, help="CPU threads; 0: as many as there are cores")]
AsJson = Annotated[bool, typer.Option("--json", help="print one JSON value and nothing else; default: off")]


def setting(*, help: str) -> Any:
    """The flag `--set`, which may be given several times; `help` says which fields it takes."""
    return typer.Option("--set", metavar="KEY=VALUE", help=f"{help}; repeatable")


def picture(*, help: str) -> Any:
    """The flag of a picture that is written only where it is wished for."""
    return typer.Option(metavar="FILE", help=f"{help} to write, .svg or .png; default: none")


def settings(texts: Sequence[str] | None, flags: Mapping[str, object] = MappingProxyType({})) -> dict[str, Any]:
    """The flags that were given and then the words of `--set`, as fields and their values.

    Raises:
        RecipeError: there is no `=`. UnknownName: no field has that name.
    """
    from linnaeus.api import objects

    for text in texts or ():
        if "=" not in text:
            raise RecipeError(f"--set {text}: write it as key=value, for instance batch_size=64 or optimizer.lr=0.01")
    said = {key.strip(): value for key, _, value in (text.partition("=") for text in texts or ())}
    objects.settings(said)  # a name that is none is told here, before it could pass as another argument
    return {name: value for name, value in flags.items() if value is not None} | said
