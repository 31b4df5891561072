"""Averages of the weights over a training: the exponential one of each step, and the plain one of the last epochs.

The plain one is SWA (Izmailov et al. 2018, arXiv 1803.05407): the mean of the weights at the end of each of the last epochs.
The running statistics of batch norm belong to none of those networks' mean, so they are computed anew, in one pass over an
epoch of training images, augmented as in training, each batch with the same weight.
"""

import copy
from collections.abc import Collection, Iterable

import torch
from torch import nn
from torch.nn.functional import one_hot
from torch.nn.modules.batchnorm import _BatchNorm

from linnaeus.classifier.classifier import autocast, normalise
from linnaeus.data.augment import augmented
from linnaeus.data.batch import Batch
from linnaeus.data.randomness import generator
from linnaeus.training.step import Rules


def averaged_copy(module: nn.Module) -> nn.Module:
    """Where an average of the weights begins: at the weights themselves."""
    return copy.deepcopy(module).requires_grad_(False)


@torch.no_grad()
def update(average: nn.Module, module: nn.Module, share: float) -> None:
    """average ← (1 − share) · average + share · module, for weights and for the statistics of norms.

    `share` is 1 − decay for the exponential mean, and 1 / n when the n-th network is added to a plain one.
    """
    for old, new in zip(average.state_dict().values(), module.state_dict().values(), strict=True):
        if old.is_floating_point():
            old.lerp_(new, share)
        else:
            old.copy_(new)


def swa_epochs(share: float, epochs: int) -> int:
    """How many of the last epochs the plain average is over; 0: it is off."""
    return max(1, round(share * epochs)) if share else 0


@torch.no_grad()
def recompute_statistics(
    module: nn.Module, batches: Iterable[Batch], rules: Rules, seed: int, frozen: Collection[str] = ()
) -> None:
    """Set the running statistics of batch norm to the mean over these batches; the weights stay, and so do norms whose
    names are in `frozen`. Without batch norm: nothing."""
    norms = [
        norm
        for name, norm in module.named_modules()
        if isinstance(norm, _BatchNorm) and norm.track_running_stats and name not in frozen
    ]
    if not norms:
        return
    momenta = [norm.momentum for norm in norms]
    module.eval()  # no dropout
    for norm in norms:
        norm.reset_running_stats()
        norm.train().momentum = None  # a plain mean
    for index, batch in enumerate(batches):
        targets_BK = one_hot(batch.labels_B, rules.classes).float()
        images_BCHW, _ = augmented(rules.augment, batch, targets_BK, generator(seed, "statistics", index))
        with autocast(images_BCHW.device, rules.precision):
            module(images_BCHW if rules.on_features else normalise(images_BCHW, rules.preprocessing))
    for norm, momentum in zip(norms, momenta, strict=True):
        norm.eval().momentum = momentum
