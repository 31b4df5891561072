"""linnaeus.runs: the runs in a folder."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from linnaeus.api import composing
from linnaeus.errors import RunError
from linnaeus.record import folder as folders
from linnaeus.record.record import RunRecord

if TYPE_CHECKING:
    pass


def runs(folder: Path | str | None = None) -> list[RunRecord]:
    """The records of all runs in a folder, the newest first; a damaged one is left out."""

    def records() -> Iterator[RunRecord]:
        for found in folders.all_runs(composing.runs_folder(folder)):
            try:
                yield found.record()
            except RunError:
                continue

    return list(records())
