"""The training of a head alone: features in place of images, and heads that are fitted in one stroke."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn.functional import one_hot

from linnaeus.classifier.classifier import Preprocessing
from linnaeus.data import sampling
from linnaeus.data.batch import Batch
from linnaeus.data.dataset import Splits
from linnaeus.data.loader import Loader
from linnaeus.device import Machine, cores, pick_device
from linnaeus.errors import RecipeError
from linnaeus.events import Note, Watcher
from linnaeus.finetuning import features
from linnaeus.finetuning.balance import Teacher
from linnaeus.finetuning.features import Features
from linnaeus.recipe import catalog
from linnaeus.recipe.recipe import LINEAR, NO_AUGMENTATION, Recipe
from linnaeus.training.probe import allowed
from linnaeus.training.state import TrainState
from linnaeus.training.step import Rules

AGREE = 0.02  # largest relative difference of bf16 features from those in fp32
LOOKED_AT = 2  # images by which that is judged: the least that any training has


@dataclass(frozen=True, slots=True, kw_only=True)
class Frozen:
    """The features of the two splits that a training sees; validation images are never augmented."""

    train: Features
    val: Features | None


def frozen(
    whole: nn.Module, recipe: Recipe, splits: Splits, preprocessing: Preprocessing, machine: Machine, tell: Watcher
) -> Frozen:
    """Run the backbone over the training and validation images, or find there what an earlier run computed."""
    if recipe.augment != NO_AUGMENTATION and not recipe.views:
        tell(Note(text=f"augment = {recipe.augment} is not used: features are of the plain images; views=4 keeps four"))
    backbone = features.backbone(whole, preprocessing, machine)
    train = features.features(backbone, splits.train, recipe, splits.fingerprint, tell, views=recipe.views)
    val = None
    if splits.val is not None:
        val = features.features(backbone, splits.val, recipe, splits.fingerprint, tell)
    return Frozen(train=train, val=val)


def kept_by(whole: nn.Module, recipe: Recipe, splits: Splits, preprocessing: Preprocessing) -> Machine | None:
    """The machine, of those that the recipe allows, whose features of both splits are kept already; None where none is."""
    device = pick_device(recipe.device)
    precisions, threads = allowed(recipe, cores())
    plain = Machine(device=device, precision=precisions[0], threads=threads[0])
    backbone = features.backbone(whole, preprocessing, plain)

    def complete(machine: Machine) -> bool:
        there = replace(backbone, machine=machine)
        return features.are_kept(there, splits.train, recipe, splits.fingerprint, views=recipe.views) and (
            splits.val is None or features.are_kept(there, splits.val, recipe, splits.fingerprint)
        )

    candidates = [replace(plain, precision=one, threads=count) for count in threads for one in precisions]
    return next(filter(complete, candidates), None)


def fitted(recipe: Recipe, splits: Splits, frozen: Frozen, tell: Watcher) -> nn.Module | None:
    """The head that the recipe names, fitted; None where it is the linear one, which the recipe's optimizer trains.

    Raises:
        RecipeError: what the head complains of.
    """
    if recipe.head == LINEAR:
        return None
    part: Any = catalog.build("heads", recipe.head)
    features_ND, labels_N = frozen.train.together()
    shares_K = sampling.shares(splits.train, recipe.sampling)
    natural_K = np.maximum(splits.train.counts(), 1) / len(splits.train)
    weights_N = (shares_K / natural_K)[labels_N]
    val = frozen.val.together() if frozen.val is not None else None
    try:
        head: nn.Module = part.fit(features_ND, labels_N, weights_N, len(splits.classes), val)
    except ValueError as error:
        raise RecipeError(f"head {recipe.head}: {error}") from error
    chosen = ", ".join(f"{name} {value:g}" for name, value in part.chosen.items())
    by = (
        f"on {len(val[1]):,} validation images"
        if val is not None
        else "by default, since there are no validation images"
    )
    views = f"{recipe.views} views of " if recipe.views else ""
    tell(Note(text=f"head {recipe.head} fitted to the features of {views}{len(splits.train):,} images: {chosen}, {by}"))
    return head


class NoSteps(torch.optim.Optimizer):
    """Stands where a recipe's optimizer would, beside a fitted head: no step is left to take, at no rate.

    torch's own ones import its compiler: 2.8 s, as `python -X importtime -m linnaeus train …` said on two cores of an AMD EPYC.
    """

    def __init__(self, groups: Iterable[dict[str, Any]]) -> None:  # torch's __init__ is what imports it
        self.param_groups = [{**group, "lr": 0.0} for group in groups]
        self.state = defaultdict(dict)

    def state_dict(self) -> dict[str, Any]:
        return {}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """There is nothing to load."""


def done(state: TrainState, head: nn.Module, batches: Iterable[Batch], rules: Rules) -> None:
    """Put a fitted head into the state of a training of one epoch, with all of its steps done."""
    state.module = head.eval()
    with torch.inference_mode():
        for batch in batches:
            logits_BK = state.module(batch.images_BCHW)
            targets_BK = one_hot(batch.labels_B, rules.classes).float()
            state.losses.append(rules.loss(logits_BK, targets_BK).mean())
            state.accuracies.append((logits_BK.argmax(1) == batch.labels_B).float().mean())
            state.step += 1


def agreeing(
    whole: nn.Module, images: Loader, preprocessing: Preprocessing, machine: Machine, tell: Watcher
) -> Machine:
    """The same machine, or one in fp32 where the backbone's bf16 features of a few images are not those of fp32."""
    if machine.precision == "fp32":
        return machine
    exact = replace(machine, precision="fp32")
    images_BCHW = next(images.batches([np.arange(LOOKED_AT)])).images_BCHW
    found, wanted = (
        features.FrozenBackbone(module=whole, preprocessing=preprocessing, machine=each, checksum="").features(
            images_BCHW
        )
        for each in (machine, exact)
    )
    error = float((found - wanted).norm() / wanted.norm())
    if error <= AGREE:
        return machine
    tell(Note(text=f"bf16 is faster here, but changes these features by {100 * error:.1f} %: fp32 is taken"))
    return exact


def alone(teacher: Teacher | None) -> Teacher | None:
    """A teacher that sees features too: its head, since its backbone is the frozen one."""
    return replace(teacher, module=teacher.module.get_submodule("head")) if teacher is not None else None
