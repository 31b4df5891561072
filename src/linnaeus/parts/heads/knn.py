"""k nearest neighbours by cosine, each voting with exp(cosine / temperature), as Caron et al. 2021 (DINO, arXiv 2104.14294).

The features of all training images become part of the network. Without `k` it is chosen on validation by accuracy.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn.functional import normalize, one_hot

Array = npt.NDArray[Any]
CHOICES = (20, 10, 5, 1, 50)  # the first stands where there are no validation images
TOGETHER = 1024  # images that are compared with all others at once


def build(*, k: int = 0, temperature: float = 0.07) -> "Neighbours":
    """`k` neighbours; 0: chosen among 1, 5, 10, 20 and 50. `temperature`: the smaller, the more the nearest decide.

    ValueError: `k` is negative, or `temperature` is not above 0.
    """
    if k < 0:
        raise ValueError(f"k = {k} must be at least 1, or 0 to have it chosen")
    if temperature <= 0:
        raise ValueError(f"temperature = {temperature:g} must be above 0")
    return Neighbours(k, temperature)


class Neighbours:
    of_images = True  # it consists of the training images

    def __init__(self, k: int, temperature: float) -> None:
        self.k, self.temperature = k, temperature
        self.chosen: dict[str, float] = {}

    def fit(
        self, features_ND: Array, labels_N: Array, weights_N: Array, num_classes: int, val: tuple[Array, Array] | None
    ) -> nn.Module:
        bank_ND = normalize(torch.from_numpy(np.ascontiguousarray(features_ND)))
        votes_NK = one_hot(torch.from_numpy(labels_N), num_classes) * torch.from_numpy(weights_N).float()[:, None]

        def voting(k: int) -> Vote:
            return Vote(bank_ND, votes_NK, min(k, len(labels_N)), self.temperature)

        choices = [self.k] if self.k else CHOICES if val is not None else CHOICES[:1]
        right = {k: 0.0 if val is None else _accuracy(voting(k), *val) for k in choices}
        k = max(right, key=lambda each: right[each])
        self.chosen = {"k": k}
        return voting(k)

    def empty(self, state: Mapping[str, Tensor]) -> nn.Module:
        rows, width = state["bank_ND"].shape
        classes = state["votes_NK"].shape[1]
        return Vote(torch.zeros(rows, width), torch.zeros(rows, classes), int(state["k"]), self.temperature)


class Vote(nn.Module):
    """features_BD to the logarithm of each class's share of the votes."""

    def __init__(self, bank_ND: Tensor, votes_NK: Tensor, k: int, temperature: float) -> None:
        super().__init__()
        self.bank_ND: Tensor
        self.votes_NK: Tensor
        self.k: Tensor
        self.register_buffer("bank_ND", bank_ND)
        self.register_buffer("votes_NK", votes_NK)
        self.register_buffer("k", torch.tensor(k))
        self.neighbours, self.temperature = k, temperature

    def forward(self, features_BD: Tensor) -> Tensor:
        with torch.autocast(features_BD.device.type, enabled=False):  # cosines in bf16 would be other votes
            cosines_BN = normalize(features_BD.float()) @ self.bank_ND.T
        near_BM, places_BM = cosines_BN.topk(self.neighbours)
        # Shares do not depend on what is taken off; so the nearest counts 1, and no temperature makes zeros of all.
        weights_BM = ((near_BM - near_BM[:, :1]) / self.temperature).exp()
        votes_BK = (weights_BM[..., None] * self.votes_NK[places_BM]).sum(1)
        return (votes_BK / votes_BK.sum(1, keepdim=True)).clamp_min(1e-6).log()


@torch.no_grad()
def _accuracy(vote: Vote, features_ND: Array, labels_N: Array) -> float:
    parts = [
        vote(torch.from_numpy(np.ascontiguousarray(features_ND[start : start + TOGETHER]))).argmax(1)
        for start in range(0, len(labels_N), TOGETHER)
    ]
    return float((torch.cat(parts).numpy() == labels_N).mean())
