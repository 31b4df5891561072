"""What several verbs share: from a recipe to a run and its page."""

import shutil
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from linnaeus.api.composing import splits, stem
from linnaeus.api.own_data import recipe_of
from linnaeus.errors import RecipeError, RunError
from linnaeus.events import Watcher
from linnaeus.recipe import read
from linnaeus.recipe.recipe import Recipe
from linnaeus.record import folder as folders
from linnaeus.record.folder import RunFolder
from linnaeus.record.record import RunRecord

AFTER = 3.0  # s, that scoring and the page take at least

if TYPE_CHECKING:
    from linnaeus.data.dataset import Splits


def within_budget(recipe: Recipe, since: float, page: bool) -> Recipe:
    """The recipe with what its budget leaves for the training, `since` it began by `time.perf_counter`.

    Scoring and the page are reckoned to take as long as the start did, both being mostly imports, but no more than a tenth of it all.

    Raises:
        RecipeError: it leaves nothing, and there is more to train than a head, which is fitted whatever the budget is.
    """
    if not recipe.budget:
        return recipe
    spent = time.perf_counter() - since
    after = min(max(AFTER, spent), AFTER + recipe.budget / 10) if page else 1.0
    left = recipe.budget - spent - after
    if recipe.is_in_stages():
        return replace(recipe, budget=max(left, 1.0))  # what it does not hold is left out, and told
    if left <= 0:
        raise RecipeError(
            f"budget = {recipe.budget:g} s leaves no time to train: the start took {spent:.0f} s, and the report takes "
            f"about {after:.0f} s; give it at least {2 * (spent + after):.0f} s"
        )
    return replace(recipe, budget=left)


def train(recipe: Recipe, splits: "Splits", folder: RunFolder, page: bool, watch: Watcher) -> RunRecord:
    """Train in a new folder, and write the page where it is wished for."""
    from linnaeus.training import session

    with folder.locked(watch):
        record = session.train(recipe, splits, folder, watch)
        if page:
            write_report(folder)
    return record


def train_new(recipe: Recipe, splits: "Splits", runs: Path, name: str | None, page: bool, watch: Watcher) -> RunRecord:
    """Train a new run, of this name or of a free one; where several processes train together, see `train_together`."""
    from linnaeus.distributed import ranks

    if not ranks().alone:
        return train_together(recipe, splits, runs, name, page, watch)
    return train(recipe, splits, folders.create(runs, name, stem(recipe)), page, watch)


def train_together(
    recipe: Recipe, splits: "Splits", runs: Path, name: str | None, page: bool, watch: Watcher
) -> RunRecord:
    """`train_once`, by several processes. Each has a folder of its own, and only the first one's stays.

    Raises:
        RecipeError: no name is given.
    """
    from linnaeus.distributed import ranks

    if name is None:
        raise RecipeError(
            "several processes train one run: say --name NAME, by which they find it when they are restarted"
        )
    with tempfile.TemporaryDirectory() as own:
        place = runs if ranks().is_first else Path(own)
        if ranks().same(folders.is_run(runs / name)) and not ranks().is_first:
            shutil.copytree(runs / name, place / name)
        ranks().wait()  # until all have copied what the first one is about to change
        record = train_once(recipe, splits, place, name, watch, page and ranks().is_first)
        ranks().wait()
    return record


def train_once(recipe: Recipe, splits: "Splits", runs: Path, name: str, watch: Watcher, page: bool = True) -> RunRecord:
    """Train, unless a run of that name and recipe is there already: that is taken up."""
    if not folders.is_run(runs / name):
        return train(recipe, splits, folders.create(runs, name, name), page, watch)
    check_same(recipe, recipe_of(RunFolder(runs / name)), name)
    return resume(RunFolder(runs / name), page, watch)


def settled(record: RunRecord) -> dict[str, Any]:
    """Fields of the recipe that the first of some repeats has settled for all: else the machine would tell them apart."""
    return {
        "epochs": record.recipe["epochs"],
        "epoch_share": record.recipe.get("epoch_share", 1.0),
        "budget": 0.0,
        "train": record.recipe["train"],
        "precision": record.environment.precision,
        "threads": record.environment.threads,
    }


def check_same(recipe: Recipe, there: Recipe, name: str) -> None:
    """Raise RunError unless the run of that name, whose recipe is `there`, is the one that is wished for."""
    if recipe.budget:  # which the run has turned into epochs
        there = replace(there, budget=recipe.budget, epochs=recipe.epochs, epoch_share=recipe.epoch_share)
    if recipe.is_fitted():  # in one stroke, which the run calls an epoch
        there = replace(there, budget=recipe.budget, epochs=recipe.epochs)
    if recipe.later():  # of which the run has left out what it could not try
        there = replace(there, train=recipe.train, budget=recipe.budget)
    wished, found = read.to_plain(recipe), read.to_plain(there)
    differing = [field for field in wished if found[field] != wished[field]]
    if differing:
        listed = ", ".join(differing[:5])
        raise RunError(f"there is a run named {name!r} already, with another {listed}; choose another name")


def resume(folder: RunFolder, page: bool, watch: Watcher) -> RunRecord:
    """Take a run up where its last checkpoint is; a finished one is returned as it is."""
    from linnaeus.training import session

    with folder.locked(watch):
        record = folder.record()
        if record.status != "finished":
            recipe = recipe_of(folder)
            record = session.resume(recipe, splits(recipe, watch), folder, watch)
        folder.discard_checkpoints()
        if page and not folder.report.exists():
            write_report(folder)
    return record


def write_report(folder: RunFolder) -> None:
    """Write the run's page anew."""
    from linnaeus.api.report import write_page

    write_page(folder)
