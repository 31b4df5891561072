"""What several verbs share: what a run has kept."""

from pathlib import Path
from typing import TYPE_CHECKING

from linnaeus.api import objects
from linnaeus.api.objects import AnyRun
from linnaeus.record.calibration import Calibration
from linnaeus.record.openings import Openings

if TYPE_CHECKING:
    from linnaeus.classifier.classifier import Classifier


def load(run: AnyRun, *, runs: Path | str | None = None) -> "Classifier":
    """The trained classifier of a run, on the CPU.

    >>> linnaeus.load("last").predict_proba("photo.png").shape
    (1, 10)

    Args:
        run: its record, folder or name; "last" is the newest.
        runs: the folder that holds the runs; None: LINNAEUS_RUNS, or runs in the working folder.

    Returns:
        The network with its classes, preprocessing and calibration.

    Raises:
        RunError: no such run, or it is unfinished, or its files are damaged.
    """
    from linnaeus.classifier import classifier

    return classifier.load(objects.run_folder(run, runs).path)


def openings(run: AnyRun, *, runs: Path | str | None = None) -> Openings:
    """How often the test images of a run's data were opened, by all runs beside it.

    Raises:
        RunError: no such run.
    """
    folder = objects.run_folder(run, runs)
    return folder.openings(folder.record().data.fingerprint)


def calibration(run: AnyRun, split: str = "val", *, runs: Path | str | None = None) -> Calibration | None:
    """How far a run's probabilities can be believed on a split that it was scored on; None where that has too few images.

    Raises:
        RunError: no such run.
    """
    return objects.run_folder(run, runs).record().calibration.get(split)
