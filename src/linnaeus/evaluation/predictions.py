"""`Predictions`: what a classifier says of each image of a split, by name."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from linnaeus.data.batch import Batch
from linnaeus.evaluation.tta import views


@dataclass(frozen=True, slots=True, kw_only=True)
class Predictions:
    names: tuple[str, ...]
    labels_N: npt.NDArray[np.int64]
    probabilities_NK: npt.NDArray[np.float32]

    def to_arrays(self) -> dict[str, npt.NDArray[Any]]:
        """As `predictions-SPLIT.npz` holds them."""
        return {"names": np.array(self.names), "labels": self.labels_N, "probabilities": self.probabilities_NK}


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
