"""What does not fit is said before training: splits and processes by their numbers, the parts by two made-up images."""

import torch
from torch import Tensor, nn

from linnaeus.data import sampling
from linnaeus.data.dataset import Splits
from linnaeus.distributed import Ranks, ranks
from linnaeus.errors import RecipeError
from linnaeus.recipe import stages
from linnaeus.recipe.recipe import Recipe
from linnaeus.training.step import Rules, resized


def check_splits(recipe: Recipe, splits: Splits) -> None:
    """Raise RecipeError where the recipe needs images that are not there, or processes that cannot share them."""
    if splits.val is None and recipe.choose == "best":
        raise RecipeError(
            'choose = "best" needs validation images, and there are none; set choose = "last" or val = 0.15'
        )
    check_shared(recipe, splits, ranks())


def check_shared(recipe: Recipe, splits: Splits, team: Ranks) -> None:
    """Raise RecipeError for what several processes cannot share."""
    if team.alone:
        return
    if stages.parse(recipe.train).kind in stages.FROZEN:
        raise RecipeError(
            f'train = "{recipe.train}" computes its features once, which needs no second process: train the head without '
            "torchrun, and go on from that run with weights=RUN and train=all"
        )
    held = [len(splits.val)] if splits.val is not None else []
    fewest = min([*map(len, sampling.orders(splits.train, recipe, 1)), *held])
    if fewest < team.world:
        raise RecipeError(f"{fewest} images cannot be shared by {team.world} processes: raise batch_size, or val")


def check_step(module: nn.Module, rules: Rules, smallest: int) -> None:
    """Try images of the preprocessing's side, and of the `smallest` one where a progressive training begins with less.

    Raises:
        RecipeError: the augmentation or the network cannot take them.
    """
    images_BCHW = _augmented(rules)
    _check_network(module, images_BCHW.float(), rules, "")
    if smallest < rules.preprocessing.size:
        _check_network(module, resized(images_BCHW.float(), smallest), rules, ", which progressive begins with")


def _augmented(rules: Rules) -> Tensor:
    size, channels = rules.preprocessing.size, rules.preprocessing.channels
    images_BCHW = torch.zeros(2, size, size, channels, dtype=torch.uint8).permute(0, 3, 1, 2)
    targets_BK = torch.eye(rules.classes)[[0, 1]]
    try:
        augmented_BCHW, _ = rules.augment(images_BCHW, targets_BK, torch.Generator().manual_seed(0))
    except (ValueError, RuntimeError, IndexError) as error:
        raise RecipeError(
            f"the augmentation cannot take {channels} channels of {size}×{size} pixels: {error}"
        ) from error
    if augmented_BCHW.shape != images_BCHW.shape:
        shapes = tuple(images_BCHW.shape[1:]), tuple(augmented_BCHW.shape[1:])
        raise RecipeError(f"the augmentation turns images of {shapes[0]} into {shapes[1]}")
    return augmented_BCHW


def _check_network(module: nn.Module, inputs_BCHW: Tensor, rules: Rules, why: str) -> None:
    training = module.training
    try:
        with torch.inference_mode():
            logits_BK = module.eval()(inputs_BCHW)
    except (ValueError, RuntimeError) as error:
        _, channels, height, width = inputs_BCHW.shape
        raise RecipeError(
            f"the model cannot take images of {height}×{width} pixels and {channels} channels{why}: "
            f"{str(error).splitlines()[0]}"
        ) from error
    finally:
        module.train(training)
    if logits_BK.shape != (2, rules.classes):
        raise RecipeError(f"the model gives logits of shape {tuple(logits_BK.shape[1:])} for {rules.classes} classes")
