"""A laboratory work on the disk: its steps are calls of the front desk, what they find is kept, and its reports tell of it.

steps/NN-VERB.json, in the folder of a lab's runs: {"format": 1, "words", "type", "value"}: the words of the command, the type of what
it found, and that as `record.codec` has it, or a list where the verb returns one. A step that is not over yet has the type null.
lab.json is of versions before; of it counts which command made which run.
"""

import inspect
import itertools
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from linnaeus import files
from linnaeus.api import composing
from linnaeus.api.report import FORMATS, report
from linnaeus.errors import Interrupted, LinnaeusError, RunError, UsageError
from linnaeus.labs import call as calls
from linnaeus.labs import plan as sheets
from linnaeus.labs.call import Call, LabResult, Step
from linnaeus.labs.plan import Lab
from linnaeus.recipe import shell, trusted
from linnaeus.record import codec
from linnaeus.record import folder as folders
from linnaeus.record.folder import RunFolder

FORMAT = 1


class Work:
    """A lab whose runs lie in `folder`: `lab-NAME`, `lab-NAME-3`, `lab-NAME-full` … among the others."""

    def __init__(
        self,
        plan: Lab,
        variant: int | None = None,
        *,
        full: bool = False,
        runs: Path | str | None = None,
        student: str = "",
        changes: Mapping[str, str],
    ) -> None:
        """Raises UsageError: no such variant, default or extra, or a step that is no call. RunError: a kept step that cannot be read."""
        for name in changes:
            if name not in plan.defaults or not changes[name]:
                known = ", ".join(plan.defaults) or "nothing"
                raise UsageError(f"--set {name}: lab {plan.name} lets change {known}, as in --set data=./photos")
        trusted.trust_named(changes.values())
        ending = "".join([f"-{variant}" if variant is not None else "", "-full" if full else ""])
        self.folder = composing.runs_folder(runs) / f"lab-{plan.name}{ending}"
        told = [f"{name}={value}" for name, value in changes.items()]
        self.plan, self.again = plan, plan.call(variant, full=full, student=student, changes=told)
        values = {**changes, **sheets.given(self.folder)}
        self.sheet = {**plan.told(variant, full=full, values=values), **({"student": student} if student else {})}
        self.calls = tuple(calls.read(words) for words in plan.commands(variant, full=full, values=values))
        for call in self.calls:
            _function(call.function, call)
        _check_installed(self.calls)
        self.found: dict[tuple[str, ...], Any] = {}
        self.made_by: dict[str, tuple[str, ...]] = {}
        self._read()

    def done(self, call: Call) -> Any:
        """What a step has found; None if something of it is left to do. Raises RunError where another command made its run."""
        is_score = call.verb == "evaluate" and [*call.options] == ["split"]  # its run tells whether it is done
        if not call.run and not is_score:
            return self.found.get(call.words)
        name = str(call.run or call.positional[0])
        if name == folders.BEST and not call.run and self.found:  # of runs that are there by now
            name = folders.find(self.folder, name).name
        if not folders.is_run(place := self.folder / name):
            return None
        record = RunFolder(place).record()
        if is_score:
            return record.scores.get(call.options["split"])
        if (made_by := self.made_by.get(place.name, call.words)) != call.words:
            raise RunError(
                f"{place} was made by another command: linnaeus {shell.line(made_by)}. Take that folder away, or keep it and name "
                "another folder for the runs: --runs DIR"
            )
        return record if record.status == "finished" else None

    def do(self, call: Call, progress: Callable[[Any], None]) -> Any:
        """Do what is left of a step, and keep what it finds.

        Raises:
            RunError: it failed; what is done stays.
            Interrupted: stopped by a signal, and the same goes on.
        """
        place = self.calls.index(call) + 1
        file = self.folder / "steps" / f"{place:02}-{call.verb}.json"
        found = self.done(call)
        if found is None:
            if call.run:  # what was found of a run of that name is of another one, which was taken away
                self.found = {
                    one.words: self.found[one.words] for one in self.calls[: place - 1] if one.words in self.found
                }
            self._write(file, call, None)
            try:
                found = self._called(call, progress)
            except Interrupted:
                raise
            except LinnaeusError as error:
                given = ", ".join(f"{name}={value}" for name, value in self.plan.defaults.items())
                again = shell.line(self.again) + (f" (--set changes {given})" if given else "")
                raise RunError(
                    f"step {place} of {len(self.calls)} failed; what is done stays, and the same goes on: linnaeus {again}\n{error}"
                ) from error
        self._write(file, call, found)
        self.found[call.words] = found
        return found

    def result(self) -> LabResult:
        """All steps that are done, and the reports, which are written now. Raises RunError: no run is finished."""
        steps = tuple(Step(call=call, found=self.found[call.words]) for call in self.calls if call.words in self.found)
        reports = tuple(str(file) for file in self._reports(steps))
        return LabResult(name=self.plan.name, folder=str(self.folder), steps=steps, reports=reports)

    def _called(self, call: Call, progress: Callable[[Any], None]) -> Any:
        name, positional, given = call.function, call.positional, {**call.options, **call.settings}
        if call.run and folders.is_run(self.folder / call.run):
            name, positional, given = "resume.resume", (call.run,), {}
        function = _function(name)
        takes = inspect.signature(function).parameters
        also = {"runs": self.folder, "progress": progress}
        with trusted.words_of_others():  # the author of the lab wrote them
            return function(*positional, **given, **{key: value for key, value in also.items() if key in takes})

    def _reports(self, steps: tuple[Step, ...]) -> list[Path]:
        """In every language there is."""
        from linnaeus.reporting.words import languages

        done = [run for run in folders.all_runs(self.folder) if run.record().status == "finished"][::-1]
        if not done:
            raise RunError(f"lab {self.plan.name} has no finished run in {self.folder}")
        sheet = {**self.sheet, "command": shell.line(["linnaeus", *self.again])}
        lines = [(" ".join(step.call.words), step) for step in steps]
        sheet["questions"] = [
            {**one, "steps": [step for line, step in lines if line.startswith(tuple(one["steps"]))]}
            for one in sheet["questions"]
        ]
        written = []
        for kind, language in itertools.product(FORMATS, languages()):
            out = self.folder / f"lab-{self.plan.name}-{language}.{kind}"
            written.append(report([run.path for run in done], language=language, format=kind, lab=sheet, out=out))
        return written

    def _read(self) -> None:
        """What is kept of the steps, and which command made which run."""
        from linnaeus.reporting import shown

        for file in sorted(self.folder.glob("steps/*.json")):
            kept = _json(file)
            words, kind, value = tuple(kept["words"]), kept["type"], kept["value"]
            call = calls.read(words)
            if call.run:
                self.made_by[call.run] = words
            if kind is None:
                continue
            is_list = isinstance(value, list)
            each = [codec.from_plain(shown.kind(kind), one, str(file)) for one in (value if is_list else [value])]
            self.found[words] = each if is_list else each[0]
        if (older := self.folder / "lab.json").is_file():
            self.made_by |= {run: tuple(words) for run, words in _json(older).get("commands", {}).items()}

    def _write(self, file: Path, call: Call, found: Any) -> None:
        some = found[0] if isinstance(found, list) else found
        kind = type(some).__name__ if some is not None else None
        file.parent.mkdir(parents=True, exist_ok=True)
        plain = [codec.to_plain(one) for one in found] if isinstance(found, list) else codec.to_plain(found)
        files.write_json(file, {"format": FORMAT, "words": call.words, "type": kind, "value": plain})
        if call.run:
            self.made_by[call.run] = call.words


def _function(name: str, call: Call | None = None) -> Callable[..., Any]:
    """A function of the front desk. Raises UsageError where it does not take what the call gives it."""
    file, _, verb = name.partition(".")
    function: Callable[..., Any] = getattr(import_module(f"linnaeus.api.{file}"), verb)
    if call is not None:
        try:
            inspect.signature(function).bind(*call.positional, **call.options, **call.settings)
        except TypeError as error:
            raise UsageError(f"{call}: {error}; see linnaeus {call.verb} --help") from None
    return function


def _check_installed(steps: Sequence[Call]) -> None:
    """Raise UsageError for what a late step would be the first to miss, before anything is spent on the others."""
    wanted = {"document": "docx", **({"study": "optuna"} if any(call.verb == "study" for call in steps) else {})}
    missing = [extra for extra, module in wanted.items() if find_spec(module) is None]
    if missing:
        raise UsageError(f'this lab needs more than is installed: pip install "linnaeus[{",".join(missing)}]"')


def _json(file: Path) -> Any:
    try:
        return files.read_json(file)
    except (OSError, ValueError) as error:
        raise RunError(f"{file} cannot be read: {error}; take it away, and its step is done again") from None
