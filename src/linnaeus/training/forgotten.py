"""What a training that adds classes has forgotten of the old ones, and gained on the new ones."""

import numpy as np
import numpy.typing as npt
import torch

from linnaeus.classifier.classifier import Classifier
from linnaeus.data.dataset import Dataset
from linnaeus.data.loader import Loader, in_order
from linnaeus.data.statistics import some_of_each
from linnaeus.evaluation.forgetting import forgetting, measure
from linnaeus.evaluation.predictions import TOGETHER, Predictions, predict, predictions
from linnaeus.events import Watcher, note
from linnaeus.finetuning.backbone import OnFeatures
from linnaeus.finetuning.extend import network_before
from linnaeus.finetuning.seam import Upper
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
    some_N = some_of_each(splits.train, LOOKED_AT)
    some = splits.train.take(some_N)
    if _head_alone(prepared, trained, before):
        found = {"train": _by_heads(trained, before, some, prepared.train, some_N, "train")}
        if splits.val is not None and prepared.val is not None:
            all_N = np.arange(len(splits.val))
            found["val"] = _by_heads(trained, before, splits.val, prepared.val, all_N, "val")
    else:
        said = predictions(trained, some, recipe)
        found = {"train": measure(before, said, some, recipe, split="train")}
        if splits.val is not None and plain is not None:
            found["val"] = measure(before, plain, splits.val, recipe, split="val")
    tell(note("forgetting", found=found.get("val") or found["train"]))
    return found


def _head_alone(prepared: Prepared, trained: Classifier, before: Classifier) -> bool:
    """True where the two differ in their heads alone, and the features that both see are those of the training."""
    of_plain_images = not prepared.recipe.views and prepared.machine.precision == trained.precision
    on_features = prepared.whole is not None and not isinstance(prepared.network, Upper)
    if not (on_features and of_plain_images and trained.preprocessing == before.preprocessing):
        return False
    now, then = (
        {key: tensor for key, tensor in one.module.state_dict().items() if not key.startswith("head.")}
        for one in (trained, before)
    )
    return now.keys() == then.keys() and all(torch.equal(tensor, then[key]) for key, tensor in now.items())


def _by_heads(
    trained: Classifier,
    before: Classifier,
    images: Dataset,
    features: Loader,
    places_N: npt.NDArray[np.int64],
    split: str,
) -> Forgetting:
    """From the features at these places: no image passes through the backbone again."""
    orders = [places_N[order] for order in in_order(len(places_N), TOGETHER)]
    heads = [OnFeatures(head=one.module.get_submodule("head")) for one in (trained, before)]
    after_NK, before_NJ = (predict(head, features.batches(orders))[1] for head in heads)
    return forgetting(images.labels_N, images.classes, after_NK, before_NJ, before.classes, split=split)
