"""linnaeus.resume: a stopped run, exactly where it was."""

from pathlib import Path
from typing import TYPE_CHECKING

from linnaeus.api import composing, running
from linnaeus.events import Watcher
from linnaeus.record import folder as folders
from linnaeus.record.record import RunRecord
from linnaeus.reporting.live import automatic

if TYPE_CHECKING:
    pass


def resume(run: str, *, runs: Path | str | None = None, page: bool = True, watch: Watcher = automatic) -> RunRecord:
    """Take up a stopped or killed run exactly where its last checkpoint is. A finished run is returned as it is.

    Raises:
        RunError: no such run, or another process holds it. RecipeError: its data has changed.
    """
    return running.resume(folders.find(composing.runs_folder(runs), run), page, watch)
