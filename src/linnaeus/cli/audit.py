"""linnaeus audit DATA"""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from linnaeus.cli import progress, screen, summary
from linnaeus.cli.options import AsJson, settings
from linnaeus.recipe import shell
from linnaeus.record import codec
from linnaeus.record.facts import Expected, Finding
from linnaeus.reporting import told

FILES = 5  # shown of those a finding is about
PAIRS = 5


class Format(StrEnum):
    text = "text"
    json = "json"


def audit(
    data: Annotated[str, typer.Argument(metavar="DATA", help="a data set, or the path of a folder or CSV file")],
    model: Annotated[
        str | None,
        typer.Option(metavar="SPEC", help="a model, to see whether it suits images so small; chosen unless given"),
    ] = None,
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
    format_: Annotated[Format, typer.Option("--format", help="how the findings are written")] = Format.text,
    as_json: AsJson = False,
) -> None:
    """Say what is in a data set, and what is wrong with it.

    Nothing is trained. The JSON holds all file names, the text the first few.
    """
    from linnaeus.api import audit as verb

    as_json = as_json or format_ is Format.json
    given = settings(set_, {"model": model})
    with progress.watching(as_json, notes=False) as watch:
        found = verb.audit(given.pop("data", data), sheet=sheet, progress=watch, **given)
    if as_json:
        screen.print_json(codec.to_plain(found))
        return
    print(summary.data(found))
    screen.say("sizes", _sizes(found.sizes))
    for split, interval in found.expected.items():
        screen.say(summary.SPLITS[split], _expected(interval))
    print(f"\n{_classes(found.classes, found.per_class)}\n")
    for name, reason in found.skipped:
        screen.say("unreadable", f"{name}: {reason}")
    _show(found.findings)
    if found.sheet:
        screen.say("sheet", found.sheet)
    screen.suggest(_next(data, found.findings))


def _sizes(sizes: Mapping[str, Sequence[int]]) -> str:
    least, middle, largest = (
        f"{width}×{height}" for width, height in zip(sizes["width"], sizes["height"], strict=True)
    )
    return (
        f"{least} pixels, all"
        if least == largest
        else f"from {least} to {largest} pixels (width and height apart), middle {middle}"
    )


def _expected(interval: Expected) -> str:
    """`270 images will tell 90 % to 85.8–93.0 %`"""
    low, high = (f"{100 * end:.1f}" for end in (interval.low, interval.high))
    return f"{interval.n:,} images: an accuracy of {100 * interval.accuracy:.0f} % will be known to {low}–{high} %"


def _classes(classes: Sequence[str], per_class: Mapping[str, Iterable[int]]) -> str:
    rows = zip(classes, *per_class.values(), strict=True)
    return screen.table(("class", *per_class), ((name, *(f"{count:,}" for count in counts)) for name, *counts in rows))


def _show(findings: Sequence[Finding]) -> None:
    for finding in findings:
        what, advice = told.finding(finding)
        label = {"warning": "found", "question": "asked"}.get(finding.severity, "noted")
        screen.say(label, f"{what}{_files(finding)} {advice}")
        for one, other in finding.pairs[:PAIRS]:
            screen.say("", f"{one} = {other}")
        if len(finding.pairs) > PAIRS:
            screen.say("", f"… {len(finding.pairs) - PAIRS:,} more pairs, all with --format json")
    if not findings:
        screen.say("found", "nothing wrong")


def _files(finding: Finding) -> str:
    """The first files, where no pairs name them."""
    files = finding.files if not finding.pairs else ()
    more = ", …" if len(files) > FILES else ""
    return f" ({', '.join(files[:FILES])}{more})" if files else ""


def _next(data: str, findings: Sequence[Finding]) -> str:
    leaks = any(finding.kind == "leak" and finding.values["split"] == "train" for finding in findings)
    return f"linnaeus train {shell.quoted(data)}" + (" --drop-leaks" if leaks else "")
