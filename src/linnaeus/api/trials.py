"""The front desk's studies: what a trial is, how long it will take, and the study around them. `linnaeus.api` hands them out.

Heavy imports stand inside the functions, so that asking for help costs nothing.
"""

import signal
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from linnaeus import files
from linnaeus.api import desk
from linnaeus.device import cores
from linnaeus.errors import Interrupted, RecipeError, RunError, StudyError, UnknownName, UsageError
from linnaeus.events import EpochDone, Event, Started, StepDone, Watcher, nobody
from linnaeus.recipe import read
from linnaeus.recipe.read import Changes
from linnaeus.recipe.recipe import Recipe
from linnaeus.record import folder as folders
from linnaeus.record.folder import RunFolder
from linnaeus.record.run import RunRecord
from linnaeus.studies import opening
from linnaeus.studies.estimate import Prediction, measure
from linnaeus.studies.plan import Plan, load
from linnaeus.studies.results import StudyResult, keep
from linnaeus.studies.runner import Driver, Plain, Resolve, Tell, silent
from linnaeus.studies.store import Store, url_of
from linnaeus.studies.workers.executor import HERE, Executor, Outcome, Place, Task
from linnaeus.studies.workers.local import Local

if TYPE_CHECKING:
    from linnaeus.data.dataset import Splits

MEASURED = 4.0  # seconds of steps, after which the time of an epoch is known well enough


def train(task: Task, tell: Watcher) -> Outcome:
    """Train one trial of a study, from wherever it is. Raises LinnaeusError as a training does."""
    recipe = Recipe(**read.from_plain(task.recipe))
    if task.measure:
        return measured(recipe, tell)
    runs, folder = Path(task.runs), RunFolder(Path(task.runs) / task.run)
    if folders.is_run(folder.path):
        record = folder.record()
        if record.status == "finished":
            return _finished(record)
        if task.until and len(record.history) >= task.until:
            return Outcome(kind="paused", scores=_scores(record))

    def watch(event: Event) -> None:
        tell(event)
        if task.until and isinstance(event, StepDone) and event.epoch > task.until:
            signal.raise_signal(signal.SIGTERM)  # the training saves itself after this step, and stops

    try:
        return _finished(desk.train_once(recipe, desk.splits(recipe, tell), runs, task.run, watch, page=False))
    except Interrupted:
        record = folder.record()
        is_there = task.until and len(record.history) >= task.until
        return Outcome(kind="paused" if is_there else "interrupted", scores=_scores(record))


def _finished(record: RunRecord) -> Outcome:
    metrics = record.scores["val"].metrics
    facts = {
        "scores": {
            name: {"value": score.value, "low": score.low, "high": score.high, "n": score.n}
            for name, score in metrics.items()
        },
        "train_s": record.time["train_s"],
        "images_per_s": record.time["images_per_s"],
        "parameters": record.model["parameters"],
        "macs": record.model.get("macs"),
        "epochs": len(record.history),
        "precision": record.environment["precision"],
        "threads": record.environment["threads"],
    }
    return Outcome(kind="finished", scores=_scores(record), facts=facts)


def _scores(record: RunRecord) -> tuple[float, ...]:
    return tuple(row["val_accuracy"] for row in record.history if "val_accuracy" in row)


class _Enough(Exception):
    """The time of an epoch is known."""


