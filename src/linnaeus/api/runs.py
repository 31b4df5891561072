"""linnaeus.runs: the runs in a folder."""

from collections.abc import Callable
from pathlib import Path

from linnaeus.errors import RunError
from linnaeus.record import folder as folders
from linnaeus.record.record import RunRecord


def runs(folder: Path | str | None = None, *, damaged: Callable[[RunError], None] | None = None) -> list[RunRecord]:
    """The records of all runs in a folder, the newest first; one that cannot be read is left out.

    >>> [record.name for record in linnaeus.runs()]

    Args:
        folder: that holds the runs; None: LINNAEUS_RUNS, or runs in the working folder.
        damaged: is told of each run that cannot be read, and why.

    Returns:
        A `RunRecord` each, the newest first.
    """
    found = []
    for run in folders.all_runs(Path(folder) if folder is not None else folders.default_runs()):
        try:
            found.append(run.record())
        except RunError as error:
            if damaged is not None:
                damaged(error)
    return found
