"""A finished run, scored on a split of its own data; scores, predictions and the worst mistakes are kept in its folder."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from linnaeus.classifier import classifier as classifiers
from linnaeus.data.dataset import Dataset, Splits
from linnaeus.device import pick_device
from linnaeus.evaluation.certainty import calibrated_again, certain
from linnaeus.evaluation.keeping import scored
from linnaeus.evaluation.predictions import in_the_classes_of, predictions
from linnaeus.evaluation.tta import named
from linnaeus.recipe.recipe import Recipe, check_field
from linnaeus.record.folder import RunFolder
from linnaeus.record.scores import SplitScores


def on_split(folder: RunFolder, recipe: Recipe, splits: Splits, split: str, tta: str | None = None) -> SplitScores:
    """Score one of the run's own splits; `tta` as in `scored`. Looking at the test split is counted, before anything is seen.

    Raises:
        RunError: the run is not finished. DataError: no such split.
    """
    dataset = splits.named(split)
    folder.record().finished()
    if split == "test":
        folder.open_test()
    return score_and_record(folder, recipe, dataset, split, tta)


def kept_probabilities(folder: RunFolder, recipe: Recipe, splits: Splits, split: str) -> npt.NDArray[np.float32]:
    """probabilities_NK of one of the run's own splits: those it has kept, else the split is scored. The test split is counted.

    Raises:
        RunError: the run is not finished. DataError: no such split.
    """
    dataset, record = splits.named(split), folder.record().finished()
    held = folder.predictions(split)
    # The record is written last: without scores in it, whoever kept these predictions was killed before all was kept.
    if held is None or split not in record.scores or not are_of(held, dataset):
        on_split(folder, recipe, splits, split)
        held = folder.predictions(split)
        assert held is not None
    elif split == "test":
        folder.open_test()
    return np.asarray(held["probabilities"], np.float32)


def are_of(held: Mapping[str, npt.NDArray[Any]], dataset: Dataset) -> bool:
    """Whether kept predictions are of these very images, in this order: by content, or by name where an older run kept no contents."""
    if "hashes" in held and dataset.hashes:
        return [content.decode() for content in held["hashes"].tolist()] == list(dataset.hashes)
    return tuple(held["names"].tolist()) == dataset.names


def score_and_record(folder: RunFolder, recipe: Recipe, dataset: Dataset, key: str, tta: str | None) -> SplitScores:
    """Score images under a name, and write it into the run's record: the scores of the views that are asked for, else the plain ones.

    Raises:
        DataError: classes that the run does not know.
    """
    check_field("tta", tta or "none")
    trained = classifiers.load(folder.path).to(torch.device(pick_device(recipe.device)))
    dataset = in_the_classes_of(trained, dataset)
    trained, calibration = certain(trained, folder)
    plain = predictions(trained, dataset, recipe)
    scores = scored(trained, dataset, recipe, folder, key, tta or recipe.tta, plain)
    calibration |= calibrated_again(plain, trained, calibration, key)
    record = folder.record()
    folder.save_record(replace(record, scores={**record.scores, **scores}, calibration=calibration))
    return scores[named(key, tta or "none")]