def bench_epochs(
    data: str, *, model: str | None = None, epochs: int = 100, changes: Changes = (), watch: Watcher = nobody
) -> dict[str, Any]:
    """How long a training of so many epochs takes on the CPU, and on a GPU where there is one: from some seconds of its steps.

    Nothing is compiled, unless `changes` say so: that alone would take longer than the look.

    Returns:
        `data`, `model`, `epochs`, `images` of an epoch, and `devices`: of each `device`, `precision`, `threads`, `step_s`,
        `measured_s`, `steps` in an epoch, `epoch_s` and `whole_s`; all of it reckoned, but for what `measured_s` says.

    Raises:
        LinnaeusError: as a training would.
    """
    from linnaeus import device

    best = device.pick_device("auto")
    found = []
    for one in dict.fromkeys(("cpu", best)):
        wish = ["compile=off", *read.texts(changes), f"epochs={epochs}", f"device={one}", "progressive=0.0"]
        recipe, source = desk.compose(data, model, None, wish, desk.runs_folder(None))
        facts = measured(recipe, watch, desk.splits(recipe, watch, source)).facts
        found.append({**facts, "whole_s": facts["setup_s"] + epochs * facts["epoch_s"]})
    shared = {"data": str(recipe.data), "model": str(recipe.model), "epochs": epochs}
    return {**shared, "images": found[0]["images"], "devices": found}


def measured(recipe: Recipe, tell: Watcher, splits: "Splits | None" = None) -> Outcome:
    """Begin a training in a folder that is thrown away, and time its first epoch, or some seconds of it."""
    start, facts, steps = time.perf_counter(), dict[str, Any](), list[float]()

    def watch(event: Event) -> None:
        tell(event)
        now = time.perf_counter()
        match event:
            case Started(record=record, steps=total):
                told = {name: record.environment[name] for name in ("device", "precision", "threads")}
                facts.update(told, setup_s=now - start, steps=total, images=record.data["counts"]["train"])
                facts["epochs"] = record.recipe["epochs"]
                steps.append(now)
            case StepDone():
                steps.append(now)
                if len(steps) > 3 and now - steps[0] > MEASURED:
                    raise _Enough
            case EpochDone():
                facts["epoch_s"] = now - steps[0]
                raise _Enough

    with tempfile.TemporaryDirectory() as folder:
        try:
            record = desk.train(recipe, splits or desk.splits(recipe, tell), RunFolder(Path(folder)), False, watch)
            facts.setdefault("epoch_s", record.time["train_s"])
        except _Enough:
            pass
    facts["measured_s"] = steps[-1] - steps[min(1, len(steps) - 1)]  # the first step warms up
    if "epoch_s" not in facts:  # the first step warms up
        step = (steps[-1] - steps[1]) / (len(steps) - 2)
        facts["epoch_s"] = step * facts["steps"] / facts["epochs"]
    return Outcome(kind="measured", facts=facts)


def resolver(base: Mapping[str, Any], runs: Path) -> Resolve:
    """From the changes of a point to its whole recipe in plain values. The data are opened once where they are the same."""
    known: dict[tuple[str, ...], Recipe] = {}

    def resolve(changes: Sequence[str]) -> Plain:
        advice = tuple(change for change in changes if change.partition("=")[0] in _ADVISED_BY)
        if advice not in known:
            known[advice] = desk.compose(None, None, dict(base), advice, runs)[0]
        resolved = known[advice]
        fields = {name: getattr(resolved, name) for name in read.to_plain(resolved)}
        recipe = Recipe(**read.override(fields, changes) | {"data": resolved.data})
        return read.to_plain(recipe)

    return resolve


_ADVISED_BY = ("data", "weights", "image_size", "channels", "share")  # fields by which others are chosen


