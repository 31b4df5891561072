"""What several verbs share: a finished run's own data, wherever they lie now."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from linnaeus.api import begun, composing
from linnaeus.errors import DataError
from linnaeus.events import Watcher
from linnaeus.recipe import read
from linnaeus.recipe.recipe import Recipe
from linnaeus.record.folder import RunFolder

if TYPE_CHECKING:
    from linnaeus.data.dataset import Splits


def recipe_where(folder: RunFolder, data: str | None) -> Recipe:
    """The recipe of a run, with the place where its data are now, if another one is given."""
    recipe = begun.recipe_of(folder)
    return replace(recipe, data=read.anchored(read.data_spec(data))) if data is not None else recipe


def splits(folder: RunFolder, recipe: Recipe, wanted: str, watch: Watcher) -> "Splits":
    """A run's own data, with the wanted split made of the very images that it had when it was trained.

    Raises:
        DataError: some of them have vanished, changed or got another label; or the data are no longer where they were.
    """
    from linnaeus.evaluation.own_images import as_trained
    from linnaeus.finetuning.weights.ancestry import before

    paths = [str(part.args[0]) for part in recipe.data.operands() if part.name in read.OF_FILES and part.args]
    gone = [path for path in paths if not Path(path).exists()]
    if gone:
        raise DataError(
            f"the data of {folder.name} are no longer in {gone[0]}; say where they are now: --data NEWPLACE"
        )
    return as_trained(folder, composing.splits(recipe, watch, ancestry=before(folder)), wanted, watch)
