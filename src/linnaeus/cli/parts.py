"""linnaeus parts [SHELF [NAME]]"""

import inspect
from collections.abc import Mapping
from itertools import groupby
from typing import Annotated, Any

import typer

from linnaeus.api import Part
from linnaeus.cli import screen


def parts(
    shelf: Annotated[
        str | None, typer.Argument(metavar="SHELF", help="models, datasets, …; all shelves unless given")
    ] = None,
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="one part, described in full")] = None,
) -> None:
    """List what a recipe can name, or describe one part."""
    from linnaeus import api

    found = api.parts(shelf, name)
    if isinstance(found, list):
        column = 4 + max((len(part.name) for part in found), default=0)
        for title, group in groupby(found, key=lambda part: part.shelf):
            print(title)
            for part in group:
                print(screen.labelled(f"  {part.name}", part.summary, column))
        if found:
            screen.suggest(f"linnaeus parts {found[0].shelf} {found[0].name}")
    else:
        print(f"{_call(found)}\n\n{found.doc.strip()}\n")
        if found.common:
            screen.say("also", f"{_options(found.common)} (as every part of {found.shelf})")
        screen.suggest(f"linnaeus parts {found.shelf}")


def _call(part: Part) -> str:
    return f"{part.name}({_options(part.options)})"


def _options(options: Mapping[str, Any]) -> str:
    return ", ".join(
        option if default is inspect.Parameter.empty else f"{option}={default!r}" for option, default in options.items()
    )
