"""linnaeus.resume: a stopped run, exactly where it was."""

from pathlib import Path

from linnaeus.api import objects, running
from linnaeus.api.objects import AnyData, AnyRun, Progress
from linnaeus.record.record import RunRecord


def resume(
    run: AnyRun,
    *,
    data: AnyData | None = None,
    runs: Path | str | None = None,
    report: bool = True,
    progress: Progress = None,
) -> RunRecord:
    """Resume a stopped or killed run exactly where its last checkpoint is. A finished run is returned as it is.

    The result is the same, bit for bit on the CPU, as if the run had never stopped.

    >>> record = linnaeus.resume("last")

    Args:
        run: its record, folder or name; "last" is the newest.
        data: the images again, where the run was trained on arrays or on a dataset of PyTorch; needed for those alone.
        runs: the folder that holds the runs; None: LINNAEUS_RUNS, or runs in the working folder.
        report: write report.html when the run is finished.
        progress: None: curves in a notebook, a line in a script; False: silence; or a function that is told each event.

    Returns:
        The record of the finished run.

    Raises:
        RunError: no such run, or another process holds it.
        RecipeError: its data or its recipe has changed.
    """
    objects.hold(data)
    return running.resume(objects.run_folder(run, runs), report, objects.watcher(progress))
