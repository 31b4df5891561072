"""linnaeus.report: a page or a Word document, of one run or several."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from linnaeus.api import composing
from linnaeus.record import folder as folders

if TYPE_CHECKING:
    pass


def report(
    run: str | Sequence[str],
    *,
    language: str = "en",
    format: str | None = None,
    lab: bool | Path | str | Mapping[str, Any] = False,
    out: Path | str | None = None,
    runs: Path | str | None = None,
) -> Path:
    """Write a report of one run, or of several side by side, from their records alone; returns the file.

    Args:
        run: a run, or several of them.
        language: "en" or "ru".
        format: "html" or "docx"; unless given as `out` ends, else html.
        lab: the form of a lab report; a sheet (`report.lab`), as a mapping or a TOML file, gives its title, aim and questions.
        out: the file; in the folder of the first run unless given.

    Raises:
        RunError: no such run, or one whose record is damaged. UsageError: what was wished for contradicts itself.
    """
    from linnaeus.reporting import request

    names = [run] if isinstance(run, str) else list(dict.fromkeys(run))
    folder = composing.runs_folder(runs)
    wish = request.wish(language=language, format=format, lab=lab, out=out)
    return request.write([folders.find(folder, name) for name in names], wish)
