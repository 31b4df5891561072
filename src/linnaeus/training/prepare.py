"""From a recipe and its splits to everything that the loop needs, built and checked before the first step.

the network, with the weights that it begins with, and the rules of its steps
the machine: what of it makes this network's steps fastest
the data: batches of images, or of features where the head alone trains
the budget: how many epochs, and whether compiling pays
the optimization: what trains, by which optimizer and schedule
"""

import time

import torch

from linnaeus.data import sampling
from linnaeus.data.dataset import Splits
from linnaeus.events import Watcher
from linnaeus.recipe.recipe import Recipe
from linnaeus.training.budget import sized
from linnaeus.training.machine import choose
from linnaeus.training.network import begin, settle
from linnaeus.training.optimization import optimization
from linnaeus.training.rules import rules_of, weighed
from linnaeus.training.seen import inputs_of
from linnaeus.training.stage_budget import affordable
from linnaeus.training.state import Begun, Prepared, TrainState


def prepare(recipe: Recipe, splits: Splits, tell: Watcher, begun: Begun | None = None) -> tuple[Prepared, TrainState]:
    """The training of a recipe, ready to run, and its state before the first step; `begun` is what it brings with it.

    Raises:
        RecipeError, UnknownName: parts that do not go together or cannot take these images.
    """
    since = time.perf_counter() - (begun.seconds if begun is not None else 0.0)
    network = begin(recipe, splits, tell, begun)
    rules = rules_of(recipe, splits, network)
    machine = choose(recipe, splits, network.module, rules, begun)
    settle(network, recipe, splits, machine, begun)
    rules = weighed(rules, recipe, splits, machine.torch_device)
    inputs = inputs_of(recipe, splits, network.module, rules, machine, tell, begun)
    run, left_out = affordable(recipe, inputs, len(splits.classes), tell, begun is not None)
    recipe, machine, ends = sized(recipe, inputs, tell, begun, since)
    moving, state = optimization(recipe, splits, inputs, begun)
    prepared = Prepared(
        recipe=recipe,
        splits=splits,
        machine=machine,
        start=network.start,
        rules=inputs.rules,
        network=torch.compile(inputs.module) if machine.compiled else inputs.module,  # type: ignore[arg-type]
        train=inputs.train,
        val=inputs.val,
        steps_per_epoch=len(sampling.orders(splits.train, recipe, 1)),
        whole=inputs.whole,
        plan=moving.plan,
        schedule=moving.schedule,
        lrs=moving.lrs,
        head=begun.fitted if begun is not None and begun.weights is not None else recipe.head,
        fitted=inputs.fitted,
        ends=ends,
        left_out=left_out,
        asked=run,
    )
    return prepared, state
