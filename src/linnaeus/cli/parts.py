"""linnaeus parts [SHELF [NAME]]"""

import inspect
from typing import Annotated

import typer

from linnaeus.cli import screen
from linnaeus.cli.options import Lang
from linnaeus.recipe import shell
from linnaeus.recipe.catalog import Part


def parts(
    shelf: Annotated[
        str | None, typer.Argument(metavar="SHELF", help="models, datasets, …; default: all shelves")
    ] = None,
    name: Annotated[
        str | None,
        typer.Argument(metavar="NAME", help='a part to describe in full; for a model also a call, "resnet(depth=56)"'),
    ] = None,
    channels: Annotated[int, typer.Option(metavar="C", min=1, help="for a model: image channels")] = 3,
    classes: Annotated[int, typer.Option(metavar="K", min=1, help="for a model: number of classes")] = 10,
    lang: Lang = "en",
) -> None:
    """List the parts that a recipe can name, or describe one.

    For a model: its options with their defaults, its layers, and its weights and multiply-accumulates (MACs) for images of 32 and 224 px.
    """
    from linnaeus.api import parts as verb
    from linnaeus.reporting.content import listing
    from linnaeus.reporting.words import words

    found = verb.parts(shelf, name)
    if isinstance(found, list):
        screen.show(listing.parts(found), lang)
        if found:
            screen.suggest(f"linnaeus parts {found[0].shelf} {found[0].name}", language=lang)
        return
    blocks, also = listing.part(found, words(lang)), []
    if found.shelf == "models" and name is not None and _is_whole(found, name):
        from linnaeus.api import networks
        from linnaeus.reporting.content import network

        facts = networks.model_facts(name, channels=channels, classes=classes)
        blocks += network.look(facts, words(lang))
        also = [f"linnaeus bench layers {shell.quoted(name)}"]
    screen.show(blocks, lang)
    screen.suggest(*also, f"linnaeus parts {found.shelf}", language=lang)


def _is_whole(part: Part, name: str) -> bool:
    """False for the bare name of a part that needs more said before it can be built."""
    return "(" in name or inspect.Parameter.empty not in part.options.values()
