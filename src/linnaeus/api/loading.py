"""What several verbs share: what a run has kept."""

from pathlib import Path
from typing import TYPE_CHECKING

from linnaeus.api import composing
from linnaeus.record import folder as folders
from linnaeus.record.calibration import Calibration

if TYPE_CHECKING:
    from linnaeus.classifier.classifier import Classifier


def load(run: Path | str, *, runs: Path | str | None = None) -> "Classifier":
    """The trained classifier of a run: `load("last").probabilities(images_NHWC)`, raw. Raises RunError."""
    from linnaeus.classifier import classifier

    return classifier.load(folders.find(composing.runs_folder(runs), str(run)).path)


def calibration(run: str, split: str = "val", *, runs: Path | str | None = None) -> Calibration | None:
    """How far a run's probabilities can be believed on a split that it was scored on; None where that has too few images.

    Raises:
        RunError: no such run.
    """
    return folders.find(composing.runs_folder(runs), run).record().calibration.get(split)
