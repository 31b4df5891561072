"""linnaeus predict RUN PATH…"""

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from linnaeus import files
from linnaeus.cli import progress, screen
from linnaeus.cli.options import AsJson, Lang, RunsFolder, Threads
from linnaeus.recipe import shell

if TYPE_CHECKING:
    from linnaeus.delivery.answers import Unread
    from linnaeus.reporting.words import Words


class Format(StrEnum):
    """How predictions are written."""

    table = "table"
    csv = "csv"
    json = "json"
    jsonl = "jsonl"


def predict(
    run: Annotated[
        str,
        typer.Argument(metavar="RUN", help="a run, by name or folder, last for the newest; or an exported FILE.onnx"),
    ],
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
    format_: Annotated[
        Format | None, typer.Option("--format", help="output format; default: as --out ends, else table")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="file for the predictions, .csv, .json, .jsonl or .parquet, of any number of images; default: standard output",
        ),
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="go on with FILE where a killed prediction stopped; default: off")
    ] = False,
    on: Annotated[
        str | None,
        typer.Option(
            metavar="ray | HOST:PORT",
            help="Ray cluster to predict on, with --out; PATH may also be .tar shards and .parquet; default: this machine",
        ),
    ] = None,
    threads: Threads = 0,
    runs: RunsFolder = None,
    lang: Lang = "en",
    as_json: AsJson = False,
) -> None:
    """Classify the images in files and folders.

    Images that cannot be read are listed with the reason, and the exit status is then 1.
    """
    from linnaeus.api import predicting
    from linnaeus.delivery.answers import Wish
    from linnaeus.delivery.writing import SUFFIXES, Target
    from linnaeus.reporting.words import words

    say, wish = words(lang), Wish(top=top, sets=sets, unknown=unknown)
    if out is not None and out.suffix in SUFFIXES and format_ in (None, out.suffix[1:]):
        with progress.watching(as_json, lang) as watch:
            target = Target(file=out, resume=resume, on=on)
            written = predicting.to_file(run, paths, target, wish, threads=threads, runs=runs, progress=watch)
        if not as_json:
            screen.fact("single-written", str(say("single-written-text", file=out, n=written.n)), lang)
        else:
            screen.tell(written, as_json)
        _complain_of(written.first_unread, written.unread, written.n + written.unread, say)
        return
    if resume:
        raise typer.BadParameter(f"--resume goes on with a file: name it with --out, ending in {', '.join(SUFFIXES)}")
    if on:
        raise typer.BadParameter(f"--on writes a file: name it with --out, ending in {', '.join(SUFFIXES)}")
    chosen = Format.json if as_json else format_ or Format.table
    with progress.watching(out is None and chosen is not Format.table, lang) as watch:
        found = predicting.listed(run, paths, wish, threads=threads, runs=runs, progress=watch)
    text = _text(found, chosen, say)
    if out is not None:
        files.write_whole(out, text)
        screen.fact("single-written", str(say("single-written-text", file=out, n=len(found.predictions))), lang)
    else:
        print(screen.for_eyes(text), end="")
    _complain_of(found.unread, len(found.unread), len(found.predictions) + len(found.unread), say)
    if out is None and chosen is Format.table:
        screen.suggest(
            shell.command("predict", run, "FILE", "--top", 3),
            shell.command("predict", run, "FILE", "--out", "predictions.csv"),
            language=lang,
        )


def _text(found: Any, chosen: Format, say: "Words") -> str:
    from linnaeus.delivery import answers
    from linnaeus.reporting.content import singles
    from linnaeus.reporting.render.terminal import render

    match chosen:
        case Format.table:
            table = render(singles.predictions(found.predictions, say), say, screen.width())
            return f"{table}\n" if table else ""
        case Format.csv:
            return answers.as_csv(found)
        case Format.json:
            return answers.as_json(found)
        case Format.jsonl:
            return answers.as_json_lines(found)


def _complain_of(unread: "Sequence[Unread]", count: int, total: int, say: "Words") -> None:
    """Exit with 1 where images could not be read, some of which are `unread`."""
    if count:
        listed = "\n".join(f"  {screen.clean(one.name)}: {screen.clean(one.error)}" for one in unread)
        more = "\n  …" * (count > len(unread))
        screen.complain(f"{say('single-unread', unread=count, n=total)}\n{listed}{more}")
        raise typer.Exit(1)
