"""linnaeus parts [SHELF [NAME]]"""

import inspect
from collections.abc import Mapping
from itertools import groupby
from typing import Annotated, Any

import typer

from linnaeus.cli import model_table, screen
from linnaeus.recipe import shell
from linnaeus.recipe.catalog import Part


def parts(
    shelf: Annotated[
        str | None, typer.Argument(metavar="SHELF", help="models, datasets, …; all shelves unless given")
    ] = None,
    name: Annotated[
        str | None,
        typer.Argument(metavar="NAME", help='one part, described in full; of a model also a call, "resnet(depth=56)"'),
    ] = None,
    channels: Annotated[int, typer.Option(metavar="C", min=1, help="of the images, for the layers of a model")] = 3,
    classes: Annotated[int, typer.Option(metavar="K", min=1, help="that a model tells apart, for its layers")] = 10,
) -> None:
    """List what a recipe can name, or describe one part.

    Of a model, its options with their defaults, its layers, and its weights and multiply-accumulates (MACs: of
    convolutional and dense layers) for images of 32 and 224 px.
    """
    from linnaeus.api import networks
    from linnaeus.api import parts as verb

    found = verb.parts(shelf, name)
    if isinstance(found, list):
        column = 4 + max((len(part.name) for part in found), default=0)
        for title, group in groupby(found, key=lambda part: part.shelf):
            print(title)
            for part in group:
                print(screen.labelled(f"  {part.name}", part.summary, column))
        if found:
            screen.suggest(f"linnaeus parts {found[0].shelf} {found[0].name}")
    else:
        facts = None
        if found.shelf == "models" and name is not None and _is_whole(found, name):
            facts = networks.model_facts(name, channels=channels, classes=classes)
        print(f"{_call(found)}\n\n{found.doc.strip()}\n")
        if found.common:
            screen.say("also", f"{_options(found.common)} (as every part of {found.shelf})")
        if facts is not None:
            model_table.show(facts)
        also = [f"linnaeus bench layers {shell.quoted(str(name))}"] if facts is not None else []
        screen.suggest(*also, f"linnaeus parts {found.shelf}")


def _is_whole(part: Part, name: str) -> bool:
    """False for the bare name of a part that needs more said before it can be built."""
    return "(" in name or inspect.Parameter.empty not in part.options.values()


def _call(part: Part) -> str:
    return f"{part.name}({_options(part.options)})"


def _options(options: Mapping[str, Any]) -> str:
    return ", ".join(
        option if default is inspect.Parameter.empty else f"{option}={default!r}" for option, default in options.items()
    )
