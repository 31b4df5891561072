"""linnaeus study FILE"""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from linnaeus.cli import screen
from linnaeus.cli.options import AsJson, RunsFolder, settings
from linnaeus.errors import UsageError
from linnaeus.record import codec

if TYPE_CHECKING:
    from linnaeus.studies.results import Cell, StudyResult
    from linnaeus.studies.runner import Progress

SHOWN = 15  # rows of a table on the screen; all are in the report


def study(
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE | status NAME | best NAME", help="a study file; or what to say of a study there is"
        ),
    ],
    jobs: Annotated[
        int | None,
        typer.Option(metavar="N", min=1, help="trials at once, sharing the cores; 1 unless given, on a cluster all"),
    ] = None,
    on: Annotated[
        str | None,
        typer.Option(metavar="ray | HOST:PORT", help="a Ray cluster to train on; this machine alone unless given"),
    ] = None,
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help="only print trials, time and cost, measured on a few steps; off unless given"),
    ] = False,
    name: Annotated[str | None, typer.Option(metavar="NAME", help="name of the study; FILE's unless given")] = None,
    store: Annotated[
        str | None,
        typer.Option(metavar="URL", help="database of the trials, postgresql+pg8000://…; a SQLite file unless given"),
    ] = None,
    extend: Annotated[
        bool, typer.Option("--extend", help="go on with changed factors, keeping equal runs; off: they are refused")
    ] = False,
    retry: Annotated[
        bool, typer.Option("--retry", help="try once more what has failed; off unless given: it is reported")
    ] = False,
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="a field of all its recipes, data=./photos; repeatable"),
    ] = None,
    runs: RunsFolder = None,
    as_json: AsJson = False,
) -> None:
    """Train many recipes, and tell which choice mattered.

    Killed anywhere, the same command goes on. `study status NAME` shows how far it is, `study best NAME` the recipe that it
    recommends.
    """
    from linnaeus.api import study as verb
    from linnaeus.api import studying
    from linnaeus.studies.runner import silent
    from linnaeus.studies.workers.executor import Place

    what, of = _wish(words)
    if what != "run":
        found = studying.study_result(of, runs=runs, store=store)
        if as_json:
            screen.print_json(found.to_plain())
        elif what == "status":
            _show(found)
        else:
            _show_best(found)
    elif dry_run:
        with screen.alone(as_json):
            planned = studying.dry_run(of, place=Place(jobs=jobs, on=on), changes=settings(set_), runs=runs)
        _show_plan(*planned, as_json=as_json)
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
                progress=silent if as_json else _tell,
            )
        if as_json:
            screen.print_json(result.to_plain())
        else:
            _show(result)


def _wish(words: list[str]) -> tuple[str, str]:
    match words:
        case ["status" | "best" as what, of]:
            return what, of
        case ["status" | "best" as what]:
            raise UsageError(f"study {what}: of which study? Write linnaeus study {what} NAME")
        case [file]:
            return "run", file
    raise UsageError("one study at a time: linnaeus study FILE, linnaeus study status NAME or linnaeus study best NAME")


def _tell(progress: "Progress") -> None:
    over = progress.finished + progress.stopped + progress.failed
    screen.say(f"{over}/{progress.total}", progress.text)


def _show_plan(about: dict[str, Any], predicted: Any, points: list[Any], *, as_json: bool) -> None:
    if as_json:
        screen.print_json({"about": about, "predicted": codec.to_plain(predicted), "points": points})
        return
    for factor, values in about["factors"].items():
        screen.say(factor, values if isinstance(values, str) else " · ".join(map(str, values)))
    if points:
        print()
        print(
            screen.table(("point", *points[0]), [(number, *point.values()) for number, point in enumerate(points)], 9)
        )
        if len(points) < about["points"]:
            print(f"… {about['points'] - len(points)} more")
        print()
    screen.say("trials", f"{predicted.trials} of {about['points']} points, {predicted.epochs:,} epochs together")
    screen.say(
        "time",
        f"{screen.seconds(predicted.middle_s)} ({screen.seconds(predicted.low_s)}–{screen.seconds(predicted.high_s)}) with "
        f"{predicted.jobs} at once, from a few steps of {predicted.measured} trials",
    )
    screen.say("cost", f"{predicted.middle_s * predicted.jobs / 3600:.2f} hours of a worker")


def _show(found: "StudyResult") -> None:
    factors = list(found.factors)
    ranked = found.ranked()
    rows = [(cell.number, *(cell.point[name] for name in factors), *_scores(cell)) for cell in ranked[:SHOWN]]
    head = ("point", *factors, f"val {found.metric}", "seeds", "epochs", "time", "state")
    print(screen.table(head, rows, left=1 + len(factors)))
    if len(ranked) > SHOWN:
        print(f"… {len(ranked) - SHOWN} more in {found.folder}/study.json")
    print()
    counts = ", ".join(f"{count} {state}" for state, count in found.counts.items() if count)
    screen.say("trials", f"{counts}; the study is {_STATUS[found.status]}")
    if found.predicted:
        low, middle, high = (screen.seconds(found.predicted[f"{name}_s"]) for name in ("low", "middle", "high"))
        screen.say("time", f"{screen.seconds(found.spent_s)}; {middle} ({low}–{high}) was said before it began")
    for cell in [cell for cell in found.cells if cell.state == "failed"][:SHOWN]:
        screen.say("failed", f"point {cell.number}: {cell.reason}")
    if found.counts["failed"]:
        screen.say("", "the same command with --retry tries them once more")
    _show_best(found)


_STATUS = {
    "finished": "finished",
    "running": "under way",
    "stopped": "not finished; the same command goes on",
    "budget": "at the end of its budget; with a larger one the same command goes on",
}


def _scores(cell: "Cell") -> tuple[str, ...]:
    seconds = "" if cell.train_s is None else screen.seconds(cell.train_s)
    if cell.mean is None:
        last = f"{100 * cell.scores[max(cell.scores)]:.1f} % then" if cell.scores else ""
        return last, "", str(cell.epochs), seconds, cell.state
    return _percent(cell), str(len(cell.values)), str(cell.epochs), seconds, cell.state


def _percent(cell: "Cell") -> str:
    return f"{100 * (cell.mean or 0):.1f} % ({100 * (cell.low or 0):.1f}–{100 * (cell.high or 0):.1f})"


def _show_best(found: "StudyResult") -> None:
    best = found.best_cell()
    if best is None:
        screen.say("best", "no point has finished yet")
        return
    of = f"over {len(best.values)} seeds" if best.of == "seeds" else f"n {best.n:,}"
    screen.say("best", f"{', '.join(f'{name}={value}' for name, value in best.point.items())}: {_percent(best)}, {of}")
    alike = found.like_best()
    if alike:
        listed = ", ".join(str(cell.number) for cell in alike[:10])
        screen.say("", f"{len(alike)} others cannot be told apart from it: points {listed}")
    screen.say(
        "", "chosen by this score, which is too high for that; the test images, opened once, tell what it is worth"
    )
    screen.suggest(
        f"linnaeus train --recipe {found.folder}/recommended.toml",
        f"linnaeus evaluate {found.folder}/trials/{best.runs[0]} --split test",
    )
