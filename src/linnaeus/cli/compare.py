"""linnaeus compare RUN RUN…"""

import re
from collections.abc import Sequence
from typing import Annotated

import typer

from linnaeus.cli import progress, screen
from linnaeus.cli.options import AsJson, Lang, RunsFolder
from linnaeus.recipe import shell
from linnaeus.record.comparison import Comparison

COUNT = re.compile(r"\d+/\d+|[\d.]+\s*%?@\d+")  # 17/19, 51.98%@10000


def compare(
    runs_: Annotated[
        list[str],
        typer.Argument(
            metavar="RUN",
            help="two or more runs, each compared with the first; NAME stands for NAME-seed0, NAME-seed1, …; "
            "or bare counts, 17/19 or 51.98%@10000",
        ),
    ],
    split: Annotated[
        str,
        typer.Option(metavar="val|test", help="which images; only splits whose predictions the runs have kept"),
    ] = "val",
    pairs: Annotated[
        bool,
        typer.Option(
            "--pairs", help="every run against every other, the most accurate first; off: each against the first"
        ),
    ] = False,
    runs: RunsFolder = None,
    lang: Lang = "en",
    as_json: AsJson = False,
) -> None:
    """Compare runs by paired tests on the same images.

    Images are matched by content. Differences in accuracy have Tango's 95 % interval, those in macro F1 a bootstrap interval over images; p
    is from McNemar's mid-p test, with Holm's correction for more than two runs. Repeats of a recipe under several seeds are
    one side, so that the interval covers other images and other seeds. Nothing is recomputed: the test split is not opened, only
    read where it was opened before.
    """
    from linnaeus.api import compare as verb

    if any(COUNT.fullmatch(one) for one in runs_):
        from linnaeus.stats.counts import of_texts

        if screen.tell(of_texts(runs_), as_json, lang):
            screen.suggest("linnaeus compare RUN RUN", language=lang)
        return
    with progress.watching(as_json, lang) as watch:
        found = verb.compare(*runs_, split=split, pairs=pairs, runs=runs, progress=watch)
    if screen.tell(found, as_json, lang):
        screen.suggest(shell.command("report", _better(found)), language=lang)


def _better(found: Sequence[Comparison]) -> str:
    """The run that would be looked at next: the first, unless one is told to be better."""
    best = max(found, key=lambda one: one.difference.value if one.distinguishable else 0)
    second = best.distinguishable and best.difference.value > 0
    if best.spread is not None:
        return (best.spread.runs_second if second else best.spread.runs_first)[0]
    return best.second if second else best.first
