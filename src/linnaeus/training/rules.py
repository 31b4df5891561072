"""The rules of a training's steps, from its recipe: tried on two made-up images before anything is read or measured."""

from dataclasses import replace

import torch

from linnaeus.data import sampling
from linnaeus.data.augment import pipeline
from linnaeus.data.dataset import Splits
from linnaeus.distributed import ranks
from linnaeus.finetuning import balance, extend
from linnaeus.recipe.recipe import Recipe
from linnaeus.training import losses, progressive
from linnaeus.training.check import check_splits, check_step
from linnaeus.training.network import Network
from linnaeus.training.step import Rules


def rules_of(recipe: Recipe, splits: Splits, network: Network) -> Rules:
    """Augmentation, loss and the like; the precision is still that of the plainest machine.

    Raises:
        RecipeError: parts that do not go together, or cannot take these images.
    """
    check_splits(recipe, splits)
    rules = Rules(
        augment=pipeline(recipe.augment),
        preprocessing=network.preprocessing,
        classes=len(splits.classes),
        loss=losses.build(recipe.loss, network.module, len(splits.classes)),
        precision="fp32",
        clip_norm=recipe.clip_norm,
        accumulate=recipe.accumulate,
    )
    check_step(network.module, rules, smallest=progressive.side(recipe, 1))
    return rules


def weighed(rules: Rules, recipe: Recipe, splits: Splits, device: torch.device) -> Rules:
    """With what the loss is told of old classes and of unequal ones, and the processes that share each step."""
    counts_K = sampling.shares(splits.train, recipe.sampling) * len(splits.train)
    teacher = extend.teacher(recipe, splits, device) if recipe.distill else None
    shift_K = balance.shift(counts_K.tolist(), recipe.adjust, device)
    return replace(rules, shift_K=shift_K, teacher=teacher, ranks=ranks())
