"""The score of a head that was cross-validated on the training images, in place of validation images."""

from dataclasses import replace

import numpy as np
import torch

from linnaeus.classifier.classifier import Classifier
from linnaeus.data import split
from linnaeus.evaluation.keeping import keep
from linnaeus.evaluation.predictions import said_of
from linnaeus.events import Watcher, note
from linnaeus.record.folder import RunFolder
from linnaeus.record.scores import SplitScores
from linnaeus.stats import calibrate
from linnaeus.stats.groups import things
from linnaeus.training.state import Prepared

CROSS = "cv"  # the name under which it is kept


def scored(prepared: Prepared, trained: Classifier, folder: RunFolder, tell: Watcher) -> dict[str, SplitScores]:
    """By heads that did not see the images that they are asked about; nothing where the head chose by other means.

    Images that the weights to begin with were trained on, and others of these things, are left out and told: the backbone saw them.
    """
    held_NK = prepared.fitted.held_NK if prepared.fitted is not None else None
    if held_NK is None:
        return {}
    train, held_N = prepared.splits.train, np.isfinite(held_NK).all(1)
    seen = split.of_things(train, prepared.splits.ancestry)
    known_N = np.array([content in seen for content in train.hashes], bool) & held_N if seen else ~held_N & False
    if known_N.any():
        tell(note("inherited-cv", n=int(known_N.sum())))
    if not (rows := np.flatnonzero(held_N & ~known_N)).size:
        return {}
    images = train.take(rows)
    probabilities_NK = torch.from_numpy(held_NK[rows]).softmax(1).numpy()
    found = said_of(images, images.labels_N, probabilities_NK)
    fitted = calibrate.fit(found.labels_N, found.probabilities_NK, things(found.groups))
    replace(trained, calibration=fitted.certainty).save_card(folder.path)
    scores = keep(found, images, prepared.recipe, folder, CROSS)
    return {CROSS: replace(scores, left_out={"ancestor": int(known_N.sum())} if known_N.any() else {})}
