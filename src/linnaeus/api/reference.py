"""linnaeus.reference: a run beside published numbers."""

from dataclasses import replace
from pathlib import Path

from linnaeus.api import composing, running
from linnaeus.record import folder as folders
from linnaeus.record.reference import Reference
from linnaeus.stats import published


def reference(run: str, card: str, *, row: str | None = None, runs: Path | str | None = None) -> Reference:
    """Whether a run reproduces a row of a published table: that of its network, unless one is named. Kept in its record.

    The test split is not opened for it. Raises RunError: no such run, or unfinished. UnknownName, UsageError: no such card or row.
    """
    table, folder = published.read(card), folders.find(composing.runs_folder(runs), run)
    with folder.locked():
        record = folder.record()
        found = published.judge(record, table, row)
        folder.save_record(replace(record, references={**record.references, table.name: found}))
        running.write_report(folder)
    return found
