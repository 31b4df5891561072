"""Ridge regression of one-hot targets: one matrix is taken apart once, then every strength costs a product.

Hoerl & Kennard 1970, "Ridge regression: biased estimation for nonorthogonal problems", Technometrics 12.

The strength is chosen on validation by accuracy, at equal accuracy the larger one. The scores are no probabilities: they are
multiplied by one number, which gives the least log loss on validation, or on the training images where there is none.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from linnaeus.parts.heads._scale import NEVER, scale

Array = npt.NDArray[Any]


def build(*, strengths: Sequence[float] = (0.0001, 0.001, 0.01, 0.1, 1.0, 10.0)) -> "Ridge":
    """`strengths` of the penalty, as shares of the features' mean variance; without validation images the middle one is taken.

    ValueError: there is none, or one is not above 0.
    """
    if not strengths or min(strengths) <= 0:
        raise ValueError("strengths must be numbers above 0, at least one")
    return Ridge(sorted(strengths, reverse=True))


class Ridge:
    def __init__(self, strengths: Sequence[float]) -> None:
        self.strengths = strengths
        self.chosen: dict[str, float] = {}

    def fit(
        self, features_ND: Array, labels_N: Array, weights_N: Array, num_classes: int, val: tuple[Array, Array] | None
    ) -> nn.Module:
        weights_N1 = (weights_N / weights_N.sum())[:, None].astype(np.float64)
        targets_NK = np.eye(num_classes)[labels_N]
        mean_D, mean_K = (weights_N1 * features_ND).sum(0), (weights_N1 * targets_NK).sum(0)
        inputs_ND, targets_NK = features_ND - mean_D, targets_NK - mean_K
        values_D, vectors_DD = np.linalg.eigh((weights_N1 * inputs_ND).T @ inputs_ND)
        projected_DK = vectors_DD.T @ ((weights_N1 * inputs_ND).T @ targets_NK)
        strengths = self.strengths if val is not None else [self.strengths[len(self.strengths) // 2]]
        best: tuple[float, Array, float] | None = None
        for strength in strengths:
            slopes_DK = vectors_DD @ (projected_DK / (values_D + strength * values_D.mean())[:, None])
            features, labels = (features_ND, labels_N) if val is None else val
            scores_NK = (features - mean_D) @ slopes_DK + mean_K
            right = float((scores_NK.argmax(1) == labels).mean())
            if best is None or right > best[0]:
                best = (right, slopes_DK, scale(scores_NK, labels, least=-5))
                self.chosen = {"strength": strength, "scale": best[2]}
        assert best is not None
        _, slopes_DK, factor = best
        head = nn.Linear(len(mean_D), num_classes)
        biases_K = np.where(
            np.bincount(labels_N, minlength=num_classes) > 0, factor * (mean_K - mean_D @ slopes_DK), NEVER
        )
        with torch.no_grad():
            head.weight.copy_(torch.from_numpy(factor * slopes_DK.T))
            head.bias.copy_(torch.from_numpy(biases_K))
        return head

    def empty(self, state: Mapping[str, Tensor]) -> nn.Module:
        classes, width = state["weight"].shape
        return nn.Linear(width, classes)
