"""linnaeus.continue_: a finished run, trained further."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from linnaeus.api import composing, running
from linnaeus.events import Watcher
from linnaeus.recipe import read
from linnaeus.recipe.advise import further
from linnaeus.recipe.read import Changes
from linnaeus.recipe.recipe import Recipe
from linnaeus.record import folder as folders
from linnaeus.record.record import RunRecord
from linnaeus.reporting.live import automatic

if TYPE_CHECKING:
    pass


def continue_(
    run: str,
    *,
    epochs: int,
    changes: Changes = (),
    name: str | None = None,
    runs: Path | str | None = None,
    page: bool = True,
    watch: Watcher = automatic,
) -> RunRecord:
    """Train a finished run further, as a new run whose `parent` it is; the old one stays as it is.

    The new run begins with the kept weights of the old one, with its data, splits, normalisation and recipe, over which
    `changes` win. The schedule runs from its beginning to its end over the new epochs, the optimizer begins without
    memory, and order and augmentation are drawn from the old seed plus one: not those of the old epochs once more.

    Raises:
        RunError: no such run, or it is unfinished. RecipeError: changes that its weights do not fit.
    """

    parent = folders.find(composing.runs_folder(runs), run)
    fields = further(read.read(parent.recipe, kept=True), weights=str(parent.path.absolute()), epochs=epochs)
    recipe = Recipe(**read.override(fields, read.texts(changes)))
    recipe = replace(recipe, data=read.anchored(recipe.data))
    splits = composing.splits(recipe, watch)
    return running.train(
        recipe, splits, folders.create(composing.runs_folder(runs), name, f"{parent.name}-more"), page, watch
    )
