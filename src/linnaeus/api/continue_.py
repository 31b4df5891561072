"""linnaeus.continue_: a finished run, trained further."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from linnaeus.api import composing, objects, own_data, running
from linnaeus.api.objects import AnyData, AnyRun, Progress
from linnaeus.recipe import read
from linnaeus.recipe.advise import further
from linnaeus.recipe.recipe import Recipe
from linnaeus.record import folder as folders
from linnaeus.record.record import RunRecord


def continue_(
    run: AnyRun,
    *,
    epochs: int,
    data: AnyData | None = None,
    name: str | None = None,
    runs: Path | str | None = None,
    report: bool = True,
    progress: Progress = None,
    **settings: Any,
) -> RunRecord:
    """Train a finished run further, as a new run whose `parent` it is; the old one stays as it is.

    The new run begins with the kept weights of the old one, with its data, splits, normalisation and recipe, over which
    `settings` win. The schedule runs from its beginning to its end over the new epochs, the optimizer starts afresh, and order and
    augmentation are drawn from the old seed plus one, so the old epochs are not repeated.

    >>> record = linnaeus.continue_("last", epochs=10, lr=0.001)

    Args:
        run: its record, folder or name; "last" is the newest.
        epochs: new passes over the training images.
        data: other data to train on, as `train` takes them; or the images again, where they were arrays or a dataset of PyTorch.
        name: of the new run; None: RUN-more-1, RUN-more-2, …
        runs: the folder that holds the runs; None: LINNAEUS_RUNS, or runs in the working folder.
        report: write report.html when the run is finished.
        progress: None: curves in a notebook, a line in a script; False: silence; or a function that is told each event.
        settings: fields of the recipe, as in `train`.

    Returns:
        The record of the new run, whose `parent` is the one that it continues.

    Raises:
        RunError: no such run, or it is unfinished.
        RecipeError: settings that its weights do not fit.
    """
    watch, parent = objects.watcher(progress), objects.run_folder(run, runs)
    fields = further(own_data.fields_of(parent), weights=str(parent.path.absolute()), epochs=epochs)
    recipe = Recipe(**read.override(fields, objects.settings({"data": objects.data_text(data), **settings})))
    recipe = replace(recipe, data=read.anchored(recipe.data))
    splits = composing.splits(recipe, watch)
    folder = folders.create(composing.runs_folder(runs), name, f"{parent.name}-more")
    return running.train(recipe, splits, folder, report, watch)
