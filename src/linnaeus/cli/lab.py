"""linnaeus lab NAME"""

import contextlib
import csv
import io
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO

import typer

from linnaeus import files
from linnaeus.cli import screen
from linnaeus.cli.options import Lang, RunsFolder
from linnaeus.errors import DataError, RunError, UsageError
from linnaeus.recipe import shell

if TYPE_CHECKING:
    from linnaeus.api.labwork import Notes
    from linnaeus.labs.plan import Lab

STOPPED = (130, 143)  # exit statuses of a command that a signal has ended
NAMED = ("train", "extend", "continue")  # verbs whose run is taken up, or taken as it is, when it is there
SAID = (
    "audit",
    "env",
    "bench",
    "inspect",
    "parts",
    "weights",
    "find-lr",
    "show",
    "predict",
    "compare",
    "reference",
)  # its text is kept
PLACED = (*NAMED, "resume", "evaluate", "inspect", "show", "compare", "reference", "study", "transfer", "predict")


def lab(
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="NAME | score FILE…", help="a lab, or score and files of answers; default: list the labs"
        ),
    ] = None,
    variant: Annotated[
        int | None, typer.Option(metavar="N", min=0, help="row of the lab's table of variants; default: the whole lab")
    ] = None,
    full: Annotated[
        bool, typer.Option("--full", help="run at the size of the lab sheet; off: a size for two cores")
    ] = False,
    variants: Annotated[
        Path | None,
        typer.Option(metavar="FILE.csv", help="assign each student of a list a variant and exit; default: none"),
    ] = None,
    labels: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.csv", help="with score: name and label of each image, which it needs; default: none"
        ),
    ] = None,
    pass_: Annotated[
        float | None,
        typer.Option(
            "--pass", metavar="SHARE", help="with score: accuracy to reach, such as 0.98; default: no verdict"
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE.csv", help="file for variants or scores; default: print only")
    ] = None,
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="inputs of the lab, data=./photos; repeatable"),
    ] = None,
    runs: RunsFolder = None,
    lang: Lang = "en",
) -> None:
    """Do a lab, hand out its variants, or score answers.

    A lab is a list of the commands on this page, shown as they run; killed at any point, the same command goes on. It ends in a report as
    a page and a Word document, in English and Russian. `score` compares files of answers with labels that students do not have: they
    pass if the lower end of the interval reaches --pass, fail if the upper end does not; otherwise it is undecided.
    """
    from linnaeus.api import lab as verb
    from linnaeus.api import labwork
    from linnaeus.reporting.content import listing

    if not words:
        sheets = {name: verb.lab(name).sheet["title"] for name in labwork.labs()}
        titles = {name: str(title.get(lang, title["en"])) for name, title in sheets.items()}
        screen.show([listing.labs(titles)], lang)
        screen.suggest("linnaeus lab lenet --variant 3", language=lang)
    elif words[0] == "score":
        _score(words[1:], labels, pass_, out, lang)
    elif len(words) > 1:
        raise UsageError("one lab at a time: linnaeus lab NAME")
    elif variants is not None:
        _hand_out(verb.lab(words[0]), variants, out, lang)
    else:
        _do(verb.lab(words[0]), variant, full, set_ or [], runs)


def _do(found: "Lab", variant: int | None, full: bool, changes: Sequence[str], runs: Path | None) -> None:
    """Each step of a lab, and its reports. Raises RunError at the first step that fails."""
    from linnaeus.api import labwork

    place = labwork.lab_runs(found, variant, full=full, runs=runs)
    commands = labwork.lab_commands(found, place, variant, full=full, changes=changes)
    notes, call = labwork.Notes(place), found.call(variant, full=full, changes=changes)
    for number, words in enumerate(commands, 1):
        print(f"\n[{number}/{len(commands)}] linnaeus {shell.line(words)}", flush=True)
        status = _step(words, place, notes)
        if status in STOPPED:
            raise typer.Exit(status)
        if status:
            raise RunError(
                f"step {number} of {len(commands)} failed; what is done stays, and the same goes on: linnaeus {_again(found, call)}"
            )
    print()
    for file in labwork.lab_reports(found, place, variant, full=full, changes=changes):
        screen.fact("brief-report", str(file))


