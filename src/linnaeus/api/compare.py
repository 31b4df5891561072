"""linnaeus.compare: runs beside each other, by paired tests on the same images."""

from collections.abc import Sequence
from pathlib import Path

from linnaeus.api import composing
from linnaeus.record import folder as folders
from linnaeus.record.comparison import Comparison


def compare(names: Sequence[str], *, split: str = "val", runs: Path | str | None = None) -> list[Comparison]:
    """Each of several runs against the first, on the very same images, by the predictions that they have kept.

    Runs NAME-seed0, NAME-seed1, … of one recipe are one side, which NAME alone stands for. No split is opened. Where there are
    more than two sides, `p_holm` is corrected for their number.

    Raises:
        RunError: no such run, or one that is unfinished or has no predictions of that split. DataError: runs without a common
        image. UsageError: fewer than two runs.
    """
    from linnaeus.stats import seeds

    found = list(dict.fromkeys(run for name in names for run in folders.of_name(composing.runs_folder(runs), name)))
    return seeds.of_runs(found, split)
