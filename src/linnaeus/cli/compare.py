"""linnaeus compare RUN RUN…"""

from collections.abc import Sequence
from typing import Annotated

import typer

from linnaeus.api import Comparison
from linnaeus.cli import screen
from linnaeus.cli.options import AsJson, RunsFolder


def compare(
    runs_: Annotated[
        list[str],
        typer.Argument(metavar="RUN", help="two or more runs, by name or folder; each is compared with the first"),
    ],
    split: Annotated[
        str,
        typer.Option(metavar="val|test", help="which images; only those whose predictions the runs have kept"),
    ] = "val",
    runs: RunsFolder = None,
    as_json: AsJson = False,
) -> None:
    """Compare runs by a paired test on the very same images.

    Images are matched by name. The difference has Tango's 95 % interval, p is of McNemar's mid-p test, corrected by Holm's method
    where there are more than two runs. Nothing is computed anew: the test split is not opened, only read where it was.
    """
    from linnaeus import api

    found = api.compare(runs_, split=split, runs=runs)
    if as_json:
        screen.print_json([one.to_plain() for one in found])
        return
    print(f"{_runs(found)}\n\n{_pairs(found)}\n")
    for place, one in enumerate(found):
        pair = f"{one.second} and {one.first}: " if len(found) > 1 else ""
        screen.say("" if place else "verdict", pair + one.sentence())
    left_out = max(one.left_out for one in found)
    if left_out:
        screen.say("images", f"up to {left_out:,} were left out, which only one run of a pair has seen")
    screen.suggest(f"linnaeus report {_better(found)}")


def _better(found: Sequence[Comparison]) -> str:
    """The run that would be looked at next: the first, unless one is told to be better."""
    better = [one for one in found if one.distinguishable and one.difference.value > 0]
    return max(better, key=lambda one: one.difference.value).second if better else found[0].first


def _runs(found: Sequence[Comparison]) -> str:
    first = found[0]
    rows = [(first.first, first.score_first, first.train_s[0])]
    rows += [(one.second, one.score_second, one.train_s[1]) for one in found]
    cells = [
        (name, score.percent(), screen.seconds(taken) if taken is not None else "not known")
        for name, score, taken in rows
    ]
    return screen.table(("run", "accuracy", "training"), cells)


def _pairs(found: Sequence[Comparison]) -> str:
    """A row a pair: the difference in points, and on how many images one of the two alone is right."""
    header = ["second − first", "points", "95 % interval", "only first", "only second", "p"]
    rows = [
        [
            f"{one.second} − {one.first}",
            f"{100 * one.difference.value:+.1f}",
            f"{100 * one.difference.low:+.1f} to {100 * one.difference.high:+.1f}",
            f"{one.only_first:,}",
            f"{one.only_second:,}",
            f"{one.p:.3g}",
            *([f"{one.p_holm:.3g}"] if len(found) > 1 else []),
        ]
        for one in found
    ]
    return screen.table(header + (["p (Holm)"] if len(found) > 1 else []), rows)
