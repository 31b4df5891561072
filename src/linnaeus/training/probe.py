"""A short look at the actual machine: which precision and how many threads train this network fastest.

A measurement beats a list of processor flags: bf16 is 2-5 times faster where the matrix units are there, slower where it is emulated,
and a second thread helps a large network and hurts a tiny one. More threads than idle cores are not even tried: they wait for each
other at every operation, and a run that shares its cores was seen five times slower on two threads than on one.
"""

import copy
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import torch
from torch import nn

from linnaeus.data.batch import Batch
from linnaeus.data.seeds import derive, generator
from linnaeus.device import Machine, cores, idle_cores, pick_device
from linnaeus.recipe import catalog
from linnaeus.recipe.recipe import Recipe
from linnaeus.recipe.spec import Spec
from linnaeus.training.step import Rules, parameter_groups, step

WORTHWHILE = 0.85  # bf16 or more threads must take at most this share of the time of the plainer choice
PIXELS = 2**17  # of a probing batch: 128 images of 32 px, 2 of 224
PATIENCE = 0.25  # seconds of measuring after which a candidate is judged


def choose_machine(recipe: Recipe, module: nn.Module, rules: Rules) -> Machine:
    """What the recipe asks for, and where it leaves the choice open, what a probe of a few steps finds fastest.

    `module` is not changed. Raises RecipeError where the device is not there.
    """
    device = pick_device(recipe.device)
    on_cpu = device == "cpu"
    precisions = ["fp32", "bf16"] if recipe.precision == "auto" else [recipe.precision]
    threads = sorted({1, idle_cores()}) if recipe.threads == 0 and on_cpu else [recipe.threads or cores()]
    if device == "mps" and recipe.precision == "auto":
        precisions = ["fp32"]
    candidates = [Machine(device=device, precision=p, threads=t) for t, p in product(threads, precisions)]
    best, best_s = candidates[0], float("inf")
    for candidate in candidates if len(candidates) > 1 else []:  # the plainer first: a later one must be worth it
        seconds = _seconds(candidate, recipe, module, rules)
        if seconds < WORTHWHILE * best_s:
            best, best_s = candidate, seconds
    return best


def _seconds(machine: Machine, recipe: Recipe, module: nn.Module, rules: Rules) -> float:
    """The best time of a few steps of this network on made-up images."""
    size = recipe.image_size
    count = max(2, min(recipe.batch_size, PIXELS // size**2))
    images = torch.randint(
        0, 256, (count, size, size, recipe.channels), dtype=torch.uint8, generator=generator("probe")
    )
    labels = torch.arange(count) % rules.classes
    batch = Batch(
        images_BCHW=images.permute(0, 3, 1, 2).to(machine.device),
        labels_B=labels.to(machine.device),
        indices_B=torch.arange(count),
        epoch=1,
    )
    return min(step_times(machine, module, replace(rules, accumulate=1), iter([batch] * 6), recipe.optimizer))


def step_times(
    machine: Machine, module: nn.Module, rules: Rules, batches: Iterator[Batch], optimizer: Spec
) -> list[float]:
    """Seconds of each step on a copy of the network, the first (warming up) left out; stops early once it has seen enough."""
    threads, state = torch.get_num_threads(), torch.random.get_rng_state()
    torch.set_num_threads(machine.threads)
    torch.manual_seed(derive("probe"))
    trial = copy.deepcopy(module).to(machine.torch_device)
    built: torch.optim.Optimizer = catalog.build("optimizers", optimizer, parameter_groups(trial))
    rules = replace(rules, precision=machine.precision)
    times: list[float] = []
    try:
        for batch in batches:
            start = time.perf_counter()
            step(trial, built, batch, rules, generator("probe"))
            if machine.torch_device.type == "cuda":
                torch.cuda.synchronize()
            times.append(time.perf_counter() - start)
            if len(times) > 1 and sum(times) > PATIENCE:
                break
    finally:
        torch.set_num_threads(threads)
        torch.random.set_rng_state(state)
    return times[1:] or times
