"""Which images an epoch shows, and in which order.

An epoch holds as many images as the training split, or `epoch_share` of them. Under natural sampling it is each of them once. Else
each class has its share of the epoch, and within a class all images come equally often, the rest being drawn: none a second time
before the others have had their turn. All of it follows from the seed and the number of the epoch. The square root between the two:
Mahajan et al. 2018, arXiv 1805.00932.
"""

import numpy as np
import numpy.typing as npt
import torch

from linnaeus.data.dataset import Dataset
from linnaeus.data.loader import epoch_orders, steps_in_epoch
from linnaeus.data.randomness import generator
from linnaeus.errors import RecipeError, UnknownName
from linnaeus.recipe.class_factors import BALANCED, NATURAL, ROOT, factors
from linnaeus.recipe.recipe import Recipe

Indices = npt.NDArray[np.int64]


def orders(train: Dataset, recipe: Recipe, epoch: int) -> list[Indices]:
    """The indices of the images of each step of an epoch. Raises UnknownName for a class that is not there."""
    whole = _whole(train, recipe, epoch)
    return whole[: max(1, round(recipe.epoch_share * len(whole)))]


def _whole(train: Dataset, recipe: Recipe, epoch: int) -> list[Indices]:
    images = recipe.batch_size * recipe.accumulate
    if recipe.sampling == NATURAL:
        return epoch_orders(len(train), images, seed=recipe.seed, epoch=epoch)
    draws = generator(recipe.seed, "order", epoch)
    counts_K = _counts(shares(train, recipe.sampling), len(train), draws)
    drawn = np.concatenate(
        [_drawn(np.flatnonzero(train.labels_N == label), count, draws) for label, count in enumerate(counts_K)]
    )
    shuffled = drawn[torch.randperm(len(drawn), generator=draws).numpy()]
    return list(np.array_split(shuffled, steps_in_epoch(len(train), images)))


def shares(train: Dataset, sampling: str) -> npt.NDArray[np.float64]:
    """The share of an epoch that each class has, (K,). Raises UnknownName for a class that is not there."""
    counts_K = np.array(train.counts(), np.float64)
    if sampling == BALANCED:
        present_K = counts_K > 0  # a class may be there without images, when old ones are not replayed
        return np.asarray(present_K / present_K.sum())
    if sampling == ROOT:
        return np.asarray(np.sqrt(counts_K) / np.sqrt(counts_K).sum())
    named = factors(sampling)
    for name in named:
        if name not in train.classes:
            raise UnknownName("class to sample", name, train.classes)
    weights_K = counts_K * [named.get(name, 1.0) for name in train.classes]
    if not weights_K.sum():
        raise RecipeError(f"sampling = {sampling!r} leaves no image to train on")
    return np.asarray(weights_K / weights_K.sum())


def _counts(shares_K: npt.NDArray[np.float64], images: int, draws: torch.Generator) -> Indices:
    """Whole numbers that sum to `images`, each within 1 of its share, which is its mean over the draws."""
    ends = np.cumsum(shares_K) * images
    ends[np.flatnonzero(shares_K)[-1] :] = images
    offset = float(torch.rand((), generator=draws, dtype=torch.float64))
    whole = np.floor(ends + offset).astype(np.int64)
    return np.asarray(whole - np.concatenate([np.zeros(1, np.int64), whole[:-1]]))


def _drawn(places: Indices, count: int, draws: torch.Generator) -> Indices:
    if not count:
        return places[:0]
    rounds = [torch.randperm(len(places), generator=draws).numpy() for _ in range(-(-count // len(places)))]
    return np.asarray(places[np.concatenate(rounds)[:count]])