def study(
    file: Path | str,
    *,
    place: Place = HERE,
    name: str | None = None,
    runs: Path | str | None = None,
    store: str | None = None,
    extend: bool = False,
    changes: Changes = (),
    watch: Tell = silent,
) -> StudyResult:
    """Run a study file to its end, from wherever it is: killed anywhere, the same call goes on.

    Args:
        place: where trials run and how many at once: `Place(jobs=2)` divides the cores of this machine among two,
            `Place(on="ray")` and `Place(on="HOST:PORT")` run them on a Ray cluster, see `studies.cluster`.
        name: of the study, whose folder lies among the runs; the file's name where it is None.
        runs: the folder that holds runs.
        store: the address of a database for the trials; None: a SQLite file in the study's folder.
        changes: fields of the recipe that win over what the file says; no factors of it.
        extend: take the file's factors in place of those that the study had; finished runs of equal recipes are kept.
        watch: is told what happens, see `studies.runner.Progress`.

    Raises:
        UsageError: a study file that is wrong. StudyError: a store that cannot be used, or workers that keep dying.
        Interrupted: stopped by a signal; all is saved.
    """
    from linnaeus.stats.study_results import summarise

    plan, folder = _changed(load(Path(file)), changes), _folder(file, name, runs)
    _check_recipes(plan, resolve := resolver(plan.base, desk.runs_folder(runs)))
    with _held(folder):
        is_whole: bool | None = None
        opened = opening.opened(plan, folder, store, extend)
        executor = _executor(place, folder / "workers", plan.silence)
        try:
            opened.note("about", plan.about())
            driver = Driver(
                plan=plan,
                store=opened,
                executor=executor,
                resolve=_settled(plan, opened, executor, resolve),
                runs=folder / "trials",
                tell=watch,
            )
            is_whole = driver.drive()
        finally:
            executor.end(0.0)
            if opened.trials():
                _keep(result := summarise(opened, folder, _outcome(is_whole)), folder)
            opened.close()
    return result


def _changed(plan: Plan, changes: Changes) -> Plan:
    """The same study of a recipe with these fields. Raises RecipeError where one of them is a factor."""
    fields = [change.partition("=")[0].strip() for change in read.texts(changes)]
    factors = {factor.name for factor in plan.space.factors}
    if both := factors.intersection(fields):
        raise RecipeError(f"{min(both)} is a factor of the study: change it in its file")
    return replace(plan, base=read.override(plan.base, read.texts(changes)))


def _outcome(is_whole: bool | None) -> str:
    return {None: "stopped", True: "finished", False: "budget"}[is_whole]


def _keep(result: StudyResult, folder: Path) -> None:
    """The result on the disk: `study.json`, `recommended.toml` and `report.html`."""
    from linnaeus.reporting import study as report

    keep(result, folder)
    recipe = folder / "recommended.toml"
    text = recipe.read_text(encoding="utf-8") if result.best is not None else ""
    files.write_whole(folder / "report.html", report.page(result.to_plain(), text))


def dry_run(
    file: Path | str,
    *,
    place: Place = HERE,
    changes: Changes = (),
    runs: Path | str | None = None,
    limit: int = 20,
) -> tuple[dict[str, Any], Prediction, list[Plain]]:
    """What a study would be: its facts, how long it will take, and its first points with their changes. Nothing is kept.

    Raises:
        UsageError: as `study`.
    """
    plan = _changed(load(Path(file)), changes)
    _check_recipes(plan, resolve := resolver(plan.base, desk.runs_folder(runs)))
    beside = (
        desk.runs_folder(runs) if place.on else None
    )  # which the nodes of a cluster see, as other folders they may not
    if beside:
        beside.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=beside, prefix=".dry-run-") as folder:
        executor = _executor(place, Path(folder), plan.silence)
        try:
            predicted = measure(plan, executor, _with(resolve, {"threads": executor.threads}))
        finally:
            executor.end(0.0)
    return plan.about(), predicted, [dict(point) for point in plan.points()[:limit]]


def study_result(name: str, *, runs: Path | str | None = None, store: str | None = None) -> StudyResult:
    """What a study has come to so far; it may be under way. `name` is its name, its folder or its file.

    Raises:
        UnknownName: there is no such study. StudyError: its store cannot be read.
    """
    from linnaeus.stats.study_results import summarise

    folder = _find_study(name, desk.runs_folder(runs))
    opened = Store(store or url_of(folder), folder.name)
    try:
        if "about" not in opened.notes():
            raise StudyError(f"{folder} holds no trials yet; begin it with: linnaeus study FILE --name {folder.name}")
        return summarise(opened, folder, _status(opened, folder))
    finally:
        opened.close()


