"""What a study is asked apart from running it: its plan, its result so far, another turn for failed trials."""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from linnaeus import files
from linnaeus.api import composing, objects
from linnaeus.api.trial import train
from linnaeus.device import cores
from linnaeus.errors import RecipeError, RunError, StudyError, UnknownName, UsageError
from linnaeus.recipe import read
from linnaeus.recipe.recipe import Recipe
from linnaeus.record import codec
from linnaeus.record import folder as folders
from linnaeus.studies import opening
from linnaeus.studies.estimate import Prediction, measure
from linnaeus.studies.plan import Plan, load
from linnaeus.studies.results import StudyResult
from linnaeus.studies.runner import Plain, Resolve
from linnaeus.studies.store import Store, url_of
from linnaeus.studies.workers.executor import HERE, Executor, Place
from linnaeus.studies.workers.local import Local

_ADVISED_BY = ("data", "weights", "image_size", "channels", "share")  # fields by which others are chosen


def resolver(base: Mapping[str, Any], runs: Path) -> Resolve:
    """From the changes of a point to its whole recipe in plain values. The data are opened once where they are the same."""
    known: dict[tuple[str, ...], Recipe] = {}

    def resolve(changes: Sequence[str]) -> Plain:
        advice = tuple(change for change in changes if change.partition("=")[0] in _ADVISED_BY)
        if advice not in known:
            known[advice] = composing.compose(None, None, dict(base), advice, runs)[0]
        resolved = known[advice]
        fields = {name: getattr(resolved, name) for name in read.to_plain(resolved)}
        recipe = Recipe(**read.override(fields, changes) | {"data": resolved.data})
        return read.to_plain(recipe)

    return resolve


def dry_run(
    file: Path | str,
    *,
    place: Place = HERE,
    changes: Mapping[str, Any] = MappingProxyType({}),
    runs: Path | str | None = None,
    limit: int = 20,
) -> tuple[dict[str, Any], Prediction, list[Plain]]:
    """What a study would be: its facts, how long it will take, and its first points with their changes. Nothing is kept.

    Raises:
        UsageError: as `study`.
    """
    plan = changed(load(Path(file)), changes)
    check_recipes(plan, resolve := resolver(plan.base, composing.runs_folder(runs)))
    beside = (
        composing.runs_folder(runs) if place.on else None
    )  # which the nodes of a cluster see, as other folders they may not
    if beside:
        beside.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=beside, prefix=".dry-run-") as folder:
        executor = executor_of(place, Path(folder), plan.silence)
        try:
            predicted = measure(plan, executor, with_fields(resolve, {"threads": executor.threads}))
        finally:
            executor.end(0.0)
    return plan.about(), predicted, [dict(point) for point in plan.points()[:limit]]


def study_result(name: str, *, runs: Path | str | None = None, store: str | None = None) -> StudyResult:
    """What a study has come to so far; it may be under way. `name` is its name, its folder or its file.

    Raises:
        UnknownName: there is no such study. StudyError: its store cannot be read.
    """
    from linnaeus.stats.study_results import summarise

    folder = _find_study(name, composing.runs_folder(runs))
    opened = Store(store or url_of(folder), folder.name)
    try:
        if "about" not in opened.notes():
            raise StudyError(f"{folder} holds no trials yet; begin it with: linnaeus study FILE --name {folder.name}")
        return summarise(opened, folder, status_of(opened, folder))
    finally:
        opened.close()


def retry_failed(
    file: Path | str,
    *,
    name: str | None = None,
    runs: Path | str | None = None,
    store: str | None = None,
    changes: Mapping[str, Any] = MappingProxyType({}),
) -> int:
    """Let a study's failed trials wait for another turn, and count them: none, where the study of that name is of another file.

    Raises:
        UnknownName: there is no study of that name. RunError: it is under way. Else as `study`.
    """
    plan, folder = changed(load(Path(file)), changes), folder_of(file, name, runs)
    if not (folder / "workers").is_dir():
        raise UnknownName("study", folder.name, _known(folder.parent))
    with held(folder):
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


def status_of(store: Store, folder: Path) -> str:
    """Whether all is over, somebody is at work, or the same command would go on."""
    try:
        with files.locked(folder / ".lock"):
            is_over = all(trial.is_over for trial in store.trials())
            return "finished" if is_over else "stopped"
    except RunError:
        return "running"


def folder_of(file: Path | str, name: str | None, runs: Path | str | None) -> Path:
    """Where a study lies, or will lie. Raises RunError where a run has that name."""
    folder = composing.runs_folder(runs).absolute() / (name or Path(file).stem)
    if folders.is_run(folder):
        raise RunError(f"{folder} is a run already; give the study another name with --name")
    return folder


def executor_of(place: Place, folder: Path, silence: float) -> Executor:
    """The place, ready for tasks. Raises UsageError, or StudyError where it cannot be reached."""
    if place.on is not None:
        from linnaeus.studies.workers.cluster import Cluster

        return Cluster(train, place.on, folder, silence, place.jobs)
    jobs = place.jobs or 1
    if jobs > cores():
        raise UsageError(f"--jobs {jobs}: this machine has {cores()} cores for trials, so take 1 to {cores()}")
    return Local(train, jobs, folder, silence)


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """One driver at a time. Raises StudyError where another one is at work."""
    folder.mkdir(parents=True, exist_ok=True)
    with files.locked(folder / ".lock"):
        yield


def check_recipes(plan: Plan, resolve: Resolve) -> None:
    """Each point, or where there are endlessly many their corners, as a whole recipe: what is wrong shows before anything is trained."""
    for point in plan.points() or plan.space.corners():
        try:
            recipe = resolve(plan.space.changes(point))
        except UsageError as error:
            at = ", ".join(f"{name}={value}" for name, value in point.items())
            raise RecipeError(f"the point {at} is no recipe: {error}") from None
        if recipe["val"] == 0:
            raise RecipeError("val = 0 leaves no validation images to choose by: hold some out, as in val = 0.15")


def settled(plan: Plan, store: Store, executor: Executor, resolve: Resolve) -> Resolve:
    """Recipes with what the study fixes for all its trials, so that the machine does not tell them apart: threads and precision."""
    notes = store.notes()
    settled = notes.get("settled")
    if settled is None:
        predicted = measure(plan, executor, with_fields(resolve, {"threads": executor.threads}))
        settled = {"jobs": executor.jobs, "threads": executor.threads, "precision": predicted.precision}
        store.note("predicted", codec.to_plain(predicted))
        store.note("settled", settled)
    return with_fields(resolve, {key: settled[key] for key in ("threads", "precision")})


def with_fields(resolve: Resolve, fixed: Mapping[str, Any]) -> Resolve:
    """The same recipes, where they leave something open as `fixed` says."""

    def settled(changes: Sequence[str]) -> Plain:
        recipe = resolve(changes)
        return {**recipe, **{name: value for name, value in fixed.items() if recipe[name] in (0, "auto")}}

    return settled


def changed(plan: Plan, changes: Mapping[str, Any]) -> Plan:
    """The same study of a recipe with these fields. Raises RecipeError where one of them is a factor."""
    fields = [change.partition("=")[0].strip() for change in objects.settings(changes)]
    factors = {factor.name for factor in plan.space.factors}
    if both := factors.intersection(fields):
        raise RecipeError(f"{min(both)} is a factor of the study: change it in its file")
    return replace(plan, base=read.override(plan.base, objects.settings(changes)))
