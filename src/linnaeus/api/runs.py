"""linnaeus.runs: the runs in a folder."""

from pathlib import Path

from linnaeus.api import composing
from linnaeus.errors import RunError
from linnaeus.record import folder as folders
from linnaeus.record.record import RunRecord


def runs(folder: Path | str | None = None) -> list[RunRecord]:
    """The records of all runs in a folder, the newest first; a damaged one is left out.

    >>> [record.name for record in linnaeus.runs()]

    Args:
        folder: that holds the runs; None: LINNAEUS_RUNS, or runs in the working folder.
    """
    found = []
    for run in folders.all_runs(composing.runs_folder(folder)):
        try:
            found.append(run.record())
        except RunError:
            continue
    return found
