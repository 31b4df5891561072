"""linnaeus fix DATA FIXES"""

from pathlib import Path
from typing import Annotated

import typer

from linnaeus.cli import progress, screen
from linnaeus.cli.options import AsJson, Data, Lang
from linnaeus.recipe import shell


def fix(
    data: Data,
    fixes: Annotated[
        Path, typer.Argument(metavar="FIXES", help="fix list: a CSV file with the columns path, action and label")
    ],
    to: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="folder for the new version; default: DATA-fixed")
    ] = None,
    lang: Lang = "en",
    as_json: AsJson = False,
) -> None:
    """Write a corrected copy of a data set from a fix list.

    linnaeus inspect writes such a list; review it first. The old data set is left as it is.
    """
    from linnaeus.api import fix as verb
    from linnaeus.reporting.content import audit
    from linnaeus.reporting.words import words

    with progress.watching(as_json, lang) as watch:
        done = verb.fix(data, fixes, to=to, progress=watch)
    counts = {name: getattr(done, name) for name in ("images", "relabelled", "dropped", "unchanged")}
    if as_json:
        screen.print_json({"folder": str(done.folder), **counts})
        return
    screen.show([audit.fixed(str(done.folder), counts, words(lang))], lang)
    place = shell.quoted(str(done.folder))
    screen.suggest(f"linnaeus audit {place}", f"linnaeus train {place}", language=lang)
