"""linnaeus.train: a recipe chosen for the data, or one of yours."""

from pathlib import Path
from typing import TYPE_CHECKING

from linnaeus.api import composing, running
from linnaeus.events import Watcher
from linnaeus.recipe.read import Changes
from linnaeus.record.record import RunRecord
from linnaeus.reporting.live import automatic

if TYPE_CHECKING:
    pass


def train(
    data: str | None = None,
    *,
    model: str | None = None,
    recipe: Path | str | None = None,
    changes: Changes = (),
    name: str | None = None,
    runs: Path | str | None = None,
    page: bool = True,
    watch: Watcher = automatic,
) -> RunRecord:
    """Train a classifier. With no more said than the data, a sound recipe is chosen for it.

    Args:
        data: a data set as a call, or the path of a folder or CSV file; may stand in the recipe instead.
        model: a part of the shelf `models`, such as "resnet(depth=20)".
        recipe: a TOML file that sets some or all fields.
        changes: single fields, as {"epochs": 5, "optimizer.lr": 0.01} or ["epochs=5", …]; they win over the rest.
        name: of the run; a free one is given where this is None.
        runs: the folder that holds runs.
        page: write the report when the run is finished.
        watch: is told what happens, see `linnaeus.events`; in a notebook curves are shown unless it is given.

    Returns:
        The finished run's record; `record.folder` is where all of it lies.

    Raises:
        LinnaeusError: one of the kinds in `linnaeus.errors`, with a message fit for a user.
    """
    resolved, source = composing.compose(data, model, recipe, changes, composing.runs_folder(runs))
    splits = composing.splits(resolved, watch, source)
    return running.train_new(resolved, splits, composing.runs_folder(runs), name, page, watch)
