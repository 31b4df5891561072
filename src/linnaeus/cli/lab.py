"""linnaeus lab NAME"""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from linnaeus.cli import progress, screen, teaching
from linnaeus.cli.options import Lang, RunsFolder, Texts, setting
from linnaeus.errors import UsageError

if TYPE_CHECKING:
    from linnaeus.api.labwork import Work


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
    student: Annotated[
        str, typer.Option(metavar="NAME", help="name for the title page of the report; default: room for it")
    ] = "",
    variants: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.csv",
            help="assign each student of a list a variant, evenly or by the record-book number, and exit; default: none",
        ),
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
        Path | None,
        typer.Option(metavar="FILE", help="file for variants (.csv) or scores (.csv or .html); default: print only"),
    ] = None,
    set_: Annotated[Texts, setting(help="inputs of the lab, data=./photos")] = None,
    runs: RunsFolder = None,
    lang: Lang = "en",
) -> None:
    """Do a lab, hand out its variants, or score answers.

    A lab is a list of the commands on this page, shown as they run; killed at any point, the same command goes on. It ends in a report as
    a page and a Word document, in every language there is. `score` compares files of answers with labels that students do not have: they
    pass if the lower end of the interval reaches --pass, fail if the upper end does not; otherwise it is undecided. Without files it
    says how many correct answers pass.
    """
    from linnaeus.api.labwork import Work
    from linnaeus.labs import plan
    from linnaeus.reporting.blocks import Facts

    if not words:
        sheets = {place.name: plan.load(place.name).sheet["title"] for place in plan.places()}
        titles = {name: str(title.get(lang, title["en"])) for name, title in sheets.items()}
        screen.show([Facts(list(titles.items()))], lang)
        screen.suggest("linnaeus lab lenet --variant 3", language=lang)
    elif words[0] == "score":
        teaching.score(words[1:], labels, pass_, out, lang)
    elif len(words) > 1:
        raise UsageError("one lab at a time: linnaeus lab NAME")
    elif variants is not None:
        if variant is not None:
            raise UsageError("--variants deals variants to a class, --variant does one: leave one of them out")
        teaching.hand_out(plan.load(words[0]), variants, out, lang)
    else:
        changes = dict(pair.partition("=")[::2] for pair in set_ or ())
        _do(Work(plan.load(words[0]), variant, full=full, runs=runs, student=student, changes=changes), lang)


def _do(work: "Work", lang: str) -> None:
    """Each step of a lab with what it finds, then the reports. Raises RunError at the first step that fails."""
    from linnaeus.reporting.progress import of_study
    from linnaeus.reporting.words import words

    for number, call in enumerate(work.calls, 1):
        print(f"\n[{number}/{len(work.calls)}] {call}", flush=True)
        if work.done(call) is not None:
            work.do(call, print)  # which keeps what an earlier version found, and does nothing
            screen.say("", str(words(lang)("lab-step-done")))
            continue
        with progress.watching(quiet=False, language=lang) as watch:
            found = work.do(call, of_study(lang, sys.stdout) if call.function == "study.study" else watch)
        screen.look(found, lang)
    print()
    for file in work.result().reports:
        screen.fact("brief-report", file, lang)
