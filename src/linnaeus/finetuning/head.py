"""A head on a frozen backbone: its features of both splits, and the heads that are fitted to them in one stroke."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from torch import nn

from linnaeus.classifier.card import Preprocessing
from linnaeus.data import sampling, split
from linnaeus.data.dataset import Dataset, Splits
from linnaeus.data.loader import Loader
from linnaeus.device import Machine
from linnaeus.errors import RecipeError
from linnaeus.events import Watcher, note
from linnaeus.finetuning import features
from linnaeus.finetuning.backbone import FrozenBackbone, close_engines, frozen_backbone
from linnaeus.finetuning.features import Features
from linnaeus.recipe import catalog
from linnaeus.recipe.recipe import LINEAR, NO_AUGMENTATION, Recipe

ChosenBy = Literal["validation", "cross-validation", "default"]

AGREE = 0.02  # largest relative difference of bf16 features from those in fp32
LOOKED_AT = 2  # images by which that is judged: the least that any training has


@dataclass(frozen=True, slots=True, kw_only=True)
class Frozen:
    """The features of the two splits that a training sees; validation images are never augmented."""

    train: Features
    val: Features | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """A head that was fitted to its features: what it chose, and by what."""

    module: nn.Module
    chosen: Mapping[str, float]
    chosen_by: ChosenBy
    held_NK: npt.NDArray[np.float32] | None = None  # see `parts/heads`


def frozen(
    frozen_part: nn.Module,
    recipe: Recipe,
    splits: Splits,
    preprocessing: Preprocessing,
    machine: Machine,
    tell: Watcher,
) -> Frozen:
    """Run the backbone, or its lower half, over the training and validation images, or find there what an earlier run computed."""
    if recipe.augment != NO_AUGMENTATION and not recipe.views:
        tell(note("augment-unused", augment=str(recipe.augment)))
    backbone = frozen_backbone(frozen_part, preprocessing, machine)
    train = features.features(backbone, splits.train, recipe, splits.fingerprint, tell, views=recipe.views)
    val = None
    if splits.val is not None:
        val = features.features(backbone, splits.val, recipe, splits.fingerprint, tell)
    close_engines()  # no further image passes
    return Frozen(train=train, val=val)


def kept_by(
    frozen_part: nn.Module, recipe: Recipe, splits: Splits, preprocessing: Preprocessing, machines: Sequence[Machine]
) -> Machine | None:
    """The first of these machines, with any engine, whose features of both splits are kept, or else begun; None where there is none."""
    backbone = frozen_backbone(frozen_part, preprocessing, machines[0])

    def complete(there: FrozenBackbone) -> bool:
        return features.are_kept(there, splits.train, recipe, splits.fingerprint, views=recipe.views) and (
            splits.val is None or features.are_kept(there, splits.val, recipe, splits.fingerprint)
        )

    def begun(there: FrozenBackbone) -> bool:
        return features.are_begun(there, splits.train, recipe, splits.fingerprint, views=recipe.views)

    found = features.first_of(backbone, machines, complete) or features.first_of(backbone, machines, begun)
    return found.machine if found is not None else None


def fit(recipe: Recipe, splits: Splits, frozen: Frozen, tell: Watcher) -> Fitted | None:
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
    if hasattr(part, "things_N"):
        part.things_N = _things(splits.train, len(labels_N))
    try:
        head: nn.Module = part.fit(features_ND, labels_N, weights_N, len(splits.classes), val)
    except ValueError as error:
        raise RecipeError(f"head {recipe.head}: {error}") from error
    held_NK = getattr(part, "held_NK", None)
    chosen_by: ChosenBy = "default" if val is None else "validation"
    if held_NK is not None:
        chosen_by, held_NK = "cross-validation", held_NK[: len(splits.train)]  # of the first view
    counts = {"views": recipe.views, "images": len(splits.train), "validation": len(val[1]) if val is not None else 0}
    tell(note("head-fitted", head=str(recipe.head), chosen=dict(part.chosen), by=chosen_by, **counts))
    return Fitted(module=head, chosen=part.chosen, chosen_by=chosen_by, held_NK=held_NK)


def _things(train: Dataset, rows: int) -> npt.NDArray[np.int64]:
    """A number for the thing of each row of features: views of an image, equal images and images of one thing have one."""
    units = split.units(train) or [str(place) for place in range(len(train))]
    _, of_N = np.unique(np.array(units, str), return_inverse=True)
    return np.tile(of_N, rows // len(train))


def agreeing(
    whole: nn.Module, images: Loader, preprocessing: Preprocessing, machine: Machine, tell: Watcher
) -> Machine:
    """The same machine, or one in fp32 where the backbone's bf16 features of a few images are not those of fp32."""
    if machine.precision == "fp32":
        return machine
    exact = replace(machine, precision="fp32")
    images_BCHW = next(images.batches([np.arange(LOOKED_AT)])).images_BCHW
    found, wanted = (
        FrozenBackbone(module=whole, preprocessing=preprocessing, machine=each, checksum="").features(images_BCHW)
        for each in (machine, exact)
    )
    error = float((found - wanted).norm() / wanted.norm())
    if error <= AGREE:
        return machine
    tell(note("precision", share=error))
    return exact
