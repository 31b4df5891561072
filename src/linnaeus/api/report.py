"""linnaeus.report: a page or a Word document, of one run or several."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from linnaeus.api import objects
from linnaeus.api.objects import AnyRun


def report(
    run: AnyRun | Sequence[AnyRun],
    *,
    language: str = "en",
    format: str | None = None,
    lab: bool | Path | str | Mapping[str, Any] = False,
    out: Path | str | None = None,
    runs: Path | str | None = None,
) -> Path:
    """Write a report of one run, or of several side by side, from their records alone; returns the file.

    >>> linnaeus.report("last", language="ru", format="docx")

    Args:
        run: a run, or several of them: records, folders or names; "last" is the newest.
        language: "en", "ru", or another that there is.
        format: "html" or "docx"; None: as `out` ends, else html, and docx for a lab.
        lab: the form of a lab report; a sheet, as a mapping or a TOML file, gives its title, aim and questions. False: a plain one.
        out: the file; None: in the folder of the first run.
        runs: the folder that holds the runs; None: LINNAEUS_RUNS, or runs in the working folder.

    Raises:
        RunError: no such run, or one whose record is damaged. UsageError: arguments that contradict each other.
    """
    from linnaeus.reporting import request

    several = [run] if isinstance(run, AnyRun) else list(dict.fromkeys(run))
    wish = request.wish(language=language, format=format, lab=lab, out=out)
    return request.write([objects.run_folder(one, runs) for one in several], wish)
