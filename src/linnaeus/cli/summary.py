"""What came of a training, in a few lines."""

from pathlib import Path

from linnaeus.cli import screen
from linnaeus.recipe import shell
from linnaeus.record import record as records
from linnaeus.record.record import RunRecord


def end(record: RunRecord, as_json: bool, runs: Path | None, language: str = "en", *, name: str = "last") -> None:
    """Scores, page and next commands, after the last step; or the record itself as JSON.

    `name` is what the user would type to name the run, where `runs`, the folder that holds it, is the usual one.
    """
    from linnaeus.record.folder import RunFolder
    from linnaeus.reporting.content import verdict
    from linnaeus.reporting.subject import Run
    from linnaeus.reporting.words import words

    if as_json:
        screen.print_json(records.to_plain(record))
        return
    folder = RunFolder(record.folder if record.folder is not None else Path(record.name))
    typed = shell.quoted(name if runs is None else str(record.folder))
    screen.show([verdict.brief(Run(folder=folder, record=record), words(language), typed)], language)
