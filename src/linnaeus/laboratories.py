"""The front desk's labs: which there are, where their runs lie, and the reports they end in. `linnaeus.api` hands them out."""

from pathlib import Path
from typing import TYPE_CHECKING

from linnaeus import desk
from linnaeus.errors import LinnaeusError, RunError
from linnaeus.record import folder as folders
from linnaeus.record.folder import RunFolder
from linnaeus.studies import lab as sheets
from linnaeus.studies.lab import Lab

if TYPE_CHECKING:
    from linnaeus.evaluation.answers import Scored

REPORTS = tuple((language, kind) for kind in ("html", "docx") for language in ("en", "ru"))


def labs() -> list[str]:
    """The names of the labs that come along."""
    return [place.name for place in sheets.places()]


def lab(name: str) -> Lab:
    """A lab by its name or its folder. Raises UnknownName, UsageError."""
    return sheets.load(name)


def lab_runs(found: Lab, variant: int | None = None, *, full: bool = False, runs: Path | str | None = None) -> Path:
    """The folder of a lab's runs: `lab-NAME`, `lab-NAME-3`, `lab-NAME-full` … among the others."""
    ending = "".join([f"-{variant}" if variant is not None else "", "-full" if full else ""])
    return desk.runs_folder(runs) / f"lab-{found.name}{ending}"


def status(name: str, *, runs: Path | str | None = None) -> str | None:
    """`finished`, `stopped` or `running`; None where there is no such run. Raises RunError for a damaged one."""
    place = desk.runs_folder(runs) / name
    return RunFolder(place).record().status if folders.is_run(place) else None


def scored(name: str, *, runs: Path | str | None = None) -> list[str]:
    """The splits on which a run has been scored; none where there is no such run."""
    place = desk.runs_folder(runs) / name
    return list(RunFolder(place).record().scores) if folders.is_run(place) else []


def lab_reports(found: Lab, place: Path, variant: int | None = None, *, full: bool = False) -> list[Path]:
    """Write the reports of a lab, of all finished runs in its folder in the order in which they began; returns the files.

    Raises:
        RunError: no run is finished.
    """
    from linnaeus import reports

    done = [run for run in folders.all_runs(place) if run.record().status == "finished"][::-1]
    if not done:
        raise RunError(f"lab {found.name} has no finished run in {place}")
    written = []
    for language, kind in REPORTS:
        wish = reports.wish(
            language=language,
            format=kind,
            lab=found.told(variant, full=full) if kind == "docx" else False,
            out=place / f"lab-{found.name}-{language}.{kind}",
        )
        try:
            written.append(reports.write(done, wish))
        except LinnaeusError as error:
            if kind != "docx" or "document" not in str(error):  # the extra that Word documents need is not there
                raise
    return written


def score_answers(answers: Path, labels: Path, to_reach: float | None = None) -> "Scored":
    """Score a file of answers against labels, see `evaluation.answers`. Raises DataError, UsageError."""
    from linnaeus.evaluation import answers as sheet

    return sheet.scored(answers, labels, to_reach)
