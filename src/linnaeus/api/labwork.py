"""The labs: which there are, where their runs lie, what is done of them, and the reports they end in.

lab.json, in the folder of a lab's runs: {"format": 1, "commands": {RUN: [words]}, "said": [{"command": [words], "text"}]}: the command
that made each run, and what commands that make none have printed.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from linnaeus import device, files
from linnaeus.api import composing
from linnaeus.api.report import report
from linnaeus.errors import LinnaeusError, RunError, UsageError
from linnaeus.labs import plan as sheets
from linnaeus.labs.plan import Lab
from linnaeus.recipe import shell
from linnaeus.record import folder as folders
from linnaeus.record.folder import RunFolder

if TYPE_CHECKING:
    from linnaeus.labs.grading import Scored


FORMAT = 1


REPORTS = tuple((language, kind) for kind in ("html", "docx") for language in ("en", "ru"))


def labs() -> list[str]:
    """The names of the bundled labs."""
    return [place.name for place in sheets.places()]


def lab_runs(found: Lab, variant: int | None = None, *, full: bool = False, runs: Path | str | None = None) -> Path:
    """The folder of a lab's runs: `lab-NAME`, `lab-NAME-3`, `lab-NAME-full` … among the others."""
    ending = "".join([f"-{variant}" if variant is not None else "", "-full" if full else ""])
    return composing.runs_folder(runs) / f"lab-{found.name}{ending}"


def lab_commands(
    found: Lab, place: Path, variant: int | None = None, *, full: bool = False, changes: Sequence[str] = ()
) -> list[list[str]]:
    """The words of each command of a lab whose runs lie in `place`. `changes` are KEY=VALUE for the lab's defaults. Raises UsageError."""
    from linnaeus.data import cache

    values = dict[str, Any](pair.partition("=")[::2] for pair in changes)
    for name, pair in zip(values, changes, strict=False):
        if "=" not in pair or name not in found.defaults:
            known = ", ".join(found.defaults) or "nothing"
            raise UsageError(f"--set {pair}: lab {found.name} lets change {known}, as in --set data=./photos")
    settled = {"recipes": sheets.beside("recipes"), "datasets": cache.cache_folder(), "runs": place, "jobs": _jobs()}
    return found.commands(variant, full=full, values=values | settled)


def _jobs() -> int:
    """Trials at once: one a core up to eight; where a GPU does them, one."""
    return 1 if device.pick_device("auto") != "cpu" else min(8, device.cores())


class Notes:
    """What is done of a lab, on the disk: `lab.json`."""

    def __init__(self, place: Path) -> None:
        self.file = place / "lab.json"
        self.plain: dict[str, Any] = {"format": FORMAT, "commands": {}, "said": []}
        if self.file.exists():
            try:
                self.plain = json.loads(self.file.read_text(encoding="utf-8"))
            except (OSError, ValueError) as error:
                raise RunError(
                    f"{self.file} cannot be read: {error}; take it away, and all steps are gone over"
                ) from None

    def begin(self, run: str, words: Sequence[str]) -> None:
        """Note which command makes a run, before it does. Raises RunError where another one has made a run of this name."""
        made_by = self.plain["commands"].setdefault(run, list(words))
        if made_by != list(words):
            raise RunError(
                f"{self.file.parent / run} was made by another command: linnaeus {shell.line(made_by)}. Take that folder away, or "
                "keep it and name another folder for the runs: --runs DIR"
            )
        self._write()

    def said(self, words: Sequence[str]) -> str | None:
        """What a command has printed, None if it was not done."""
        return next((one["text"] for one in self.plain["said"] if one["command"] == list(words)), None)

    def keep(self, words: Sequence[str], text: str) -> None:
        """Note what a command has printed."""
        self.plain["said"].append({"command": list(words), "text": text})
        self._write()

    def _write(self) -> None:
        self.file.parent.mkdir(parents=True, exist_ok=True)
        files.write_json(self.file, self.plain)


def status(name: str, *, runs: Path | str | None = None) -> str | None:
    """`finished`, `stopped` or `running`; None where there is no such run. Raises RunError for a damaged one."""
    place = composing.runs_folder(runs) / name
    return RunFolder(place).record().status if folders.is_run(place) else None


def scored(name: str, *, runs: Path | str | None = None) -> list[str]:
    """The splits on which a run has been scored; none where there is no such run."""
    place = composing.runs_folder(runs) / name
    return list(RunFolder(place).record().scores) if folders.is_run(place) else []


def lab_reports(
    found: Lab, place: Path, variant: int | None = None, *, full: bool = False, changes: Sequence[str] = ()
) -> list[Path]:
    """Write the reports of a lab, of all finished runs in its folder in the order in which they began; returns the files.

    They name the command that does all of it again: variant, `full` and `changes` are in it.

    Raises:
        RunError: no run is finished.
    """
    done = [run for run in folders.all_runs(place) if run.record().status == "finished"][::-1]
    if not done:
        raise RunError(f"lab {found.name} has no finished run in {place}")
    sheet = found.told(variant, full=full)
    sheet["command"] = shell.line(["linnaeus", *found.call(variant, full=full, changes=changes)])
    sheet["questions"] = [{**one, "findings": _findings(one, place)} for one in sheet["questions"]]
    written = []
    for language, kind in REPORTS:
        out = place / f"lab-{found.name}-{language}.{kind}"
        try:
            written.append(report([run.path for run in done], language=language, format=kind, lab=sheet, out=out))
        except LinnaeusError as error:
            if kind != "docx" or "document" not in str(error):  # the extra that Word documents need is not there
                raise
    return written


def _findings(question: Mapping[str, Any], place: Path) -> list[dict[str, Any]]:
    """The studies that a question names, and the printed texts of the commands that begin as it says, see `report.lab_findings`."""
    found: list[dict[str, Any]] = []
    for name in question.get("studies", ()):
        file = place / name / "study.json"
        if file.is_file():
            found.append({"study": json.loads(file.read_text(encoding="utf-8"))})
    for said in Notes(place).plain["said"]:
        command = " ".join(said["command"])
        if any(command.startswith(beginning) for beginning in question.get("said", ())):
            found.append({"command": f"linnaeus {shell.line(said['command'])}", "text": said["text"]})
    return found


def score_answers(answers: Path, labels: Path, to_reach: float | None = None) -> "Scored":
    """Score a file of answers against labels, see `evaluation.answers`. Raises DataError, UsageError."""
    from linnaeus.labs import grading as sheet

    return sheet.scored(answers, labels, to_reach)
