"""A recipe trained several times, each time without a part of the images: every image is predicted by a network that never saw it.

What a label is worth is judged best so (Northcutt et al. 2021): a network that was trained on a wrong label may have learned it by
heart. It costs as many trainings as there are parts.
"""

import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from linnaeus import device
from linnaeus.data.dataset import Dataset, Splits, joined
from linnaeus.errors import Interrupted
from linnaeus.evaluation.inspection.label_errors import FOLDS
from linnaeus.evaluation.predictions import predictions
from linnaeus.events import Note, Reading, Watcher
from linnaeus.recipe.recipe import Recipe
from linnaeus.training import head_first, loop
from linnaeus.training.prepare import prepare

Array = npt.NDArray[Any]


@device.undisturbed()
def out_of_fold(
    recipe: Recipe, splits: Splits, datasets: Mapping[str, Dataset], tell: Watcher, folds: int = FOLDS
) -> dict[str, Array]:
    """Probabilities (N, K) of the images of each split, by a network that was trained without them on the others of all splits.

    Images of classes that have fewer than `folds` are always trained on: their rows are zero. No epoch is chosen: the last
    weights predict.

    Raises:
        RecipeError: the recipe needs validation images. TrainingError: a training that cannot go on. Interrupted.
    """
    from sklearn.model_selection import StratifiedKFold  # takes a second to import

    recipe = replace(recipe, val=0.0, test=0.0, choose="last", budget=0.0, tta="none")
    pool = joined(list(datasets.values()))
    held_rows = np.flatnonzero(np.bincount(pool.labels_N, minlength=len(pool.classes))[pool.labels_N] >= folds)
    probabilities_NK = np.zeros((len(pool), len(pool.classes)), np.float32)
    splitter = StratifiedKFold(folds, shuffle=True, random_state=0).split(held_rows, pool.labels_N[held_rows])
    for number, (_, held) in enumerate(splitter, 1):
        tell(Reading(done=number - 1, total=folds, what="trainings"))
        held = held_rows[held]
        others = np.setdiff1d(np.arange(len(pool)), held)
        part = replace(splits, train=pool.take(others), val=None, test=None)
        probabilities_NK[held] = _predicted(recipe, part, pool.take(held), tell)
    tell(Reading(done=folds, total=folds, what="trainings"))
    ends = np.cumsum([len(dataset) for dataset in datasets.values()])[:-1]
    return dict(zip(datasets, np.split(probabilities_NK, ends), strict=True))


def _predicted(recipe: Recipe, part: Splits, held: Dataset, tell: Watcher) -> Array:
    def notes(event: Any) -> None:
        if isinstance(event, Note):
            tell(event)

    with tempfile.TemporaryDirectory() as nowhere:
        try:
            prepared, state = prepare(recipe, part, notes, head_first.begin(recipe, part, notes))
            trained = loop.run(prepared, state, Path(nowhere), lambda event: None)
        except Interrupted as error:
            raise Interrupted(
                "stopped while networks were trained anew; nothing is kept of them: give the same command again",
                error.exit_status - 128,
            ) from None
        return predictions(trained, held, recipe).probabilities_NK
