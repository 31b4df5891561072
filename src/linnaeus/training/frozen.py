"""The inputs of a head that trains alone: features of the frozen backbone in place of images, computed once and kept."""

import time
from dataclasses import replace

import torch
from torch import nn
from torch.nn.functional import one_hot

from linnaeus.data.augment import pipeline
from linnaeus.data.dataset import Splits
from linnaeus.device import Machine
from linnaeus.events import Watcher
from linnaeus.finetuning import activations, freeze, head
from linnaeus.finetuning.head import Fitted
from linnaeus.recipe import stages
from linnaeus.recipe.recipe import NO_AUGMENTATION, Recipe
from linnaeus.training.inputs import Inputs
from linnaeus.training.inputs import images as of_images
from linnaeus.training.state import Begun
from linnaeus.training.step import Rules


def features(
    recipe: Recipe,
    splits: Splits,
    whole: nn.Module,
    rules: Rules,
    machine: Machine,
    tell: Watcher,
    begun: Begun | None,
) -> Inputs:
    """The features of both splits, and the head: the network's own, or the one that the recipe names, fitted to them.

    Raises:
        RecipeError: what the head complains of, or an augmentation whose features cannot be kept.
    """
    start = time.perf_counter()
    seen = of_images(recipe, splits, whole, rules, machine)
    if recipe.precision == "auto" and (begun is None or begun.machine is None):
        machine = head.agreeing(whole, seen.train, rules.preprocessing, machine, tell)
        if not recipe.threads:
            machine = activations.with_engine(whole, recipe, splits, seen.train, rules.preprocessing, machine, tell)
    kept = activations.features(whole, recipe, splits, rules.preprocessing, machine, tell)
    freeze.plan(whole, stages.HEAD).apply(1, 1)
    teacher = rules.teacher  # whose backbone is the frozen one, so that its head sees features too
    if teacher is not None:
        teacher = replace(teacher, module=teacher.module.get_submodule("head"))
    rules = replace(rules, on_features=True, augment=pipeline(NO_AUGMENTATION), teacher=teacher)
    inputs = replace(
        seen,
        module=whole.get_submodule("head"),
        machine=machine,
        rules=rules,
        train=kept.train,
        own=kept.train,
        val=kept.val,
        whole=whole,
    )
    fitted = head.fit(recipe, splits, kept, tell)
    if fitted is not None:
        inputs = _with_steps_done(inputs, fitted, machine)
    torch.set_num_threads(1)  # a head is too small to be shared
    return replace(inputs, seconds=time.perf_counter() - start)


def _with_steps_done(inputs: Inputs, found: Fitted, machine: Machine) -> Inputs:
    """As after a training of one epoch: the loss and accuracy of each of its steps, by the head as it was fitted."""
    losses, accuracies, fitted = [], [], found.module.to(machine.torch_device).eval()
    with torch.inference_mode():
        for batch in inputs.train.batches(inputs.orders, epoch=1):
            logits_BK = fitted(batch.images_BCHW)
            targets_BK = one_hot(batch.labels_B, inputs.rules.classes).float()
            losses.append(inputs.rules.loss(logits_BK, targets_BK).mean())
            accuracies.append((logits_BK.argmax(1) == batch.labels_B).float().mean())
    return replace(inputs, fitted=found, module=fitted, losses=tuple(losses), accuracies=tuple(accuracies))
