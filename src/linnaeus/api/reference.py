"""linnaeus.reference: a run beside published numbers."""

from dataclasses import replace
from pathlib import Path

from linnaeus.api import objects, running
from linnaeus.api.objects import AnyRun
from linnaeus.record.reference import Reference
from linnaeus.stats import published


def reference(run: AnyRun, card: str, *, row: str | None = None, runs: Path | str | None = None) -> Reference:
    """Whether a run reproduces a row of a published table. What is found is kept in its record; the test split is not opened.

    >>> linnaeus.reference("last", "resnet-cifar10").verdict

    Args:
        run: its record, folder or name; "last" is the newest.
        card: the name of a table, or a TOML file that holds one.
        row: of the table; None: that of the run's network.
        runs: the folder that holds the runs; None: LINNAEUS_RUNS, or runs in the working folder.

    Raises:
        RunError: no such run, or unfinished. UnknownName, UsageError: no such card or row.
    """
    table, folder = published.read(card), objects.run_folder(run, runs)
    with folder.locked():
        record = folder.record()
        found = published.judge(record, table, row)
        folder.save_record(replace(record, references={**record.references, table.name: found}))
        running.write_report(folder)
    return found
