"""Pipelines of augmentations."""

from collections.abc import Callable

import torch
from torch import Tensor

from linnaeus.recipe import catalog
from linnaeus.recipe.recipe import NO_AUGMENTATION
from linnaeus.recipe.spec import Spec

Augmentation = Callable[[Tensor, Tensor, torch.Generator], tuple[Tensor, Tensor]]


def pipeline(spec: Spec) -> Augmentation:
    """`a | b` as one function of (images_BCHW, targets_BK, generator). Raises what the parts complain of."""
    if spec == NO_AUGMENTATION:
        return lambda images_BCHW, targets_BK, generator: (images_BCHW, targets_BK)
    stages: list[Augmentation] = [
        catalog.build("augmentations", part) for part in (spec.operands() if spec.name == "|" else (spec,))
    ]

    def run(images_BCHW: Tensor, targets_BK: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        for stage in stages:
            images_BCHW, targets_BK = stage(images_BCHW, targets_BK, generator)
        return images_BCHW, targets_BK

    return run
