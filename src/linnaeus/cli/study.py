"""linnaeus study FILE"""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from linnaeus.cli import progress, screen
from linnaeus.cli.options import AsJson, Lang, RunsFolder, Texts, setting, settings
from linnaeus.errors import UsageError

if TYPE_CHECKING:
    from linnaeus.studies.results import StudyResult


def study(
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE | status NAME | best NAME", help="a study file, or what to show of an existing study"
        ),
    ],
    jobs: Annotated[
        int | None,
        typer.Option(
            metavar="N", min=1, help="trials at once, which share the cores; default: 1, on a cluster as many as fit"
        ),
    ] = None,
    on: Annotated[
        str | None,
        typer.Option(metavar="ray | HOST:PORT", help="Ray cluster to train on; default: this machine"),
    ] = None,
    dry_run: Annotated[
        bool,
        typer.Option(
            "--dry-run", help="only list the trials and estimate time and cost from a few steps; default: off"
        ),
    ] = False,
    name: Annotated[str | None, typer.Option(metavar="NAME", help="name of the study; default: that of FILE")] = None,
    store: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            help="database of the trials, postgresql+pg8000://…; default: a SQLite file in the study's folder",
        ),
    ] = None,
    extend: Annotated[
        bool,
        typer.Option(
            "--extend", help="go on with changed factors and keep equal runs; off: changed factors are refused"
        ),
    ] = False,
    retry: Annotated[bool, typer.Option("--retry", help="retry failed trials; off: they are reported")] = False,
    set_: Annotated[Texts, setting(help="a field of all its recipes, data=./photos")] = None,
    runs: RunsFolder = None,
    lang: Lang = "en",
    as_json: AsJson = False,
) -> None:
    """Train many recipes and tell which choices matter.

    Killed at any point, the same command goes on. `study status NAME` shows how far it is, `study best NAME` the recipe that it
    recommends.
    """
    from linnaeus.api import study as verb
    from linnaeus.api import studying
    from linnaeus.reporting.progress import of_study
    from linnaeus.studies.runner import silent
    from linnaeus.studies.workers.executor import Place

    what, of = _wish(words)
    if what != "run":
        found = studying.study_result(of, runs=runs, store=store)
        if as_json:
            screen.print_json(found.to_plain())
        else:
            _show(found, lang, whole=what == "status")
    elif dry_run:
        with screen.alone(as_json), progress.watching(as_json, lang) as watch:
            planned = studying.dry_run(of, place=Place(jobs=jobs, on=on), runs=runs, progress=watch, **settings(set_))
        screen.tell(planned, as_json, lang)
    else:
        with screen.alone(as_json):  # Ray prints that a node died
            if retry:
                studying.retry_failed(of, name=name, runs=runs, store=store, changes=settings(set_))
            result = verb.study(
                of,
                place=Place(jobs=jobs, on=on),
                name=name,
                runs=runs,
                store=store,
                extend=extend,
                **settings(set_),
                progress=silent if as_json else of_study(lang, sys.stdout),
            )
        if as_json:
            screen.print_json(result.to_plain())
        else:
            _show(result, lang)


def _wish(words: list[str]) -> tuple[str, str]:
    match words:
        case ["status" | "best" as what, of]:
            return what, of
        case ["status" | "best" as what]:
            raise UsageError(f"study {what}: of which study? Write linnaeus study {what} NAME")
        case [file]:
            return "run", file
    raise UsageError("one study at a time: linnaeus study FILE, linnaeus study status NAME or linnaeus study best NAME")


def _show(found: "StudyResult", lang: str, *, whole: bool = True) -> None:
    """The study so far, or what it recommends."""
    from linnaeus.reporting.content import study as content
    from linnaeus.reporting.words import words

    screen.show((content.brief if whole else content.best)(found, words(lang)), lang)
    best = found.best_cell()
    if best is not None:
        screen.suggest(
            ("train", "--recipe", f"{found.folder}/recommended.toml"),
            ("inspect", f"{found.folder}/trials/{best.runs[0]}"),
            language=lang,
        )
