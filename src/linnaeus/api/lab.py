"""linnaeus.lab: a laboratory work."""

from pathlib import Path

from linnaeus.api import objects
from linnaeus.api.labwork import Work
from linnaeus.api.objects import Progress
from linnaeus.labs import plan as sheets
from linnaeus.labs.call import LabResult


def lab(
    name: Path | str,
    *,
    variant: int | None = None,
    full: bool = False,
    student: str = "",
    runs: Path | str | None = None,
    progress: Progress = None,
    **changes: str,
) -> LabResult:
    """Do a laboratory work, from wherever it is, and write its reports; killed anywhere, the same call goes on.

    >>> linnaeus.lab("lenet", variant=3).reports

    Args:
        name: of a lab, or its folder.
        variant: a row of its table of variants; None: the whole.
        full: at the size of the lab sheet; False: a size for two cores.
        student: whose work it is, for the title page; "": room for it.
        runs: the folder that holds the runs; None: LINNAEUS_RUNS, or runs in the working folder.
        progress: None: a line while it works; False: silence; or a function that is told each event.
        changes: of the lab's defaults: data="./photos".

    Returns:
        The records that its steps found, and the files of its reports, as `LabResult`.

    Raises:
        UnknownName, UsageError: no such lab, variant or default, or an extra that it needs is not installed.
        RunError: a step failed; what is done stays.
        Interrupted: stopped by a signal; the same call goes on.
    """
    work, watch = (
        Work(sheets.load(str(name)), variant, full=full, runs=runs, student=student, changes=changes),
        objects.watcher(progress),
    )
    for call in work.calls:
        work.do(call, watch)
    return work.result()
