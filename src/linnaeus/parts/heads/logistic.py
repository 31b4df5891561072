"""Logistic regression with an L2 penalty, its strength swept; scikit-learn's.

The strength is the one whose held-out logits have the least log loss once they are multiplied by the best number: a strong penalty
ranks classes better than it says how sure it is, and the number mends that. It is multiplied into the head. Held out are the
validation images, or folds of the training images where those are fewer than `ENOUGH`.

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

from linnaeus.parts.heads._scale import NEVER, log_loss, scale

Array = npt.NDArray[Any]
FOLDS = 5
ENOUGH = 100  # validation images by which a strength is chosen
LEAST = -3.0  # exponent of the smallest number by which held-out logits are multiplied


def build(
    *,
    strengths: Sequence[float] = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0),
    iterations: int = 300,
    shrink: float = 1000.0,
) -> "Logistic":
    """`strengths` of the penalty, on the mean loss of an image; `iterations` of the solver at most.

    `shrink`: images that a feature's variance is averaged with the mean variance by; 0: each feature by its own.
    ValueError: no strength, one that is not above 0, no iteration, or a negative `shrink`.
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
        self.held_NK: Array | None = None
        self.things_N: Array | None = None

    def fit(
        self, features_ND: Array, labels_N: Array, weights_N: Array, num_classes: int, val: tuple[Array, Array] | None
    ) -> nn.Module:
        given = (features_ND, labels_N, weights_N)
        by_val = val is not None and len(val[1]) >= ENOUGH
        held = [] if by_val else self._cross_validated(*given, num_classes)
        fits = list(self._fits(*given, num_classes))
        truth_N = labels_N
        if val is not None and by_val:
            held, truth_N = [_logits(head, val[0]) for head in fits], val[1]
        tried = [_scaled_loss(logits_MK, truth_N) for logits_MK in held]
        best = min(range(len(fits)), key=lambda place: tried[place][0])
        self.chosen = {"strength": self.strengths[best]}
        if not by_val:
            self.held_NK = tried[best][1] * held[best]
        return _scaled(fits[best], tried[best][1]) if len(fits) > 1 else fits[0]

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

    def _cross_validated(self, features_ND: Array, labels_N: Array, weights_N: Array, num_classes: int) -> list[Array]:
        """logits_NK of each strength for every image, by heads that did not see its thing; not a number where all saw it."""
        folds_N = _folds(labels_N, num_classes, np.arange(len(labels_N)) if self.things_N is None else self.things_N)
        found = [np.full((len(labels_N), num_classes), np.nan, np.float32) for _ in self.strengths]
        for fold in np.unique(folds_N[folds_N >= 0]):
            seen = folds_N != fold
            heads = self._fits(features_ND[seen], labels_N[seen], weights_N[seen], num_classes)
            for logits_NK, head in zip(found, heads, strict=True):
                logits_NK[~seen] = _logits(head, features_ND[~seen])
        return found

    def empty(self, state: Mapping[str, Tensor]) -> nn.Module:
        classes, width = state["weight"].shape
        return nn.Linear(width, classes)


def _folds(labels_N: Array, num_classes: int, things_N: Array) -> Array:
    """The fold of each image, of a thing one: of each class as many things in each as can be. The only thing of a class is in none, -1:
    it is always trained."""
    draws = np.random.default_rng(0)
    _, first_G, of_N = np.unique(things_N, return_index=True, return_inverse=True)
    folds_G, dealt = np.full(len(first_G), -1), 0
    for label in range(num_classes):
        things = np.flatnonzero(labels_N[first_G] == label)
        things = draws.permutation(things[np.argsort(first_G[things])])
        if len(things) > 1:
            folds_G[things] = (dealt + np.arange(len(things))) % FOLDS
            dealt += len(things)
    return np.asarray(folds_G[of_N])


def _scaled_loss(logits_NK: Array, labels_N: Array) -> tuple[float, float]:
    """The least log loss of the logits times a number, and that number; of images that were held out."""
    there_N = np.isfinite(logits_NK[:, 0])
    if not there_N.any():  # one image a class: nothing says which is best, and the first is the strongest
        return 0.0, 1.0
    logits_NK, labels_N = logits_NK[there_N], labels_N[there_N]
    factor = scale(logits_NK, labels_N, least=LEAST)
    return log_loss(factor * logits_NK, labels_N), factor


@torch.no_grad()
def _scaled(head: nn.Linear, factor: float) -> nn.Linear:
    never_K = head.bias == NEVER
    head.weight.mul_(factor)
    head.bias.mul_(factor).masked_fill_(never_K, NEVER)
    return head


@torch.no_grad()
def _logits(head: nn.Module, features_ND: Array) -> Array:
    return np.asarray(head(torch.from_numpy(np.ascontiguousarray(features_ND))).numpy())


def _shrunk(features_ND: Array, shrink: float) -> Array:
    """Standard deviations_D, their squares averaged with the mean of all as if so many more images had that."""
    variance_D, images = features_ND.var(0, dtype=np.float64), len(features_ND)
    std_D = np.sqrt((images * variance_D + shrink * variance_D.mean()) / (images + shrink))
    return np.asarray(np.where(std_D > 1e-6, std_D, 1.0), features_ND.dtype)


def _fit_quietly(model: Any, inputs_ND: Array, labels_N: Array, weights_N: Array) -> None:
    import warnings

    from threadpoolctl import threadpool_limits

    # one thread: products this small gain nothing by two, which wait for each other wherever a core is busy (a hundred times longer)
    with warnings.catch_warnings(), threadpool_limits(1, "blas"):
        # that it stopped at the last iteration: the validation loss says if that was enough
        warnings.simplefilter("ignore")
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
