"""Nearest class mean: the class whose mean feature is nearest to an image's, in Euclidean distance.

Mensink et al. 2013, "Distance-based image classification: generalizing to new classes at near-zero cost", IEEE TPAMI 35.

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

from linnaeus.parts.heads._scale import NEVER, scale

Array = npt.NDArray[Any]


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
        factor = scale((features - centre_D) @ means_KD.T + offsets_K, labels, least=-8)
        self.chosen = {"scale": factor}
        head = nn.Linear(features_ND.shape[1], num_classes)
        with torch.no_grad():
            head.weight.copy_(torch.from_numpy(factor * means_KD))
            biases_K = np.where(counts_K > 0, factor * (offsets_K - means_KD @ centre_D), NEVER)
            head.bias.copy_(torch.from_numpy(biases_K))
        return head

    def empty(self, state: Mapping[str, Tensor]) -> nn.Module:
        classes, width = state["weight"].shape
        return nn.Linear(width, classes)
