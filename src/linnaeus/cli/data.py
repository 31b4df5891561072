"""linnaeus data DATA"""

import shlex
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from linnaeus.cli import progress, screen, summary
from linnaeus.cli.options import AsJson

FILES = 5  # shown of those a finding is about


def data(
    data: Annotated[str, typer.Argument(metavar="DATA", help="a data set, or the path of a folder or CSV file")],
    sheet: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="PNG to be written with pictures of what the network will see; none unless given"
        ),
    ] = None,
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="a field of the recipe, image_size=64; may be repeated"),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say what is in a data set, and what is wrong with it.

    Nothing is trained. The JSON holds all file names, the text the first few.
    """
    from linnaeus import api

    with progress.watching(as_json, notes=False) as watch:
        found = api.data(data, changes=set_ or [], sheet=sheet, watch=watch)
    if as_json:
        screen.print_json(found)
        return
    print(summary.data(found))
    screen.say("sizes", _sizes(found["sizes"]))
    print(f"\n{_classes(found['classes'], found['per_class'])}\n")
    for name, reason in found["skipped"]:
        screen.say("unreadable", f"{name}: {reason}")
    for finding in found["findings"]:
        screen.say("found", _finding(finding))
    if not found["findings"]:
        screen.say("found", "nothing wrong")
    if found["sheet"]:
        screen.say("sheet", found["sheet"])
    screen.suggest(f"linnaeus train {shlex.quote(data)}")


def _sizes(sizes: Mapping[str, Sequence[int]]) -> str:
    least, middle, largest = (
        f"{width}×{height}" for width, height in zip(sizes["width"], sizes["height"], strict=True)
    )
    return (
        f"{least} pixels, all"
        if least == largest
        else f"from {least} to {largest} pixels (width and height apart), middle {middle}"
    )


def _classes(classes: Sequence[str], per_class: Mapping[str, Iterable[int]]) -> str:
    rows = zip(classes, *per_class.values(), strict=True)
    return screen.table(("class", *per_class), ((name, *(f"{count:,}" for count in counts)) for name, *counts in rows))


def _finding(finding: Mapping[str, Any]) -> str:
    files = finding["files"]
    more = ", …" if len(files) > FILES else ""
    listed = f" ({', '.join(files[:FILES])}{more})" if files else ""
    return f"{finding['what']}{listed}: {finding['advice']}"
