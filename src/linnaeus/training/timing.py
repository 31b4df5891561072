"""What a step, or a pass through a frozen backbone, costs on a machine: seconds of a few of them, on a copy of the network."""

import copy
import math
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial

import torch
from torch import nn

from linnaeus.data.batch import Batch
from linnaeus.data.randomness import derive, generator
from linnaeus.device import Machine, let_memory_go, pick_device, seconds_of
from linnaeus.distributed import ALONE
from linnaeus.finetuning.backbone import FrozenBackbone
from linnaeus.recipe import catalog
from linnaeus.recipe.recipe import Recipe
from linnaeus.training.step import Rules, parameter_groups, step

Clock = Callable[[], float]

PIXELS = 2**17  # of a batch that is timed: 128 images of 32 px, 2 of 224
PATIENCE = 0.25  # seconds of measuring after which a machine is judged


def seconds(machine: Machine, recipe: Recipe, module: nn.Module, rules: Rules, patience: float = math.inf) -> float:
    """The best time of a few steps of this network on made-up images; of one alone where that took more than `patience` seconds.

    Of one thread on a processor it is the processor's time: other work on the machine may stop the clock for longer than a step takes.
    """
    size = recipe.image_size
    count = max(2, min(recipe.batch_size, PIXELS // size**2))
    images = torch.randint(
        0, 256, (count, size, size, recipe.channels), dtype=torch.uint8, generator=generator("autotune")
    )
    labels = torch.arange(count) % rules.classes
    batch = Batch(
        images_BCHW=images.permute(0, 3, 1, 2).to(machine.device),
        labels_B=labels.to(machine.device),
        indices_B=torch.arange(count),
        epoch=1,
    )
    clock = time.process_time if machine.threads == 1 and machine.torch_device.type == "cpu" else None
    if recipe.begins_with_head():
        return min(pass_times(machine, module, rules, [batch] * 6, patience, clock))
    return min(step_times(machine, module, replace(rules, accumulate=1), iter([batch] * 6), recipe, patience, clock))


def in_smaller_steps(recipe: Recipe) -> Recipe:
    """The same with batches whose steps are quick to time, for what a whole epoch takes.

    On a processor so many images take a time of their own each, however many are in a batch beside them: 256 of 64 px through a
    ResNet-50 are a minute for each step. Nothing is compiled unless the recipe says so, for that takes longer than the measurement.
    """
    if pick_device(recipe.device) != "cpu":
        return recipe
    enough = max(2 * recipe.accumulate, PIXELS // recipe.image_size**2)
    compiled = "off" if recipe.compile == "auto" else recipe.compile
    return replace(recipe, batch_size=min(recipe.batch_size, enough), compile=compiled)


def pass_times(
    machine: Machine,
    module: nn.Module,
    rules: Rules,
    batches: Sequence[Batch],
    patience: float = math.inf,
    clock: Clock | None = None,
) -> list[float]:
    """Seconds of each pass through the backbone, as `step_times` has them of steps."""
    backbone = FrozenBackbone(
        module=copy.deepcopy(module).to(machine.torch_device),
        preprocessing=rules.preprocessing,
        machine=machine,
        checksum="",
    )
    return _times(machine, (partial(backbone.features, batch.images_BCHW) for batch in batches), patience, clock)


def step_times(
    machine: Machine,
    module: nn.Module,
    rules: Rules,
    batches: Iterator[Batch],
    recipe: Recipe,
    patience: float = math.inf,
    clock: Clock | None = None,
) -> list[float]:
    """Seconds of each step on a copy of the network, the first (warming up) left out; stops early once it has seen enough."""
    trial = copy.deepcopy(module).to(machine.torch_device)
    built: torch.optim.Optimizer = catalog.build("optimizers", recipe.optimizer, parameter_groups(trial))
    rules = replace(rules, precision=machine.precision, ranks=ALONE)
    draws = generator("autotune")
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(derive("autotune"))
        return _times(machine, (partial(step, trial, built, batch, rules, draws) for batch in batches), patience, clock)


def _times(
    machine: Machine, works: Iterable[Callable[[], object]], patience: float, clock: Clock | None
) -> list[float]:
    threads = torch.get_num_threads()
    torch.set_num_threads(machine.threads)
    times: list[float] = []
    try:
        for work in works:
            times.append(seconds_of(work, clock))
            if (len(times) > 1 and sum(times) > PATIENCE) or times[0] > patience:
                break
    finally:
        torch.set_num_threads(threads)
        let_memory_go()  # what was timed is thrown away
    return times[1:] or times
