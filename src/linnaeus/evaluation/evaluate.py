"""A finished run, scored on a split of its own data or on other data; scores, predictions and the worst mistakes are kept in its folder."""

from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from linnaeus.classifier import classifier as classifiers
from linnaeus.classifier.classifier import Classifier
from linnaeus.data.dataset import Dataset, Splits
from linnaeus.data.load import load_all, open_source
from linnaeus.data.loader import in_order, loader
from linnaeus.data.statistics import pictures
from linnaeus.device import hold_memory, pick_device
from linnaeus.errors import DataError, RunError
from linnaeus.evaluation.inspection.gallery import LARGEST, small
from linnaeus.evaluation.inspection.mistakes import of_each_pair, typical
from linnaeus.evaluation.predictions import Predictions, predict
from linnaeus.evaluation.tta import named
from linnaeus.events import Watcher
from linnaeus.recipe.recipe import Recipe, check_field
from linnaeus.recipe.spec import Spec
from linnaeus.record.calibration import LEAST, Calibration
from linnaeus.record.folder import RunFolder
from linnaeus.record.record import RunRecord
from linnaeus.record.scores import SplitScores
from linnaeus.stats import calibrate
from linnaeus.stats.calibrate import Fitted
from linnaeus.stats.score import score

TOGETHER = 256  # images in a batch
MOST_PICTURES, PICTURE_BYTES = (
    600,
    8_000_000,
)  # of the mistakes that are kept as pictures; the second, before compression


def on_split(folder: RunFolder, recipe: Recipe, splits: Splits, split: str, tta: str | None = None) -> SplitScores:
    """Score one of the run's own splits; `tta` as in `scored`. Looking at the test split is counted, before anything is seen.

    Raises:
        RunError: the run is not finished. DataError: no such split.
    """
    dataset, record = splits.named(split), finished(folder)
    if split == "test":
        folder.save_record(replace(record, test_openings=record.test_openings + 1))
    return _score(folder, recipe, dataset, split, tta)


def on_data(
    folder: RunFolder, recipe: Recipe, data: Spec, key: str, tell: Watcher, tta: str | None = None
) -> SplitScores:
    """Score a run on all images of other data, and keep the scores under `key`; `tta` as in `scored`.

    Raises:
        RunError: the run is not finished. DataError: classes that the run does not know, or the run's own data: its test
        split would be opened in passing.
    """
    record = finished(folder)
    dataset, fingerprint = load_all(open_source(data, to_train=False), recipe, tell)
    own = {(part.name, part.args) for part in recipe.data.operands()}
    if fingerprint == record.data.fingerprint or own & {(part.name, part.args) for part in data.operands()}:
        raise DataError(
            f"{data} is what {folder.name} was trained on; name one of its splits instead, such as --split val"
        )
    return _score(folder, recipe, dataset, key, tta)


def answers(folder: RunFolder, recipe: Recipe, splits: Splits, split: str) -> npt.NDArray[np.float32]:
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


def _score(folder: RunFolder, recipe: Recipe, dataset: Dataset, key: str, tta: str | None) -> SplitScores:
    """The scores of the views that are asked for; the plain ones where none are."""
    check_field("tta", tta or "none")
    trained = classifiers.load(folder.path).to(torch.device(pick_device(recipe.device)))
    dataset = in_the_classes_of(trained, dataset)
    trained, calibration = _certain(trained, folder)
    plain = predictions(trained, dataset, recipe)
    scores = scored(trained, dataset, recipe, folder, key, tta or recipe.tta, plain)
    calibration |= calibrated(plain, calibrate.again(trained.certainty, calibration), key)
    record = folder.record()
    folder.save_record(replace(record, scores={**record.scores, **scores}, calibration=calibration))
    return scores[named(key, tta or "none")]


def _certain(trained: Classifier, folder: RunFolder) -> tuple[Classifier, dict[str, Calibration]]:
    """The classifier with its certainty, and what the record holds of its calibration.

    Where the run is older than all of this, it is fitted now, by the validation predictions that were kept.
    """
    calibration = dict(folder.record().calibration)
    val = folder.predictions("val") if trained.certainty is None or "val" not in calibration else None
    if val is None or len(val["labels"]) < LEAST:
        return trained, calibration
    fitted = calibrate.fit(val["labels"], val["probabilities"])
    found = calibrate.measure(val["labels"], val["probabilities"], fitted, split="val", fitted_here=True)
    trained = replace(trained, certainty=fitted.certainty)
    trained.save_card(folder.path)
    return trained, calibration | ({"val": found} if found else {})


def calibrated(found: Predictions, fitted: Fitted, split: str) -> dict[str, Calibration]:
    """The calibration of a split as the record holds it, by the split's name; of too few images nothing."""
    measured = calibrate.measure(
        found.labels_N, found.probabilities_NK, fitted, split=split, fitted_here=split == "val"
    )
    return {split: measured} if measured else {}


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

    `plain` are the answers to the plain images where they are known already.
    """
    scores = {}
    for kind in dict.fromkeys(("none", tta)):
        found = plain if plain is not None and kind == "none" else predictions(trained, dataset, recipe, kind)
        scores[named(key, kind)] = keep(found, dataset, recipe, folder, named(key, kind))
    return scores


def predictions(trained: Classifier, dataset: Dataset, recipe: Recipe, tta: str = "none") -> Predictions:
    """The network's answer for each image of a data set, in its order."""
    hold_memory()
    preprocessing = trained.preprocessing
    batches = loader(
        dataset,
        trained.device,
        size=preprocessing.size,
        channels=preprocessing.channels,
        resize=preprocessing.resize,
        workers=recipe.workers,
    )
    labels_N, probabilities_NK = predict(trained, batches.batches(in_order(len(dataset), TOGETHER)), tta)
    return Predictions(names=dataset.names, labels_N=labels_N, probabilities_NK=probabilities_NK)


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
    return score(found.labels_N, found.probabilities_NK, dataset.classes, split=split)


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


def in_the_classes_of(trained: Classifier, dataset: Dataset) -> Dataset:
    """The same images with the labels of the classifier: classes go by name, never by their order. Raises DataError."""
    unknown = [
        name
        for name, count in zip(dataset.classes, dataset.counts(), strict=True)
        if count and name not in trained.classes
    ]
    if unknown:
        raise DataError(
            f"the run knows no class {', '.join(map(repr, unknown[:5]))}; it knows {', '.join(trained.classes[:20])}"
        )
    translation = np.array(
        [trained.classes.index(name) if name in trained.classes else -1 for name in dataset.classes], np.int64
    )
    return replace(dataset, labels_N=translation[dataset.labels_N], classes=trained.classes)
