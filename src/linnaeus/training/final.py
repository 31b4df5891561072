"""What is found of a network when its training is over: scores and calibration on validation images, and what was forgotten."""

from dataclasses import dataclass, field, replace

from linnaeus.classifier.classifier import Classifier
from linnaeus.evaluation.certainty import calibrated, fitted_to
from linnaeus.evaluation.keeping import scored
from linnaeus.events import Watcher
from linnaeus.record.calibration import Calibration
from linnaeus.record.comparison import Forgetting
from linnaeus.record.folder import RunFolder
from linnaeus.record.scores import SplitScores
from linnaeus.training import cross_validated, forgotten
from linnaeus.training.state import Prepared
from linnaeus.training.validation import of_validation


@dataclass(frozen=True, slots=True, kw_only=True)
class Final:
    """By split, as the record holds them."""

    scores: dict[str, SplitScores] = field(default_factory=dict)
    calibration: dict[str, Calibration] = field(default_factory=dict)
    forgetting: dict[str, Forgetting] = field(default_factory=dict)


def judged(prepared: Prepared, trained: Classifier, folder: RunFolder, tell: Watcher) -> Final:
    """Score the network, calibrate it where there are images enough, and see what it has forgotten; the card is written anew."""
    val, recipe = prepared.splits.val, prepared.recipe
    plain = of_validation(prepared, trained)
    forgetting = forgotten.by_split(prepared, trained, plain, tell)
    if val is None or plain is None:
        return Final(scores=cross_validated.scored(prepared, trained, folder, tell), forgetting=forgetting)
    scores = scored(trained, val, recipe, folder, "val", recipe.tta, plain)
    fitted = fitted_to(plain)
    calibration = calibrated(plain, fitted, "val")
    replace(trained, calibration=fitted.certainty if calibration else None).save_card(folder.path)
    return Final(scores=scores, calibration=calibration, forgetting=forgetting)
