"""The score of a head that was cross-validated on the training images, in place of validation images."""

from dataclasses import replace

import numpy as np
import torch

from linnaeus.classifier.classifier import Classifier
from linnaeus.evaluation.keeping import keep
from linnaeus.evaluation.predictions import said_of
from linnaeus.record.folder import RunFolder
from linnaeus.record.scores import SplitScores
from linnaeus.stats import calibrate
from linnaeus.stats.groups import things
from linnaeus.training.state import Prepared

CROSS = "cv"  # the name under which it is kept


def scored(prepared: Prepared, trained: Classifier, folder: RunFolder) -> dict[str, SplitScores]:
    """By heads that did not see the images that they are asked about; nothing where the head chose by other means."""
    held_NK = prepared.fitted.held_NK if prepared.fitted is not None else None
    if held_NK is None or not (rows := np.flatnonzero(np.isfinite(held_NK).all(1))).size:
        return {}
    images = prepared.splits.train.take(rows)
    probabilities_NK = torch.from_numpy(held_NK[rows]).softmax(1).numpy()
    found = said_of(images, images.labels_N, probabilities_NK)
    fitted = calibrate.fit(found.labels_N, found.probabilities_NK, things(found.groups))
    replace(trained, calibration=fitted.certainty).save_card(folder.path)
    return {CROSS: keep(found, images, prepared.recipe, folder, CROSS)}
