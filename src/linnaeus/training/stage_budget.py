"""Which stages of a fine-tuning a run can afford: each by a few measured steps, before the first of them begins."""

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

import torch
from torch import nn

from linnaeus.data.batch import Batch
from linnaeus.data.randomness import generator
from linnaeus.events import Watcher, note
from linnaeus.finetuning import freeze, seam
from linnaeus.recipe import stages
from linnaeus.recipe.recipe import Recipe
from linnaeus.record.facts import Stage
from linnaeus.training import footprint
from linnaeus.training.inputs import Inputs
from linnaeus.training.timing import PIXELS, step_times

EVALUATING = 1.15  # a stage's time over that of its steps: scoring the validation images, saving
STEPS = 4  # measured at most
THERE_AND_BACK = 3  # times the forward pass that all weights take: back it goes to inputs and to weights


def affordable(
    recipe: Recipe, inputs: Inputs, classes: int, tell: Watcher, resumed: bool = False
) -> tuple[Recipe | None, tuple[Stage, ...]]:
    """The recipe with the stages that there are validation images for, and that budget and memory hold; and those that it goes without.
    None of a training that has none but its first.

    The seconds of the features and the head are spent already. Without a budget time does not count; what a run began with in mind, it
    keeps to once it is resumed.
    """
    if not recipe.later():
        return None, ()
    tried, left_out, left = [stages.HEAD], [], recipe.budget - inputs.seconds
    images = sum(map(len, inputs.orders))
    for train in recipe.later():
        if inputs.val is None:
            left_out.append(Stage(train=train, left_out="validation"))
            continue
        own, seconds = recipe.of_stage(train), 0.0
        if recipe.budget:
            least = THERE_AND_BACK * own.epochs * inputs.seconds if train == stages.ALL else -math.inf
            seconds = least if least > left else _seconds(own, inputs, classes, images)
        if recipe.budget and seconds > left:
            tell(note("stage-left-out", train=train, seconds=seconds, budget=max(left, 0.0)))
            left_out.append(Stage(train=train, left_out="budget"))
        elif train == stages.ALL and not resumed and _is_too_large(own, inputs, tell):
            left_out.append(Stage(train=train, left_out="memory"))
        else:
            if recipe.budget:
                tell(note("stage-tried", train=train, seconds=seconds))
            left -= seconds
            tried.append(train)
    train = stages.best(*tried) if len(tried) > 1 else stages.HEAD
    return replace(recipe, train=train, budget=0.0), tuple(left_out)


def _is_too_large(recipe: Recipe, inputs: Inputs, tell: Watcher) -> bool:
    """Whether a step of the stage needs more memory than there is; it is told."""
    assert inputs.whole is not None
    with _all_training(inputs.whole):
        short = footprint.shortfall(recipe, inputs.whole, inputs.machine)
    if short is not None:
        need, left = short
        tell(note("stage-too-large", train=recipe.train, need=need // 10**6, left=left // 10**6))
    return short is not None


@contextmanager
def _all_training(whole: nn.Module) -> Iterator[None]:
    """All weights train within; after it the head alone, as before."""
    whole.requires_grad_(True)
    yield
    freeze.plan(whole, stages.HEAD).apply(1, 1)


def _seconds(recipe: Recipe, inputs: Inputs, classes: int, images: int) -> float:
    """What the stage will take."""
    assert inputs.whole is not None
    with _all_training(
        inputs.whole
    ):  # what holds still is in no layer, so a network with a frozen backbone has no last blocks
        return _by_steps(recipe, inputs, inputs.whole, classes, images)


def _by_steps(recipe: Recipe, inputs: Inputs, whole: nn.Module, classes: int, images: int) -> float:
    """The same by a few steps on made-up inputs: of the last blocks alone on what comes before them, where that is kept."""
    device = inputs.machine.torch_device
    halves = seam.of(recipe, whole, images)
    rules = replace(inputs.rules, on_features=halves is not None, accumulate=1, teacher=None)
    draws = generator("stages")
    if halves is not None:
        count = recipe.batch_size
        made = torch.rand((count, halves.lower.width), generator=draws)
    else:
        count, side = max(2, min(recipe.batch_size, PIXELS // recipe.image_size**2)), recipe.image_size
        made = torch.randint(0, 256, (count, side, side, recipe.channels), dtype=torch.uint8, generator=draws)
        made = made.permute(0, 3, 1, 2)
    batch = Batch(
        images_BCHW=made.to(device),
        labels_B=(torch.arange(count) % classes).to(device),
        indices_B=torch.arange(count),
        epoch=1,
    )
    module = halves.upper if halves is not None else whole
    times: Sequence[float] = step_times(inputs.machine, module, rules, iter([batch] * STEPS), recipe)
    return min(times) / count * images * recipe.epochs * EVALUATING
