"""What a training sees: images, features of a frozen backbone, or what the frozen blocks before the last ones make of the images."""

from dataclasses import replace

from torch import nn

from linnaeus.data.augment import pipeline
from linnaeus.data.dataset import Splits
from linnaeus.device import Machine
from linnaeus.events import Watcher
from linnaeus.finetuning import freeze, head, seam
from linnaeus.recipe.recipe import NO_AUGMENTATION, Recipe
from linnaeus.training.frozen import features
from linnaeus.training.inputs import Inputs, all_images, images
from linnaeus.training.state import Begun
from linnaeus.training.step import Rules


def inputs_of(
    recipe: Recipe,
    splits: Splits,
    module: nn.Module,
    rules: Rules,
    machine: Machine,
    tell: Watcher,
    begun: Begun | None,
) -> Inputs:
    """The inputs of a training, by what its recipe trains. Raises RecipeError as `features` does."""
    given = (recipe, splits, module, rules, machine)
    if recipe.begins_with_head():
        return features(*given, tell, begun)
    return _upper_half(*given, tell) or all_images(*given, tell)


def _upper_half(
    recipe: Recipe, splits: Splits, whole: nn.Module, rules: Rules, machine: Machine, tell: Watcher
) -> Inputs | None:
    """The inputs of the last blocks where they train alone: what the frozen rest makes of the images, computed once and kept.

    None where the network is no chain of modules, or its images change.
    """
    halves = seam.of(recipe, whole, len(splits.train))
    if halves is None:
        return None
    seen = images(recipe, splits, whole, rules, machine)
    below = head.frozen(halves.lower, recipe, splits, rules.preprocessing, machine, tell)
    rules = replace(seen.rules, on_features=True, augment=pipeline(NO_AUGMENTATION))
    freeze.plan(whole, recipe.train).apply(1, 1)
    halves.lower.requires_grad_(False)
    return replace(
        seen, module=halves.upper, rules=rules, train=below.train, own=below.train, val=below.val, whole=whole
    )
