"""What a training that adds classes has forgotten of the old ones, and gained on the new ones."""

from linnaeus.classifier.classifier import Classifier
from linnaeus.data.statistics import some_of_each
from linnaeus.evaluation.forgetting import measure
from linnaeus.evaluation.predictions import Predictions, predictions
from linnaeus.events import Watcher, note
from linnaeus.finetuning.extend import network_before
from linnaeus.record.comparison import Forgetting
from linnaeus.training.state import Prepared

LOOKED_AT = 5_000  # training images by which it is told


def by_split(
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
