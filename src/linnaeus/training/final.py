"""What is found of a network when its training is over: scores and calibration on validation images, and what was forgotten."""

from dataclasses import dataclass, field, replace

from linnaeus.classifier.classifier import Classifier
from linnaeus.data.statistics import some_of_each
from linnaeus.evaluation.certainty import calibrated
from linnaeus.evaluation.forgetting import measure
from linnaeus.evaluation.keeping import scored
from linnaeus.evaluation.predictions import Predictions, predictions
from linnaeus.events import Watcher, note
from linnaeus.finetuning.extend import network_before
from linnaeus.record.calibration import Calibration
from linnaeus.record.comparison import Forgetting
from linnaeus.record.folder import RunFolder
from linnaeus.record.scores import SplitScores
from linnaeus.stats import calibrate
from linnaeus.training.state import Prepared
from linnaeus.training.validation import on_validation

LOOKED_AT = 5_000  # training images by which forgetting is told


@dataclass(frozen=True, slots=True, kw_only=True)
class Final:
    """By split, as the record holds them."""

    scores: dict[str, SplitScores] = field(default_factory=dict)
    calibration: dict[str, Calibration] = field(default_factory=dict)
    forgetting: dict[str, Forgetting] = field(default_factory=dict)


def judged(prepared: Prepared, trained: Classifier, folder: RunFolder, tell: Watcher) -> Final:
    """Score the network, calibrate it where there are images enough, and see what it has forgotten; the card is written anew."""
    val, recipe = prepared.splits.val, prepared.recipe
    plain = on_validation(prepared, trained.module)
    forgetting = _forgetting(prepared, trained, plain, tell)
    if val is None or plain is None:
        return Final(forgetting=forgetting)
    scores = scored(trained, val, recipe, folder, "val", recipe.tta, plain)
    fitted = calibrate.fit(plain.labels_N, plain.probabilities_NK)
    calibration = calibrated(plain, fitted, "val")
    replace(trained, certainty=fitted.certainty if calibration else None).save_card(folder.path)
    return Final(scores=scores, calibration=calibration, forgetting=forgetting)


def _forgetting(
    prepared: Prepared, trained: Classifier, plain: Predictions | None, tell: Watcher
) -> dict[str, Forgetting]:
    """Where classes were added to a network: what it has lost and won, on validation images and on some training images."""
    start, splits, recipe = prepared.start, prepared.splits, prepared.recipe
    known = set(start.classes) & set(splits.classes) if start is not None else set()
    if not known or len(known) == len(splits.classes):
        return {}
    before = network_before(recipe).to(trained.device)
    some = some_of_each(splits.train, LOOKED_AT)
    seen = {"train": (some, predictions(trained, some, recipe))}
    if splits.val is not None and plain is not None:
        seen["val"] = (splits.val, plain)
    found = {split: measure(before, said, images, recipe, split=split) for split, (images, said) in seen.items()}
    tell(note("forgetting", found=found.get("val") or found["train"]))
    return found
