"""linnaeus predict RUN PATH…"""

import json
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from linnaeus import files
from linnaeus.cli import progress, screen
from linnaeus.cli.options import Lang, Run, RunsFolder
from linnaeus.recipe import shell
from linnaeus.record import codec

if TYPE_CHECKING:
    from linnaeus.delivery.predictor import Predicted

UNKNOWN = "unknown"

# What a spreadsheet would run as a formula when it stands first in a cell.


class Format(StrEnum):
    """How predictions are written."""

    table = "table"
    csv = "csv"
    json = "json"


def predict(
    run: Run,
    paths: Annotated[
        list[str], typer.Argument(metavar="PATH", help="image files, folders or globs; - reads standard input")
    ],
    top: Annotated[
        int, typer.Option(metavar="K", min=1, help="classes to list for each image, most probable first")
    ] = 1,
    sets: Annotated[
        float | None,
        typer.Option(
            metavar="LEVEL",
            help="add prediction sets that contain the true class with probability 0.8, 0.9, 0.95 or 0.99; "
            "default: off",
        ),
    ] = None,
    unknown: Annotated[
        bool,
        typer.Option(
            "--unknown",
            help="call an image unknown if it is less certain than 95 % of correctly classified ones; default: off",
        ),
    ] = False,
    format_: Annotated[Format, typer.Option("--format", help="output format")] = Format.table,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="file for the predictions; default: standard output")
    ] = None,
    runs: RunsFolder = None,
    lang: Lang = "en",
) -> None:
    """Classify the images in files and folders.

    Images that cannot be read are listed with the reason, and the exit status is then 1.
    """
    from linnaeus.api import predict as verb
    from linnaeus.reporting.content import singles
    from linnaeus.reporting.render.terminal import render
    from linnaeus.reporting.words import words

    say = words(lang)
    with progress.watching(out is None and format_ is not Format.table, lang) as watch:
        found = verb.predict(run, paths, top=top, sets=sets, unknown=unknown, runs=runs, progress=watch)
    if format_ is Format.table:
        table = render(singles.predictions(found.predictions, say), say, screen.width())
        text = f"{table}\n" if table else ""
    else:
        text = as_csv(found) if format_ is Format.csv else as_json(found)
    if out is not None:
        files.write_whole(out, text)
        screen.fact("single-written", str(say("single-written-text", file=out, n=len(found.predictions))), lang)
    else:
        print(text, end="")
    if found.unread:
        total = len(found.predictions) + len(found.unread)
        listed = "\n".join(f"  {screen.clean(name)}: {screen.clean(reason)}" for name, reason in found.unread)
        screen.complain(f"{say('single-unread', unread=len(found.unread), n=total)}\n{listed}")
        raise typer.Exit(1)
    if out is None and format_ is Format.table:
        screen.suggest(
            shell.command("predict", run, "FILE", "--top", 3),
            shell.command("predict", run, "FILE", "--format", "csv", "--out", "predictions.csv"),
            language=lang,
        )


def as_csv(found: "Predicted") -> str:
    """One row an image, the unreadable ones with their reason in the last column.

    Of an unknown image `label` is "unknown", and `likeliest` its likeliest class. A set is a JSON list: names may hold any sign.
    """
    ranks = max((len(one.labels) for one in found.predictions), default=1)
    with_unknown = any(one.unknown is not None for one in found.predictions)
    with_sets = any(one.set is not None for one in found.predictions)
    later = [title for rank in range(2, ranks + 1) for title in (f"label_{rank}", f"probability_{rank}")]
    more = [*["likeliest"] * with_unknown, *["set"] * with_sets]
    rows = [["image", "label", "probability", *later, *more, "error"]]
    for one in found.predictions:
        labels = (UNKNOWN if one.unknown else one.labels[0], *one.labels[1:])
        pairs = zip(labels, one.probabilities, strict=True)
        row = [one.name, *[cell for label, share in pairs for cell in (label, f"{share:.6f}")]]
        row += [one.labels[0]] * with_unknown
        row += [json.dumps(one.set, ensure_ascii=False)] * with_sets
        rows.append([*row, ""])
    rows += [[name, *[""] * (2 * ranks + len(more)), reason] for name, reason in found.unread]
    return files.csv_text(rows)


def as_json(found: "Predicted") -> str:
    """The record itself: exact names and probabilities, and what could not be read with its reason."""
    return screen.json_text(codec.to_plain(found)) + "\n"
