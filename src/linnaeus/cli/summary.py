"""What came of a training, in a few lines."""

from pathlib import Path

from linnaeus.cli import screen
from linnaeus.recipe import shell
from linnaeus.record.record import RunRecord


def show_end(record: RunRecord, run: str, language: str = "en") -> None:
    """Scores, page and next commands, after the last step. `run` is what the user would type to name the run."""
    from linnaeus.record.folder import RunFolder
    from linnaeus.reporting.content import verdict
    from linnaeus.reporting.subject import Run
    from linnaeus.reporting.words import words

    folder = RunFolder(record.folder if record.folder is not None else Path(record.name))
    screen.show([verdict.brief(Run(folder=folder, record=record), words(language), shell.quoted(run))], language)
