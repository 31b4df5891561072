"""Logistic regression with an L2 penalty, its strength swept and chosen on validation by the least log loss; scikit-learn's.

Features are standardised for the fit, which makes strengths comparable and the solver quick, and the standardisation is
folded into the weights, so that what comes out is a plain linear head.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

Array = npt.NDArray[Any]
NEVER = -1e4  # logit of a class that no image shows


def build(*, strengths: Sequence[float] = (0.0001, 0.001, 0.01, 0.1, 1.0), iterations: int = 300) -> "Logistic":
    """`strengths` of the penalty, on the mean loss of an image; without validation images the middle one is taken."""
    if not strengths or min(strengths) <= 0:
        raise ValueError("strengths must be numbers above 0, at least one")
    if iterations < 1:
        raise ValueError(f"iterations = {iterations} must be at least 1")
    return Logistic(sorted(strengths, reverse=True), iterations)


class Logistic:
    def __init__(self, strengths: Sequence[float], iterations: int) -> None:
        self.strengths, self.iterations = strengths, iterations
        self.chosen: dict[str, float] = {}

    def fit(
        self, features_ND: Array, labels_N: Array, weights_N: Array, num_classes: int, val: tuple[Array, Array] | None
    ) -> nn.Module:
        from sklearn.linear_model import LogisticRegression  # takes a second to import

        mean_D, std_D = features_ND.mean(0), features_ND.std(0)
        std_D = np.where(std_D > 1e-6, std_D, 1.0)
        inputs_ND = (features_ND - mean_D) / std_D
        strengths = self.strengths if val is not None else [self.strengths[len(self.strengths) // 2]]
        model = LogisticRegression(warm_start=True, max_iter=self.iterations, tol=1e-4)
        best: tuple[float, nn.Linear] | None = None
        for strength in strengths:  # from the strongest on: each begins where the last one ended
            model.set_params(C=1 / (strength * len(labels_N)))
            _fit_quietly(model, inputs_ND, labels_N, weights_N)
            head = _linear(model, mean_D, std_D, num_classes)
            loss = 0.0 if val is None else _log_loss(head, *val)
            if best is None or loss < best[0]:
                best, self.chosen = (loss, head), {"strength": strength}
        assert best is not None
        return best[1]

    def empty(self, state: Mapping[str, Tensor]) -> nn.Module:
        classes, width = state["weight"].shape
        return nn.Linear(width, classes)


def _fit_quietly(model: Any, inputs_ND: Array, labels_N: Array, weights_N: Array) -> None:
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore"
        )  # that it stopped at the last iteration: the validation loss says if that was enough
        model.fit(inputs_ND, labels_N, sample_weight=weights_N)


def _linear(model: Any, mean_D: Array, std_D: Array, num_classes: int) -> nn.Linear:
    """The model's weights as a linear layer on features that are not standardised."""
    slopes_KD, biases_K = np.asarray(model.coef_, np.float64), np.asarray(model.intercept_, np.float64)
    if len(slopes_KD) == 1:  # two classes: the first one's logit is nought
        slopes_KD, biases_K = np.concatenate([0 * slopes_KD, slopes_KD]), np.concatenate([0 * biases_K, biases_K])
    slopes_KD = slopes_KD / std_D
    head = nn.Linear(len(mean_D), num_classes)
    with torch.no_grad():
        head.weight.zero_()
        head.bias.fill_(NEVER)
        shown = torch.from_numpy(np.asarray(model.classes_, np.int64))
        head.weight[shown] = torch.from_numpy(slopes_KD).float()
        head.bias[shown] = torch.from_numpy(biases_K - slopes_KD @ mean_D).float()
    return head


@torch.no_grad()
def _log_loss(head: nn.Module, features_ND: Array, labels_N: Array) -> float:
    logits_NK = head(torch.from_numpy(np.ascontiguousarray(features_ND)))
    return float(nn.functional.cross_entropy(logits_NK, torch.from_numpy(labels_N)))
