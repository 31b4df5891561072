"""linnaeus.study: many runs, and which choice mattered."""

from pathlib import Path
from typing import Any

from linnaeus.api import composing
from linnaeus.api.study_page import kept
from linnaeus.api.study_place import executor_of, folder_of, held
from linnaeus.api.study_recipes import changed, check_recipes, resolver, settled
from linnaeus.events import note
from linnaeus.studies import opening
from linnaeus.studies.plan import load
from linnaeus.studies.results import StudyResult
from linnaeus.studies.runner import Driver, Tell, silent
from linnaeus.studies.workers.executor import HERE, Place


def study(
    file: Path | str,
    *,
    place: Place = HERE,
    name: str | None = None,
    runs: Path | str | None = None,
    store: str | None = None,
    extend: bool = False,
    progress: Tell | bool | None = None,
    **settings: Any,
) -> StudyResult:
    """Run a study file to its end, from wherever it is: killed anywhere, the same call goes on.

    Samplers are Optuna's (Akiba et al. 2019, arXiv 1907.10902); stopping early: Jamieson & Talwalkar 2016, "Non-stochastic best arm
    identification"; the winner's interval: Andrews, Kitagawa & McCloskey 2024, "Inference on Winners".

    >>> linnaeus.study("study.toml", place=linnaeus.Place(jobs=1)).best_cell()

    Args:
        file: the study file, TOML.
        place: where trials run and how many at once: `Place(jobs=2)` divides the cores of this machine between two,
            `Place(on="ray")` and `Place(on="HOST:PORT")` run them on a Ray cluster, see `studies.workers.cluster`.
        name: of the study, whose folder lies among the runs; None: the file's name.
        runs: the folder that holds the runs; None: LINNAEUS_RUNS, or runs in the working folder.
        store: the address of a database for the trials; None: a SQLite file in the study's folder.
        extend: take the file's factors in place of those that the study had; finished runs of equal recipes are kept.
        progress: None: a line for each trial; False: silence; or a function that is told each `studies.runner.Progress`.
        settings: fields of the recipe, as in `train`, that win over what the file says; no factors of it.

    Returns:
        The cells with their scores, the best one, and the effect of each factor, as `StudyResult`.

    Raises:
        UsageError: a study file that is wrong.
        StudyError: a store that cannot be used, or workers that keep dying.
        Interrupted: stopped by a signal; all is saved.
    """
    plan, folder = changed(load(Path(file)), settings), folder_of(file, name, runs)
    check_recipes(plan, resolve := resolver(plan.base, composing.runs_folder(runs)))
    with held(folder):
        is_whole: bool | None = None
        opened = opening.opened(plan, folder, store, extend)
        executor = executor_of(place, folder / "workers", plan.silence)
        try:
            opened.note("about", plan.about())
            recipes, tell = settled(plan, opened, executor, resolve), teller(progress)
            driver = Driver(
                plan=plan, store=opened, executor=executor, resolve=recipes, runs=folder / "trials", tell=tell
            )
            _say_what_it_tells(driver)
            is_whole = driver.drive()
        finally:
            executor.end(0.0)
            if opened.trials():
                result = kept(opened, folder, _outcome(is_whole))
            opened.close()
    return result


def teller(progress: Tell | bool | None) -> Tell:
    """Who is told of each trial: None and True: a line on standard error; False: nobody."""
    if progress is None or progress is True:
        from linnaeus.reporting.progress import of_study

        return of_study()
    return progress or silent


def _say_what_it_tells(driver: Driver) -> None:
    """Which difference between two points so many images and seeds detect, where the images are known."""
    predicted = driver.store.notes().get("predicted", {})
    if driver.plan.metric == "accuracy" and predicted.get("images"):
        seen = {name: predicted.get(name) for name in ("images", "things")}
        driver.say(note("study-tells", **seen, repeats=driver.plan.repeats))


def _outcome(is_whole: bool | None) -> str:
    return {None: "stopped", True: "finished", False: "budget"}[is_whole]
