"""Single images of a split, with what the network says of each: logits, probabilities, its answer."""

from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from linnaeus.classifier.classifier import Classifier
from linnaeus.classifier.confidence import Certainty
from linnaeus.data.dataset import Dataset
from linnaeus.data.statistics import pictures
from linnaeus.recipe.recipe import Recipe


def singles(
    classifier: Classifier, dataset: Dataset, recipe: Recipe, places: list[int]
) -> tuple[npt.NDArray[np.uint8], list[dict[str, Any]]]:
    """images_MHWC at these places of the split, and of each `name`, `label`, `answer`, its `probability`, and `logits` by class.

    Logits are as the network gives them, the probability is that of `predict`, after the temperature.
    """
    images_MHWC = pictures(dataset, np.array(places, np.int64), recipe)
    logits_MK = classifier.logits(torch.from_numpy(images_MHWC).permute(0, 3, 1, 2)).cpu()
    certainty = classifier.certainty or Certainty()
    probabilities_MK = certainty.probabilities(logits_MK.softmax(1).numpy())
    found = []
    for row, place in enumerate(places):
        answer = int(logits_MK[row].argmax())
        logits = (round(float(logit), 4) for logit in logits_MK[row])
        found.append(
            {
                "name": dataset.names[place],
                "label": dataset.classes[int(dataset.labels_N[place])],
                "answer": classifier.classes[answer],
                "probability": float(probabilities_MK[row, answer]),
                "logits": dict(zip(classifier.classes, logits, strict=True)),
            }
        )
    return images_MHWC, found


def spread(dataset: Dataset, count: int) -> list[int]:
    """So many places, evenly over the split: the same ones each time, and whatever the network says of them."""
    return [int(place) for place in np.unique(np.linspace(0, len(dataset) - 1, min(count, len(dataset))).astype(int))]
