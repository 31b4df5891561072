"""linnaeus evaluate RUN"""

from typing import Annotated

import typer

from linnaeus.cli import progress, screen, summary
from linnaeus.cli.options import AsJson, Run, RunsFolder
from linnaeus.record import codec
from linnaeus.record.scores import SplitScores
from linnaeus.reporting import told


def evaluate(
    run: Run,
    split: Annotated[
        str, typer.Option(metavar="val|test|train", help="which images; test opens the sealed split, and is counted")
    ] = "val",
    data: Annotated[
        str | None,
        typer.Option(metavar="DATA", help="other data with classes of the same names; the run's own unless given"),
    ] = None,
    tta: Annotated[
        str | None,
        typer.Option(
            metavar="flip|shift|flip+shift",
            help="average several views of each image; kept beside the plain scores, by name; off unless given",
        ),
    ] = None,
    runs: RunsFolder = None,
    as_json: AsJson = False,
) -> None:
    """Score a run, with 95 % intervals, as a whole and by class."""
    from linnaeus.api import evaluate as verb
    from linnaeus.api import loading

    with progress.watching(as_json) as watch:
        found = verb.evaluate(run, split=split, data=data, tta=tta, runs=runs, progress=watch)
        calibration = loading.calibration(run, found.split, runs=runs)
    if as_json:
        screen.print_json({**codec.to_plain(found), "calibration": codec.to_plain(calibration)})
        return
    print(summary.scores(found))
    if calibration is not None:
        screen.say("calibration", told.calibration(calibration))
    print(f"\n{_metrics(found)}\n\n{_classes(found)}\n")
    to_see = f"linnaeus evaluate {run} --split test" if split == "val" and data is None else f"linnaeus report {run}"
    screen.suggest(to_see, f"linnaeus predict {run} FILE")


def _metrics(found: SplitScores) -> str:
    rows = [
        (
            name.replace("_", " ").replace("f1", "F1"),
            f"{score.value:.4f}",
            f"{score.low:.4f}–{score.high:.4f}",
            f"{score.n:,}",
        )
        for name, score in found.metrics.items()
    ]
    return screen.table(("metric", "value", "95 % interval", "n"), rows)


def _classes(found: SplitScores) -> str:
    rows = [
        (
            row.name,
            f"{row.precision:.4f}",
            f"{row.recall.value:.4f}",
            f"{row.recall.low:.4f}–{row.recall.high:.4f}",
            f"{row.f1:.4f}",
            f"{row.support:,}",
            row.confused_with or "",
        )
        for row in found.classes
    ]
    return screen.table(("class", "precision", "recall", "95 % interval", "F1", "support", "confused with"), rows)
