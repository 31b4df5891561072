"""Nearest class mean (Mensink et al. 2013): the class whose mean feature is nearest to an image's, in Euclidean distance.

Nothing is learned but the means, so a class needs few images. Minus the squared distances, less what they have in common,
are a linear head; they are multiplied by one number, which gives the least log loss on validation, or on the training
images where there is none.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

Array = npt.NDArray[Any]
NEVER = -1e4  # logit of a class that no image shows


def build() -> "ClassMean":
    return ClassMean()


class ClassMean:
    def __init__(self) -> None:
        self.chosen: dict[str, float] = {}

    def fit(
        self, features_ND: Array, labels_N: Array, weights_N: Array, num_classes: int, val: tuple[Array, Array] | None
    ) -> nn.Module:
        counts_K = np.bincount(labels_N, minlength=num_classes)
        sums_KD = np.zeros((num_classes, features_ND.shape[1]))
        np.add.at(sums_KD, labels_N, features_ND)
        centre_D = features_ND.mean(0)
        means_KD = np.where(counts_K[:, None] > 0, sums_KD / np.maximum(counts_K, 1)[:, None], centre_D) - centre_D
        offsets_K = np.where(counts_K > 0, -(means_KD**2).sum(1) / 2, NEVER)
        features, labels = (features_ND, labels_N) if val is None else val
        scale = _scale((features - centre_D) @ means_KD.T + offsets_K, labels)
        self.chosen = {"scale": scale}
        head = nn.Linear(features_ND.shape[1], num_classes)
        with torch.no_grad():
            head.weight.copy_(torch.from_numpy(scale * means_KD))
            biases_K = np.where(counts_K > 0, scale * (offsets_K - means_KD @ centre_D), NEVER)
            head.bias.copy_(torch.from_numpy(biases_K))
        return head

    def empty(self, state: Mapping[str, Tensor]) -> nn.Module:
        classes, width = state["weight"].shape
        return nn.Linear(width, classes)


def _scale(scores_NK: Array, labels_N: Array) -> float:
    """The factor under which the scores' softmax has the least log loss."""
    from scipy.optimize import minimize_scalar
    from scipy.special import log_softmax

    def loss(exponent: float) -> float:
        return -float(log_softmax(np.exp(exponent) * scores_NK, axis=1)[np.arange(len(labels_N)), labels_N].mean())

    return float(np.exp(minimize_scalar(loss, bounds=(-8, 8), method="bounded").x))
