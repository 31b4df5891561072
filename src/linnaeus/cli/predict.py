"""linnaeus predict RUN PATH…"""

import csv
import io
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from linnaeus import files
from linnaeus.cli import progress, screen
from linnaeus.cli.options import Run, RunsFolder

if TYPE_CHECKING:
    from linnaeus.api import Answers

# What a spreadsheet would run as a formula when it stands first in a cell.
_RUN_BY_SPREADSHEETS = ("=", "+", "-", "@", "\t", "\r", "\n")


class Format(StrEnum):
    """How answers are written."""

    table = "table"
    csv = "csv"
    json = "json"


def predict(
    run: Run,
    paths: Annotated[
        list[str], typer.Argument(metavar="PATH", help="image files, folders, globs; - reads standard input")
    ],
    top: Annotated[
        int, typer.Option(metavar="K", min=1, help="classes to name for each image, the likeliest first")
    ] = 1,
    format_: Annotated[Format, typer.Option("--format", help="how the answers are written")] = Format.table,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="file for the answers; standard output unless given")
    ] = None,
    runs: RunsFolder = None,
) -> None:
    """Name the images in files and folders. The exit status is 1 where some could not be read."""
    from linnaeus import api

    with progress.watching(quiet=out is None and format_ is not Format.table) as watch:
        answers = api.predict(run, paths, top=top, runs=runs, watch=watch)
    text = {Format.table: as_table, Format.csv: as_csv, Format.json: as_json}[format_](answers)
    if out is not None:
        files.write_whole(out, text)
        screen.say("written", f"{out}, {len(answers.answers):,} images")
    else:
        print(text, end="")
    if answers.unread:
        total = len(answers.answers) + len(answers.unread)
        listed = "\n".join(f"  {screen.clean(name)}: {screen.clean(reason)}" for name, reason in answers.unread)
        screen.complain(f"{len(answers.unread):,} of {total:,} images could not be read\n{listed}")
        raise typer.Exit(1)
    if out is None and format_ is Format.table:
        screen.suggest(
            f"linnaeus predict {run} FILE --top 3", f"linnaeus predict {run} FILE --format csv --out answers.csv"
        )


def as_table(answers: "Answers") -> str:
    """One line an image: its classes, the likeliest first, and their probabilities."""
    ranks = max((len(answer.labels) for answer in answers.answers), default=0)
    header = [
        "image",
        *[title for rank in range(ranks) for title in ("class" if rank == 0 else f"class {rank + 1}", "")],
    ]
    rows = [
        [
            answer.name,
            *[
                cell
                for label, share in zip(answer.labels, answer.probabilities, strict=True)
                for cell in (label, f"{100 * share:.1f} %")
            ],
        ]
        for answer in answers.answers
    ]
    return screen.table(header, rows) + "\n" if rows else ""


def as_csv(answers: "Answers") -> str:
    """One row an image, the unreadable ones with their reason in the last column."""
    ranks = max((len(answer.labels) for answer in answers.answers), default=1)
    later = [title for rank in range(2, ranks + 1) for title in (f"label_{rank}", f"probability_{rank}")]
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(["image", "label", "probability", *later, "error"])
    for answer in answers.answers:
        pairs = zip(answer.labels, answer.probabilities, strict=True)
        writer.writerow(
            [harmless(answer.name), *[cell for label, share in pairs for cell in (harmless(label), f"{share:.6f}")], ""]
        )
    for name, reason in answers.unread:
        writer.writerow([harmless(name), *[""] * (2 * ranks), harmless(reason)])
    return buffer.getvalue()


def harmless(cell: str) -> str:
    """A cell that a spreadsheet shows and does not run."""
    return f"'{cell}" if cell.startswith(_RUN_BY_SPREADSHEETS) else cell


def as_json(answers: "Answers") -> str:
    """Exact names and probabilities, and what could not be read with its reason."""
    named = [
        {
            "image": answer.name,
            "labels": list(answer.labels),
            "probabilities": [round(float(p), 6) for p in answer.probabilities],
        }
        for answer in answers.answers
    ]
    unread = [{"image": name, "error": reason} for name, reason in answers.unread]
    return screen.json_text({"answers": named, "unread": unread}) + "\n"
