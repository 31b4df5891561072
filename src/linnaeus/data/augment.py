"""Pipelines of augmentations, and a batch of a training that goes through one."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from linnaeus.data.batch import Batch
from linnaeus.errors import TrainingError
from linnaeus.recipe import catalog
from linnaeus.recipe.recipe import NO_AUGMENTATION
from linnaeus.recipe.spec import Spec

Augmentation = Callable[..., tuple[Tensor, Tensor]]  # as parts/augmentations has it


def pipeline(spec: Spec) -> Augmentation:
    """`a | b` as one augmentation, which needs the images' places if a or b does. Raises what the parts complain of."""
    parts = () if spec == NO_AUGMENTATION else spec.operands() if spec.name == "|" else (spec,)
    stages: list[Augmentation] = [catalog.build("augmentations", part) for part in parts]

    def run(images_BCHW: Tensor, targets_BK: Tensor, generator: torch.Generator, **place: Any) -> tuple[Tensor, Tensor]:
        for stage in stages:
            told = place if needs_place(stage) else {}
            images_BCHW, targets_BK = stage(images_BCHW, targets_BK, generator, **told)
        return images_BCHW, targets_BK

    run.needs_place = any(map(needs_place, stages))  # type: ignore[attr-defined]  # the contract's mark
    return run


def needs_place(augment: Augmentation) -> bool:
    """True if it goes by which image it is and by the epoch."""
    return bool(getattr(augment, "needs_place", False))


def augmented(
    augment: Augmentation, batch: Batch, targets_BK: Tensor, generator: torch.Generator
) -> tuple[Tensor, Tensor]:
    """images_BCHW and targets_BK of a batch of a training.

    Raises:
        TrainingError: the augmentation goes by images and epoch, and the batch does not know them. A draw in their stead,
            as for a preview, would be another augmentation than the recipe's.
    """
    if not needs_place(augment):
        return augment(batch.images_BCHW, targets_BK, generator)
    if batch.indices_B is None or not batch.epoch:
        raise TrainingError(
            "the augmentation goes by each image's place in the training split and by the epoch, which are not known here"
        )
    return augment(batch.images_BCHW, targets_BK, generator, indices_B=batch.indices_B, epoch=batch.epoch)
