"""Single images of a split, with what the network says of each: logits, probabilities, its answer."""

import numpy as np
import numpy.typing as npt
import torch

from linnaeus.classifier.classifier import Classifier
from linnaeus.classifier.confidence import Certainty
from linnaeus.data.dataset import Dataset
from linnaeus.data.statistics import pictures
from linnaeus.recipe.recipe import Recipe
from linnaeus.record.measurements import SingleImage


def singles(
    classifier: Classifier, dataset: Dataset, recipe: Recipe, places: list[int]
) -> tuple[npt.NDArray[np.uint8], tuple[SingleImage, ...]]:
    """images_MHWC at these places of the split, and what is said of each. The probability is that after the temperature."""
    images_MHWC = pictures(dataset, np.array(places, np.int64), recipe)
    logits_MK = classifier.logits(torch.from_numpy(images_MHWC).permute(0, 3, 1, 2)).cpu()
    certainty = classifier.calibration or Certainty()
    probabilities_MK = certainty.probabilities(logits_MK.softmax(1).numpy())
    found = []
    for row, place in enumerate(places):
        best = int(logits_MK[row].argmax())
        logits = (round(float(logit), 4) for logit in logits_MK[row])
        found.append(
            SingleImage(
                name=dataset.names[place],
                label=dataset.classes[int(dataset.labels_N[place])],
                predicted=classifier.classes[best],
                probability=float(probabilities_MK[row, best]),
                logits=dict(zip(classifier.classes, logits, strict=True)),
            )
        )
    return images_MHWC, tuple(found)


def spread(dataset: Dataset, count: int) -> list[int]:
    """So many places, evenly over the split: the same ones each time, and whatever the network says of them."""
    return [int(place) for place in np.unique(np.linspace(0, len(dataset) - 1, min(count, len(dataset))).astype(int))]
