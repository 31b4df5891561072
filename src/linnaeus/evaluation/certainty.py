"""How far the probabilities of a run can be believed: fitted on its validation images, measured on each split that is scored."""

from collections.abc import Mapping
from dataclasses import replace

from linnaeus.classifier.classifier import Classifier
from linnaeus.evaluation.predictions import Predictions
from linnaeus.record.calibration import LEAST, Calibration
from linnaeus.record.folder import RunFolder
from linnaeus.stats import calibrate
from linnaeus.stats.calibrate import Fitted
from linnaeus.stats.groups import things


def certain(trained: Classifier, folder: RunFolder) -> tuple[Classifier, dict[str, Calibration]]:
    """The classifier with its certainty, and what the record holds of its calibration.

    Where the run is older than all of this, it is fitted now, by the validation predictions that were kept.
    """
    calibration = dict(folder.record().calibration)
    val = folder.predictions("val") if trained.calibration is None or "val" not in calibration else None
    if val is None or len(val["labels"]) < LEAST:
        return trained, calibration
    shown = things(val["groups"].tolist()) if "groups" in val else None
    fitted = calibrate.fit(val["labels"], val["probabilities"], shown)
    found = calibrate.measure(val["labels"], val["probabilities"], fitted, split="val", fitted_here=True, shown=shown)
    trained = replace(trained, calibration=fitted.certainty)
    trained.save_card(folder.path)
    return trained, calibration | ({"val": found} if found else {})


def fitted_to(found: Predictions) -> Fitted:
    """What these predictions suffice to fit."""
    return calibrate.fit(found.labels_N, found.probabilities_NK, things(found.groups))


def calibrated(found: Predictions, fitted: Fitted, split: str) -> dict[str, Calibration]:
    """The calibration of a split as the record holds it, by the split's name; of too few images nothing."""
    measured = calibrate.measure(
        found.labels_N,
        found.probabilities_NK,
        fitted,
        split=split,
        fitted_here=split == "val",
        shown=things(found.groups),
    )
    return {split: measured} if measured else {}


def calibrated_again(
    found: Predictions, trained: Classifier, known: Mapping[str, Calibration], split: str
) -> dict[str, Calibration]:
    """The same, by what the classifier brings and the record holds."""
    return calibrated(found, calibrate.again(trained.calibration, known), split)
