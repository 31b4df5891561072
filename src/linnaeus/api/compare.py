"""linnaeus.compare: runs beside each other, by paired tests on the same images."""

from pathlib import Path

from linnaeus.api import composing, objects, own_data
from linnaeus.api.objects import AnyRun, Progress
from linnaeus.record import folder as folders
from linnaeus.record.comparison import Comparison
from linnaeus.record.folder import RunFolder
from linnaeus.record.record import RunRecord


def compare(
    *which: AnyRun,
    split: str = "val",
    pairs: bool = False,
    runs: Path | str | None = None,
    progress: Progress = None,
) -> list[Comparison]:
    """Each of several runs against the first, on the very same images, by the predictions that they have kept.

    Images that have vanished, changed or got another label since training are reported.

    Runs NAME-seed0, NAME-seed1, … of one recipe are one side, which NAME alone stands for. No split is opened. With more than two
    sides, `p_holm` is corrected for their number.

    Interval: Tango 1998, "Equivalence test and confidence interval for the difference in proportions for the paired-sample design"; p:
    McNemar's mid-p (Fagerland, Lydersen & Laake 2013, "The McNemar test for binary matched-pairs data"); Holm 1979, "A simple sequentially
    rejective multiple test procedure".

    >>> linnaeus.compare("plain", "augmented")[0].difference

    Args:
        which: two runs or more: records, folders or names; "last" is the newest.
        split: "val" or "test": which images.
        pairs: every run against every other, the most accurate first; False: each against the first.
        runs: the folder that holds the runs; None: LINNAEUS_RUNS, or runs in the working folder.
        progress: None: what is told in a line; False: silence; or a function that is told each event.

    Returns:
        One `Comparison` for each run after the first, with the difference of accuracies (−1 to 1), its 95 % interval and p.

    Raises:
        RunError: no such run, or one that is unfinished or has no predictions of that split.
        DataError: runs without a common image.
        UsageError: fewer than two runs.
    """
    from linnaeus.stats import seeds

    found = list(dict.fromkeys(folder for one in which for folder in _folders(one, composing.runs_folder(runs))))
    own_data.told_since(found, objects.watcher(progress))
    return seeds.of_pairs(found, split) if pairs else seeds.of_runs(found, split)


def _folders(run: AnyRun, runs: Path) -> list[RunFolder]:
    return [objects.run_folder(run)] if isinstance(run, RunRecord) else folders.of_name(runs, str(run))
