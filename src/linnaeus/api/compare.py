"""linnaeus.compare: runs beside each other, by paired tests on the same images."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from linnaeus.api import composing
from linnaeus.record.comparison import Comparison
from linnaeus.record.repeats import runs_of


def compare(names: Sequence[str], *, split: str = "val", runs: Path | str | None = None) -> list[Comparison]:
    """Each of several runs against the first, on the very same images, by the predictions that they have kept.

    Runs NAME-seed0, NAME-seed1, … of one recipe are one side, which NAME alone stands for. No split is opened. Where there are
    more than two sides, `p_holm` is corrected for their number.

    Raises:
        RunError: no such run, or one that is unfinished or has no predictions of that split. DataError: runs without a common
        image. UsageError: fewer than two runs.
    """
    from linnaeus.reporting import sentences
    from linnaeus.reporting.words import LANGUAGES
    from linnaeus.stats import seeds

    folders_ = list(dict.fromkeys(run for name in names for run in runs_of(composing.runs_folder(runs), name)))
    found = seeds.of_runs(folders_, split)
    told = sentences.foreign([folder.record() for folder in folders_], LANGUAGES["en"])
    return [replace(one, remarks=tuple(remark.striptags() for remark in told)) for one in found]
