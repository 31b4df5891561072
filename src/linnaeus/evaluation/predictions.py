"""`Predictions`: what a classifier says of each image of a split, by name."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from linnaeus.classifier.classifier import Classifier
from linnaeus.data.batch import Batch
from linnaeus.data.dataset import Dataset
from linnaeus.data.loader import in_order, loader
from linnaeus.device import hold_memory
from linnaeus.errors import DataError
from linnaeus.evaluation.tta import views
from linnaeus.recipe.recipe import Recipe

TOGETHER = 256  # images in a batch


@dataclass(frozen=True, slots=True, kw_only=True)
class Predictions:
    names: tuple[str, ...]
    labels_N: npt.NDArray[np.int64]
    probabilities_NK: npt.NDArray[np.float32]
    hashes: tuple[str, ...] = ()  # of the images' contents
    groups: tuple[str, ...] = ()  # the things that they show

    def to_arrays(self) -> dict[str, npt.NDArray[Any]]:
        """As `predictions-SPLIT.npz` holds them."""
        found = {"names": np.array(self.names), "labels": self.labels_N, "probabilities": self.probabilities_NK}
        found |= {"hashes": np.array(self.hashes, "S")} if self.hashes else {}
        return found | ({"groups": np.array(self.groups, str)} if self.groups else {})


class Answering(Protocol):
    """A `Classifier`, or what stands in its place."""

    def logits(self, images_BCHW: Tensor, /) -> Tensor: ...


def predict(
    classifier: Answering, batches: Iterable[Batch], tta: str = "none"
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]:
    """labels_N and probabilities_NK over all batches, in their order; of several views of each image where `tta` names them."""
    labels, probabilities = [], []
    for batch in batches:
        labels.append(batch.labels_B)
        seen = [weight * classifier.logits(view_BCHW) for weight, view_BCHW in views(batch.images_BCHW, tta)]
        probabilities.append(torch.stack(seen).sum(0).softmax(1))  # stays on the device until the end
    return torch.cat(labels).cpu().numpy(), torch.cat(probabilities).cpu().numpy()


def predictions(trained: Classifier, dataset: Dataset, recipe: Recipe, tta: str = "none") -> Predictions:
    """The network's answer for each image of a data set, in its order."""
    hold_memory()
    images = loader(dataset, trained.device, workers=recipe.workers, **trained.preprocessing.square)
    return said_of(dataset, *predict(trained, images.batches(in_order(len(dataset), TOGETHER)), tta))


def said_of(
    dataset: Dataset, labels_N: npt.NDArray[np.int64], probabilities_NK: npt.NDArray[np.float32]
) -> Predictions:
    """What is answered to all images of a data set, in its order."""
    return Predictions(
        names=dataset.names,
        labels_N=labels_N,
        probabilities_NK=probabilities_NK,
        hashes=dataset.hashes,
        groups=dataset.groups,
    )


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