def retry_failed(
    file: Path | str,
    *,
    name: str | None = None,
    runs: Path | str | None = None,
    store: str | None = None,
    changes: Changes = (),
) -> int:
    """Let a study's failed trials wait for another turn, and count them: none, where the study of that name is of another file.

    Raises:
        UnknownName: there is no study of that name. RunError: it is under way. Else as `study`.
    """
    plan, folder = _changed(load(Path(file)), changes), _folder(file, name, runs)
    if not (folder / "workers").is_dir():
        raise UnknownName("study", folder.name, _known(folder.parent))
    with _held(folder):
        opened = Store(store or url_of(folder), folder.name)
        try:
            return opened.retry_failed() if opening.is_of(plan, opened) else 0
        finally:
            opened.close()


def _find_study(name: str, runs: Path) -> Path:
    for folder in (Path(name), runs / name, runs / Path(name).stem):
        if (folder / "workers").is_dir():
            return folder
    raise UnknownName("study", name, _known(runs))


def _known(runs: Path) -> list[str]:
    """The studies among the runs."""
    return [folder.parent.name for folder in runs.glob("*/workers")] if runs.is_dir() else []


def _status(store: Store, folder: Path) -> str:
    """Whether all is over, somebody is at work, or the same command would go on."""
    try:
        with files.locked(folder / ".lock"):
            is_over = all(trial.is_over for trial in store.trials())
            return "finished" if is_over else "stopped"
    except RunError:
        return "running"


def _folder(file: Path | str, name: str | None, runs: Path | str | None) -> Path:
    folder = desk.runs_folder(runs).absolute() / (name or Path(file).stem)
    if folders.is_run(folder):
        raise RunError(f"{folder} is a run already; give the study another name with --name")
    return folder


def _executor(place: Place, folder: Path, silence: float) -> Executor:
    """The place, ready for tasks. Raises UsageError, or StudyError where it cannot be reached."""
    if place.on is not None:
        from linnaeus.studies.workers.cluster import Cluster

        return Cluster(train, place.on, folder, silence, place.jobs)
    jobs = place.jobs or 1
    if jobs > cores():
        raise UsageError(f"--jobs {jobs}: this machine has {cores()} cores for trials, so take 1 to {cores()}")
    return Local(train, jobs, folder, silence)


@contextmanager
def _held(folder: Path) -> Iterator[None]:
    """One driver at a time. Raises StudyError where another one is at work."""
    folder.mkdir(parents=True, exist_ok=True)
    with files.locked(folder / ".lock"):
        yield


def _check_recipes(plan: Plan, resolve: Resolve) -> None:
    """Each point, or where there are endlessly many their corners, as a whole recipe: what is wrong shows before anything is trained."""
    for point in plan.points() or plan.space.corners():
        try:
            recipe = resolve(plan.space.changes(point))
        except UsageError as error:
            at = ", ".join(f"{name}={value}" for name, value in point.items())
            raise RecipeError(f"the point {at} is no recipe: {error}") from None
        if recipe["val"] == 0:
            raise RecipeError("val = 0 leaves no validation images to choose by: hold some out, as in val = 0.15")


def _settled(plan: Plan, store: Store, executor: Executor, resolve: Resolve) -> Resolve:
    """Recipes with what the study fixes for all its trials, so that the machine does not tell them apart: threads and precision."""
    notes = store.notes()
    settled = notes.get("settled")
    if settled is None:
        predicted = measure(plan, executor, _with(resolve, {"threads": executor.threads}))
        settled = {"jobs": executor.jobs, "threads": executor.threads, "precision": predicted.precision}
        store.note("predicted", predicted.to_plain())
        store.note("settled", settled)
    return _with(resolve, {key: settled[key] for key in ("threads", "precision")})


def _with(resolve: Resolve, fixed: Mapping[str, Any]) -> Resolve:
    """The same recipes, where they leave something open as `fixed` says."""

    def settled(changes: Sequence[str]) -> Plain:
        recipe = resolve(changes)
        return {**recipe, **{name: value for name, value in fixed.items() if recipe[name] in (0, "auto")}}

    return settled