def _again(found: "Lab", call: Sequence[str]) -> str:
    """`lab signs (--set changes data={datasets}/speed-signs)`"""
    given = ", ".join(f"{name}={value}" for name, value in found.defaults.items())
    return shell.line(call) + (f" (--set changes {given})" if given else "")


def _step(words: Sequence[str], place: Path, notes: "Notes") -> int:
    """Do what is left of a step; returns the exit status."""
    from linnaeus.cli.app import run
    from linnaeus.reporting.words import words as speak

    todo = _left_to_do(words, place, notes)
    if todo is None:
        screen.say("", str(speak()("lab-step-done")))
        return 0
    command = [*todo, "--runs", str(place)] if todo[0] in PLACED else todo
    if todo[0] not in SAID and "--dry-run" not in todo:
        return run(command)
    heard = Heard(sys.stdout)
    with contextlib.redirect_stdout(heard):
        status = run(command)
    if not status:
        notes.keep(words, heard.text())
    return status


class Heard(io.TextIOBase):
    """Standard output that remembers what passes through it."""

    def __init__(self, out: TextIO) -> None:
        self.out, self.parts = out, list[str]()

    @property
    def encoding(self) -> str:  # type: ignore[override]  # what the terminal takes
        return self.out.encoding

    def write(self, text: str) -> int:
        self.parts.append(text)
        return self.out.write(text)

    def flush(self) -> None:
        self.out.flush()

    def text(self) -> str:
        return "".join(self.parts)


def _left_to_do(words: Sequence[str], runs: Path, notes: "Notes") -> list[str] | None:
    """The command that is left of a step, None if it is done: a run that is there is taken up, a score that is there stays."""
    from linnaeus.api import labwork

    if words[0] in NAMED and "--name" in words and "--repeats" not in words:
        name = words[list(words).index("--name") + 1]
        notes.begin(name, words)
        status = labwork.status(name, runs=runs)
        return None if status == "finished" else list(words) if status is None else ["resume", name]
    if words[0] == "evaluate" and "--split" in words:
        split = words[list(words).index("--split") + 1]
        return None if split in labwork.scored(words[1], runs=runs) else list(words)
    return None if notes.said(words) is not None else list(words)


def _hand_out(found: "Lab", students: Path, out: Path | None, lang: str) -> None:
    from linnaeus.labs import plan
    from linnaeus.reporting.content import grading
    from linnaeus.reporting.words import words

    names = [row[0].strip() for row in _rows(students) if row and row[0].strip()]
    if names[:1] in (["name"], ["student"]):
        del names[0]
    numbers = [int(row["number"]) for row in found.variants]
    if not numbers:
        raise UsageError(f"lab {found.name} has no variants to hand out")
    rows = list(zip(names, plan.assigned(names, numbers, found.name), strict=True))
    screen.show(grading.variants(found.name, rows, words(lang)), lang)
    _keep(out, ("student", "variant"), rows, lang)


def _score(answers: Sequence[str], labels: Path | None, pass_: float | None, out: Path | None, lang: str) -> None:
    """A row for each file of answers; of a single one each class too."""
    from linnaeus.api import labwork
    from linnaeus.reporting.content import grading
    from linnaeus.reporting.words import words

    if not answers or labels is None:
        raise UsageError("which answers, and by which labels? linnaeus lab score predictions.csv --labels labels.csv")
    found = [labwork.score_answers(Path(file), labels, pass_) for file in answers]
    screen.show(grading.scored(found, words(lang)), lang)
    _keep(out, ("answers", "right", "n", "accuracy", "low", "high", "verdict"),
          [(one.name, one.right, one.n, one.value, one.low, one.high, one.verdict or "") for one in found], lang)  # fmt: skip


def _rows(file: Path) -> list[list[str]]:
    try:
        return list(csv.reader(io.StringIO(file.read_text(encoding="utf-8-sig"))))
    except (OSError, ValueError, csv.Error) as error:
        raise DataError(f"{file} cannot be read: {error}") from None


def _keep(out: Path | None, head: Sequence[str], rows: Sequence[Sequence[object]], lang: str) -> None:
    if out is None:
        return
    files.write_whole(out, files.csv_text([head, *rows]))
    screen.fact("single-written", str(out), lang)
