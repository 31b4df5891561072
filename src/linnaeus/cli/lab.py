"""linnaeus lab NAME"""

import csv
import io
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from linnaeus import files
from linnaeus.cli import progress, screen
from linnaeus.cli.options import Lang, RunsFolder
from linnaeus.errors import DataError, UsageError

if TYPE_CHECKING:
    from linnaeus.api.labwork import Work
    from linnaeus.labs.plan import Lab


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
    from linnaeus.api.labwork import Work
    from linnaeus.labs import plan
    from linnaeus.reporting.content import listing

    if not words:
        sheets = {place.name: plan.load(place.name).sheet["title"] for place in plan.places()}
        titles = {name: str(title.get(lang, title["en"])) for name, title in sheets.items()}
        screen.show([listing.labs(titles)], lang)
        screen.suggest("linnaeus lab lenet --variant 3", language=lang)
    elif words[0] == "score":
        _score(words[1:], labels, pass_, out, lang)
    elif len(words) > 1:
        raise UsageError("one lab at a time: linnaeus lab NAME")
    elif variants is not None:
        _hand_out(plan.load(words[0]), variants, out, lang)
    else:
        changes = dict(pair.partition("=")[::2] for pair in set_ or ())
        _do(Work(plan.load(words[0]), variant, full=full, runs=runs, changes=changes), lang)


def _do(work: "Work", lang: str) -> None:
    """Each step of a lab with what it finds, then the reports. Raises RunError at the first step that fails."""
    from linnaeus.cli.study import tell
    from linnaeus.reporting.words import words

    for number, call in enumerate(work.calls, 1):
        print(f"\n[{number}/{len(work.calls)}] {call}", flush=True)
        if work.done(call) is not None:
            work.do(call, print)  # which keeps what an earlier version found, and does nothing
            screen.say("", str(words(lang)("lab-step-done")))
            continue
        with progress.watching(quiet=False, language=lang) as watch:
            found = work.do(call, partial(tell, lang=lang) if call.verb == "study" else watch)
        screen.look(found, lang)
    print()
    for file in work.result().reports:
        screen.fact("brief-report", file, lang)


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
    from linnaeus.labs.grading import scored
    from linnaeus.reporting.content import grading
    from linnaeus.reporting.words import words

    if not answers or labels is None:
        raise UsageError("which answers, and by which labels? linnaeus lab score predictions.csv --labels labels.csv")
    found = [scored(Path(file), labels, pass_) for file in answers]
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
