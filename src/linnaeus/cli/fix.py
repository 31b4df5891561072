"""linnaeus fix DATA FIXES"""

from pathlib import Path
from typing import Annotated

import typer

from linnaeus.cli import progress, screen
from linnaeus.cli.options import AsJson
from linnaeus.recipe import shell


def fix(
    data: Annotated[str, typer.Argument(metavar="DATA", help="a data set, or the path of a folder or CSV file")],
    fixes: Annotated[
        Path, typer.Argument(metavar="FIXES", help="the fix list, a CSV file with the columns path, action and label")
    ],
    to: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="folder for the new version; default: DATA-fixed")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write a corrected copy of a data set, as a fix list says.

    linnaeus inspect writes such a list; go through it first. The old data set stays as it is.
    """
    from linnaeus.api import fix as verb

    with progress.watching(as_json) as watch:
        done = verb.fix(data, fixes, to=to, progress=watch)
    if as_json:
        screen.print_json(
            {
                "folder": str(done.folder),
                "images": done.images,
                "relabelled": done.relabelled,
                "dropped": done.dropped,
                "unchanged": done.unchanged,
            }
        )
        return
    lines = "line changes" if done.unchanged == 1 else "lines change"
    unchanged = f"; {done.unchanged:,} {lines} nothing" if done.unchanged else ""
    screen.say(
        "written",
        f"{done.folder}, {done.images:,} images: {done.relabelled:,} relabelled, {done.dropped:,} dropped{unchanged}",
    )
    place = shell.quoted(str(done.folder))
    screen.suggest(f"linnaeus audit {place}", f"linnaeus train {place}")
