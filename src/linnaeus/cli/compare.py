"""linnaeus compare RUN RUN…"""

import re
from collections.abc import Sequence
from typing import Annotated

import typer

from linnaeus.cli import screen
from linnaeus.cli.options import AsJson, RunsFolder
from linnaeus.record import codec
from linnaeus.record.comparison import ALPHA, Comparison, Unpaired
from linnaeus.record.scores import Score
from linnaeus.reporting import told

COUNT = re.compile(r"\d+/\d+|[\d.]+\s*%?@\d+")  # 17/19, 51.98%@10000


def compare(
    runs_: Annotated[
        list[str],
        typer.Argument(
            metavar="RUN",
            help="two or more runs, each compared with the first; NAME stands for NAME-seed0, NAME-seed1, …; or counts "
            "without their images, 17/19 or 51.98%@10000",
        ),
    ],
    split: Annotated[
        str,
        typer.Option(metavar="val|test", help="which images; only those whose predictions the runs have kept"),
    ] = "val",
    runs: RunsFolder = None,
    as_json: AsJson = False,
) -> None:
    """Compare runs by a paired test on the very same images.

    Images are matched by name. The difference has Tango's 95 % interval, that of macro F1 one of the bootstrap over images; p is
    of McNemar's mid-p test, corrected by Holm's method where there are more than two runs. Repeats of a recipe under several
    seeds are one side: then the interval accounts for other images and other seeds. Nothing is computed anew:
    the test split is not opened, only read where it was.
    """
    from linnaeus.api import compare as verb

    if any(COUNT.fullmatch(one) for one in runs_):
        from linnaeus.stats.counts import of_texts

        counts = of_texts(runs_)
        if as_json:
            screen.print_json([codec.to_plain(one) for one in counts])
        else:
            _show_counts(counts)
        return
    found = verb.compare(*runs_, split=split, runs=runs)
    if as_json:
        screen.print_json([codec.to_plain(one) for one in found])
    else:
        _show(found)


def _show(found: Sequence[Comparison]) -> None:
    print(f"{_runs(found)}\n\n{_pairs(found)}\n")
    if any(one.spread is not None for one in found):
        print(f"{_spreads(found)}\n")
    _verdicts(found)
    _mean_f1(found)
    left_out = max(one.left_out for one in found)
    if left_out:
        screen.say("images", f"up to {left_out:,} were left out, which not all runs of a pair have seen")
    screen.suggest(f"linnaeus report {_better(found)}")


def _verdicts(found: Sequence[Comparison | Unpaired]) -> None:
    for place, one in enumerate(found):
        pair = f"{one.second} and {one.first}: " if len(found) > 1 else ""
        screen.say("" if place else "verdict", pair + told.comparison(one))


def _mean_f1(found: Sequence[Comparison]) -> None:
    """Beside accuracy, for which rare classes hardly count."""
    known = [(one, text) for one in found if (text := told.mean_f1(one)) is not None]
    for place, (one, text) in enumerate(known):
        screen.say("" if place else "macro F1", f"{one.second} − {one.first}: {text}, bootstrap over the same images")


def _show_counts(found: Sequence[Unpaired]) -> None:
    counts = [(found[0].first, found[0].score_first), *((one.second, one.score_second) for one in found)]
    print(screen.table(("count", "accuracy"), [(text, _finely(score)) for text, score in counts]))
    rows = [
        (
            f"{one.second} − {one.first}",
            f"{100 * one.difference.value:+.2f}",
            f"{100 * one.difference.low:+.2f} to {100 * one.difference.high:+.2f}",
            f"{one.p:.3g}",
            *([f"{one.p_holm:.3g}"] if len(found) > 1 else []),
        )
        for one in found
    ]
    header = ["second − first", "points", "95 % interval", "p", *(["p (Holm)"] if len(found) > 1 else [])]
    print(f"\n{screen.table(header, rows)}\n")
    _verdicts(found)
    if any(one.least_p is not None and one.least_p < ALPHA for one in found):
        screen.say(
            "",
            "taken for counts of different images; if they are of the same ones, the runs' predictions can tell more",
        )
    screen.suggest("linnaeus compare RUN RUN")


def _finely(score: Score) -> str:
    """Two decimals: published numbers have them."""
    return f"{100 * score.value:.2f} % ({100 * score.low:.2f}–{100 * score.high:.2f}, n {score.n:,})"


def _better(found: Sequence[Comparison]) -> str:
    """The run that would be looked at next: the first, unless one is told to be better."""
    best = max(found, key=lambda one: one.difference.value if one.distinguishable else 0)
    second = best.distinguishable and best.difference.value > 0
    if best.spread is not None:
        return (best.spread.runs_second if second else best.spread.runs_first)[0]
    return best.second if second else best.first


def _runs(found: Sequence[Comparison]) -> str:
    first = found[0]
    rows = [(first.first, first.score_first, first.train_s[0])]
    rows += [(one.second, one.score_second, one.train_s[1]) for one in found]
    cells = [
        (name, told.percent(score), screen.seconds(taken) if taken is not None else "not known")
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


def _spreads(found: Sequence[Comparison]) -> str:
    """Where the uncertainty comes from: how far the runs of a side are apart, and what images and seeds add to the error."""
    rows = []
    for one in found:
        if one.spread is not None:
            sides = (
                (one.spread.runs_first, one.spread.std_first),
                (one.spread.runs_second, one.spread.std_second),
            )
            seeds = [f"{len(runs)}" + (f" (± {100 * apart:.2f})" if apart is not None else "") for runs, apart in sides]
            errors = [f"{100 * error:.2f}" for error in (one.spread.images, one.spread.seeds)]
            rows.append([f"{one.second} − {one.first}", *reversed(seeds), *errors, f"{one.spread.freedom:.0f}"])
    return screen.table(("standard error, points", "seeds", "seeds", "of images", "of seeds", "freedom"), rows)
