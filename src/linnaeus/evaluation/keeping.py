"""Predictions scored, and what a run's folder keeps of them: the predictions themselves, and small pictures."""

from typing import Any

import numpy as np
import numpy.typing as npt

from linnaeus.classifier.classifier import Classifier
from linnaeus.data.dataset import Dataset
from linnaeus.data.statistics import pictures
from linnaeus.evaluation.inspection.gallery import LARGEST, small
from linnaeus.evaluation.inspection.mistakes import of_each_pair, typical
from linnaeus.evaluation.predictions import Predictions, predictions
from linnaeus.evaluation.tta import named
from linnaeus.recipe.recipe import Recipe
from linnaeus.record.folder import RunFolder
from linnaeus.record.scores import SplitScores
from linnaeus.stats.groups import things
from linnaeus.stats.score import score

MOST_PICTURES = 600  # of the mistakes that are kept, and
PICTURE_BYTES = 8_000_000  # of them, before compression


def scored(
    trained: Classifier,
    dataset: Dataset,
    recipe: Recipe,
    folder: RunFolder,
    key: str,
    tta: str,
    plain: Predictions | None = None,
) -> dict[str, SplitScores]:
    """The scores of a data set by the names under which they are kept: plain, and beside them those of `tta`, if not "none".

    `plain` are the predictions of the plain images where they are known already.
    """
    scores = {}
    for kind in dict.fromkeys(("none", tta)):
        found = plain if plain is not None and kind == "none" else predictions(trained, dataset, recipe, kind)
        scores[named(key, kind)] = keep(found, dataset, recipe, folder, named(key, kind))
    return scores


def keep(found: Predictions, dataset: Dataset, recipe: Recipe, folder: RunFolder, split: str) -> SplitScores:
    """Score predictions, and keep them in the run's folder, with small pictures of the most confident mistakes, of all
    confused pairs, and of the images that stand for the split.
    """
    folder.save_predictions(split, found.to_arrays())
    most = min(MOST_PICTURES, PICTURE_BYTES // (min(recipe.image_size, LARGEST) ** 2 * recipe.channels))
    mistakes = np.asarray(of_each_pair(found.labels_N, found.probabilities_NK, most), np.int64)
    folder.save_pictures(f"mistakes-{split}", _shown(found, mistakes, dataset, recipe))
    examples = typical(found.labels_N, found.probabilities_NK)
    shown = _shown(found, np.array([*examples.values()], np.int64), dataset, recipe)
    folder.save_pictures(f"examples-{split}", {**shown, "kinds": np.array([*examples], dtype=str)})
    return score(found.labels_N, found.probabilities_NK, dataset.classes, split=split, shown=things(found.groups))


def _shown(
    found: Predictions, places: npt.NDArray[np.int64], dataset: Dataset, recipe: Recipe
) -> dict[str, npt.NDArray[Any]]:
    """Small pictures of images, and what was predicted for each."""
    probabilities_MK = found.probabilities_NK[places]
    return {
        "images": np.stack([small(image) for image in pictures(dataset, places, recipe)])
        if len(places)
        else np.empty((0, 1, 1, recipe.channels), np.uint8),
        "labels": found.labels_N[places],
        "predicted": probabilities_MK.argmax(1),
        "confidence": probabilities_MK.max(1, initial=0.0),
        "names": np.array([found.names[index] for index in places], dtype=str),
    }
