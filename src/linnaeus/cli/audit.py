"""linnaeus audit DATA"""

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from linnaeus.cli import progress, screen
from linnaeus.cli.options import AsJson, Data, Lang, Texts, setting, settings
from linnaeus.recipe import shell
from linnaeus.record import codec
from linnaeus.record.facts import Finding

OPENED = 5  # files, or pairs, of each finding


class Format(StrEnum):
    text = "text"
    json = "json"


def audit(
    data: Data,
    model: Annotated[
        str | None,
        typer.Option(
            metavar="SPEC", help="check whether this model suits images so small; default: the one that would be chosen"
        ),
    ] = None,
    sheet: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="PNG to write, with what the network will see; default: none"),
    ] = None,
    things: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="CSV to write with the thing that each image shows, where several images seem to show one; default: none",
        ),
    ] = None,
    set_: Annotated[Texts, setting(help="a field of the recipe, image_size=64")] = None,
    format_: Annotated[Format, typer.Option("--format", help="output format")] = Format.text,
    lang: Lang = "en",
    as_json: AsJson = False,
) -> None:
    """Report what is in a data set and what is wrong with it.

    Nothing is trained. The JSON lists all file names, the text the first few. Near copies are found unless they are cut by more than a
    fifth of a side, turned by more than 10 degrees or largely covered; different things of one design may be named with them.
    """
    from linnaeus.api import audit as verb
    from linnaeus.reporting.content import data as content
    from linnaeus.reporting.words import words

    as_json = as_json or format_ is Format.json
    given = settings(set_, {"model": model})
    with progress.watching(as_json, lang, notes=False) as watch:
        found = verb.audit(given.pop("data", data), sheet=sheet, things=things, progress=watch, **given)
    if as_json:
        screen.print_json(codec.to_plain(found))
        return
    screen.show(content.audited(found, words(lang), opened=OPENED), lang)
    screen.suggest(_next(data, found.findings), language=lang)


def _next(data: str, findings: Sequence[Finding]) -> str:
    leaks = any(finding.kind == "leak" and finding.values["split"] == "train" for finding in findings)
    return f"linnaeus train {shell.quoted(data)}" + (" --drop-leaks" if leaks else "")
