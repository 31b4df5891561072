"""Logistic regression with an L2 penalty, its strength swept and chosen on validation by the least log loss; scikit-learn's.

Features are standardised for the fit, which makes strengths comparable and the solver quick, and the standardisation is
folded into the weights, so that what comes out is a plain linear head. Of few images the variance of a feature is itself
a rough estimate, so it is shrunk towards the mean of all variances as if `shrink` more images had that: plain standardisation
lets features speak loudest that happened to vary least.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

Array = npt.NDArray[Any]
FOLDS = 5
NEVER = -1e4  # logit of a class that no image shows


def build(
    *, strengths: Sequence[float] = (0.0001, 0.001, 0.01, 0.1, 1.0), iterations: int = 300, shrink: float = 100.0
) -> "Logistic":
    """`strengths` of the penalty, on the mean loss of an image; without validation images they are cross-validated.

    `shrink`: images that a feature's variance is averaged with the mean variance by; 0: each feature by its own.
    """
    if not strengths or min(strengths) <= 0:
        raise ValueError("strengths must be numbers above 0, at least one")
    if iterations < 1:
        raise ValueError(f"iterations = {iterations} must be at least 1")
    if shrink < 0:
        raise ValueError(f"shrink = {shrink} must not be negative")
    return Logistic(sorted(strengths, reverse=True), iterations, shrink)


class Logistic:
    def __init__(self, strengths: Sequence[float], iterations: int, shrink: float) -> None:
        self.strengths, self.iterations, self.shrink = strengths, iterations, shrink
        self.chosen: dict[str, float] = {}

    def fit(
        self, features_ND: Array, labels_N: Array, weights_N: Array, num_classes: int, val: tuple[Array, Array] | None
    ) -> nn.Module:
        fits = list(self._fits(features_ND, labels_N, weights_N, num_classes))
        if val is not None:
            losses = [_log_loss(head, *val) for head in fits]
        else:
            losses = self._cross_validated(features_ND, labels_N, weights_N, num_classes)
        best = int(np.argmin(losses))
        self.chosen = {"strength": self.strengths[best]}
        return fits[best]

    def _fits(self, features_ND: Array, labels_N: Array, weights_N: Array, num_classes: int) -> Iterator[nn.Linear]:
        """A head for each strength, from the strongest on: each begins where the last one ended."""
        from sklearn.linear_model import LogisticRegression  # takes a second to import

        mean_D, std_D = features_ND.mean(0), _shrunk(features_ND, self.shrink)
        inputs_ND = (features_ND - mean_D) / std_D
        model = LogisticRegression(warm_start=True, max_iter=self.iterations, tol=1e-4)
        for strength in self.strengths:
            model.set_params(C=1 / (strength * len(labels_N)))
            _fit_quietly(model, inputs_ND, labels_N, weights_N)
            yield _linear(model, mean_D, std_D, num_classes)

    def _cross_validated(self, features_ND: Array, labels_N: Array, weights_N: Array, num_classes: int) -> list[float]:
        """Log loss of each strength over `FOLDS` folds; the middle one is best where a class has too few images for folds."""
        shown = np.bincount(labels_N, minlength=num_classes)
        folds = min(FOLDS, int(shown[shown > 0].min()))
        if folds < 2:
            middle = len(self.strengths) // 2
            return [abs(place - middle) for place in range(len(self.strengths))]
        from sklearn.model_selection import StratifiedKFold

        totals = np.zeros(len(self.strengths))
        for train, held in StratifiedKFold(folds, shuffle=True, random_state=0).split(features_ND, labels_N):
            heads = self._fits(features_ND[train], labels_N[train], weights_N[train], num_classes)
            totals += [len(held) * _log_loss(head, features_ND[held], labels_N[held]) for head in heads]
        return list(totals / len(labels_N))

    def empty(self, state: Mapping[str, Tensor]) -> nn.Module:
        classes, width = state["weight"].shape
        return nn.Linear(width, classes)


def _shrunk(features_ND: Array, shrink: float) -> Array:
    """Standard deviations_D, their squares averaged with the mean of all as if so many more images had that."""
    variance_D, images = features_ND.var(0, dtype=np.float64), len(features_ND)
    std_D = np.sqrt((images * variance_D + shrink * variance_D.mean()) / (images + shrink))
    return np.asarray(np.where(std_D > 1e-6, std_D, 1.0), features_ND.dtype)


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
    if len(slopes_KD) == 1:  # two classes: the first one's logit is zero
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
