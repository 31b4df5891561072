"""From the activations at a seam to the features: what a head sees whose network is going to be trained from the seam on."""

import numpy as np
import torch
from torch import nn

from linnaeus.classifier.card import Preprocessing
from linnaeus.classifier.classifier import autocast
from linnaeus.data.dataset import Splits
from linnaeus.data.loader import Loader, in_order
from linnaeus.device import Machine
from linnaeus.events import Watcher
from linnaeus.finetuning import features as kept
from linnaeus.finetuning import head, seam
from linnaeus.finetuning.backbone import AT_ONCE, frozen_backbone
from linnaeus.finetuning.features import Features
from linnaeus.finetuning.head import Frozen
from linnaeus.finetuning.seam import Upper
from linnaeus.recipe.recipe import Recipe

LOOKED_AT = 4  # images: of sixteen the maps of EfficientNet-Lite2 take 300 MB more, the most that a command needed


def features(
    whole: nn.Module, recipe: Recipe, splits: Splits, preprocessing: Preprocessing, machine: Machine, tell: Watcher
) -> Frozen:
    """Of both splits; where the last blocks are going to be trained, by way of the activations that those will see."""
    halves = seam.of(recipe, whole, len(splits.train))
    if halves is None:
        return head.frozen(whole, recipe, splits, preprocessing, machine, tell)
    return above(head.frozen(halves.lower, recipe, splits, preprocessing, machine, tell), halves.upper, machine)


def with_engine(
    whole: nn.Module,
    recipe: Recipe,
    splits: Splits,
    images: Loader,
    preprocessing: Preprocessing,
    machine: Machine,
    tell: Watcher,
) -> Machine:
    """The same machine, or one with a faster engine for what of the network passes over the images.

    Not where features are begun already.
    """
    halves = seam.of(recipe, whole, len(splits.train))
    backbone = frozen_backbone(whole if halves is None else halves.lower, preprocessing, machine)
    if kept.are_begun(backbone, splits.train, recipe, splits.fingerprint, views=recipe.views):
        return machine
    count = len(splits.train) * max(1, recipe.views) + (len(splits.val) if splits.val is not None else 0)
    some = np.arange(min(len(splits.train), LOOKED_AT))
    return backbone.quickest(next(images.batches([some])).images_BCHW, count, tell).machine


def above(activations: Frozen, upper: Upper, machine: Machine) -> Frozen:
    """The features that the upper half makes of the lower one's activations."""

    def made(found: Features) -> Features:
        rows = []
        upper.eval()
        with torch.inference_mode(), autocast(machine.torch_device, machine.precision):
            for batch in found.batches(in_order(len(found.labels_N), AT_ONCE)):
                rows.append(upper.features(batch.images_BCHW).float().cpu())
        return Features([[torch.cat(rows).numpy()]], found.labels_N, machine.torch_device)

    return Frozen(train=made(activations.train), val=made(activations.val) if activations.val is not None else None)
