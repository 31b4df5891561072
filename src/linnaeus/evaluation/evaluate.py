"""A finished run, scored on a split of its own data; scores, predictions and the worst mistakes are kept in its folder."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import torch

from linnaeus.classifier import classifier as classifiers
from linnaeus.data.dataset import Dataset, Splits
from linnaeus.device import pick_device
from linnaeus.errors import RunError
from linnaeus.evaluation.certainty import calibrated_again, certain
from linnaeus.evaluation.keeping import scored
from linnaeus.evaluation.predictions import in_the_classes_of, predictions
from linnaeus.evaluation.tta import named
from linnaeus.recipe.recipe import Recipe, check_field
from linnaeus.record.folder import RunFolder
from linnaeus.record.record import RunRecord
from linnaeus.record.scores import SplitScores


def on_split(folder: RunFolder, recipe: Recipe, splits: Splits, split: str, tta: str | None = None) -> SplitScores:
    """Score one of the run's own splits; `tta` as in `scored`. Looking at the test split is counted, before anything is seen.

    Raises:
        RunError: the run is not finished. DataError: no such split.
    """
    dataset, record = splits.named(split), finished(folder)
    if split == "test":
        folder.save_record(replace(record, test_openings=record.test_openings + 1))
    return score_and_record(folder, recipe, dataset, split, tta)


def kept_probabilities(folder: RunFolder, recipe: Recipe, splits: Splits, split: str) -> npt.NDArray[np.float32]:
    """probabilities_NK of one of the run's own splits: those it has kept, else the split is scored. The test split is counted.

    Raises:
        RunError: the run is not finished. DataError: no such split.
    """
    dataset, record = splits.named(split), finished(folder)
    held = folder.predictions(split)
    if held is None or tuple(held["names"].tolist()) != dataset.names:
        on_split(folder, recipe, splits, split)
        held = folder.predictions(split)
        assert held is not None
    elif split == "test":
        folder.save_record(replace(record, test_openings=record.test_openings + 1))
    return np.asarray(held["probabilities"], np.float32)


def finished(folder: RunFolder) -> RunRecord:
    """The record of a finished run. Raises RunError: it is not finished."""
    record = folder.record()
    if record.status != "finished":
        raise RunError(f"{folder.name} is {record.status}, not finished; go on with: linnaeus resume {folder.name}")
    return record


def score_and_record(folder: RunFolder, recipe: Recipe, dataset: Dataset, key: str, tta: str | None) -> SplitScores:
    """The scores of the views that are asked for; the plain ones where none are."""
    """Score images under a name, and write it into the run's record. Raises DataError: classes that the run does not know."""
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
