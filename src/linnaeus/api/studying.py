"""What a study is asked apart from running it: its plan, its result so far, another turn for failed trials."""

import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from linnaeus.api import composing, study_place, study_recipes
from linnaeus.errors import StudyError, UnknownName
from linnaeus.events import Watcher, nobody
from linnaeus.studies import opening
from linnaeus.studies.estimate import StudyPlan, measure
from linnaeus.studies.plan import load
from linnaeus.studies.results import StudyResult
from linnaeus.studies.store import Store, url_of
from linnaeus.studies.workers.executor import HERE, Place


def dry_run(
    file: Path | str,
    *,
    place: Place = HERE,
    runs: Path | str | None = None,
    limit: int = 20,
    progress: Watcher = nobody,
    **settings: Any,
) -> StudyPlan:
    """What a study would be. Nothing is kept; `progress` hears how many of a few trials were measured.

    Raises:
        UsageError: as `study`.
    """
    plan = study_recipes.changed(load(Path(file)), settings)
    study_recipes.check_recipes(plan, resolve := study_recipes.resolver(plan.base, composing.runs_folder(runs)))
    # which the nodes of a cluster see, as other folders they may not
    beside = composing.runs_folder(runs) if place.on else None
    if beside:
        beside.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=beside, prefix=".dry-run-") as folder:
        executor = study_place.executor_of(place, Path(folder), plan.silence)
        try:
            own = study_recipes.with_fields(resolve, {"threads": executor.threads})
            predicted = measure(plan, executor, own, progress)
        finally:
            executor.end(0.0)
    points = tuple(dict(point) for point in plan.points()[:limit])
    return StudyPlan(about=plan.about(), predicted=predicted, points=points)


def study_result(name: str, *, runs: Path | str | None = None, store: str | None = None) -> StudyResult:
    """What a study has come to so far; it may be under way. `name` is its name, its folder or its file.

    Raises:
        UnknownName: there is no such study.
        StudyError: its store cannot be read.
    """
    from linnaeus.stats.study_results import summarise

    folder = study_place.find(name, composing.runs_folder(runs))
    opened = Store(store or url_of(folder), folder.name)
    try:
        if "about" not in opened.notes():
            raise StudyError(f"{folder} holds no trials yet; begin it with: linnaeus study FILE --name {folder.name}")
        return summarise(opened, folder, study_place.status_of(opened, folder))
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
        UnknownName: there is no study of that name.
        RunError: it is under way. Else as `study`.
    """
    plan, folder = study_recipes.changed(load(Path(file)), changes), study_place.folder_of(file, name, runs)
    if not (folder / "workers").is_dir():
        raise UnknownName("study", folder.name, study_place.known(folder.parent))
    with study_place.held(folder):
        opened = Store(store or url_of(folder), folder.name)
        try:
            return opened.retry_failed() if opening.is_of(plan, opened) else 0
        finally:
            opened.close()
