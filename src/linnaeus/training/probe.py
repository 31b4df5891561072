"""A short look at the actual machine: which precision and how many threads train this network fastest.

A measurement beats a list of processor flags: bf16 is 2-5 times faster where the matrix units are there, slower where it is emulated,
and a second thread helps a large network and hurts a tiny one. More threads than idle cores are not even tried: they wait for each
other at every operation, and a run that shares its cores was seen five times slower on two threads than on one.
"""

import copy
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial

import torch
from torch import nn

from linnaeus.data.batch import Batch
from linnaeus.data.randomness import derive, generator
from linnaeus.device import Machine, cores, idle_cores, pick_device
from linnaeus.distributed import ALONE, ranks
from linnaeus.finetuning.features import FrozenBackbone
from linnaeus.recipe import catalog
from linnaeus.recipe.recipe import Recipe
from linnaeus.recipe.spec import Spec
from linnaeus.training.step import Rules, parameter_groups, step

WORTHWHILE = 0.85  # bf16 or more threads must take at most this share of the time of the plainer choice
PIXELS = 2**17  # of a probing batch: 128 images of 32 px, 2 of 224
PATIENCE = 0.25  # seconds of measuring after which a candidate is judged


def choose_machine(recipe: Recipe, module: nn.Module, rules: Rules, *, backbone_only: bool = False) -> Machine:
    """What the recipe asks for, and where it leaves the choice open, what a probe of a few steps finds fastest.

    `backbone_only`: of passes through a frozen backbone, in place of steps. `module` is not changed. Raises RecipeError where the
    device is not there.
    """
    precisions, threads = allowed(recipe, max(1, idle_cores() // ranks().local_world))
    plain = Machine(device=pick_device(recipe.device), precision=precisions[0], threads=threads[0])
    best, best_s = plain, float("inf")
    if len(precisions) == len(threads) == 1:
        return plain
    for precision in precisions:  # the plainer first: a later one must be worth it
        best, best_s = _better(replace(plain, precision=precision), best, best_s, recipe, module, rules, backbone_only)
    for count in threads[1:]:  # of the better precision alone
        best, best_s = _better(replace(best, threads=count), best, best_s, recipe, module, rules, backbone_only)
    return best


def allowed(recipe: Recipe, most_threads: int) -> tuple[list[str], list[int]]:
    """(precisions, numbers of threads) that the recipe leaves to be chosen from, the plainest first."""
    device = pick_device(recipe.device)
    precisions: list[str] = [recipe.precision]
    if recipe.precision == "auto":
        precisions = ["fp32"] if device == "mps" else ["fp32", "bf16"]
    if recipe.threads or device != "cpu":
        return precisions, [recipe.threads or cores()]
    return precisions, sorted({1, most_threads})


def _better(
    candidate: Machine,
    best: Machine,
    best_s: float,
    recipe: Recipe,
    module: nn.Module,
    rules: Rules,
    backbone_only: bool,
) -> tuple[Machine, float]:
    seconds = _seconds(candidate, recipe, module, rules, backbone_only)
    return (candidate, seconds) if seconds < WORTHWHILE * best_s else (best, best_s)


def _seconds(machine: Machine, recipe: Recipe, module: nn.Module, rules: Rules, backbone_only: bool) -> float:
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
    if backbone_only:
        return min(pass_times(machine, module, rules, [batch] * 6))
    return min(step_times(machine, module, replace(rules, accumulate=1), iter([batch] * 6), recipe.optimizer))


def pass_times(machine: Machine, module: nn.Module, rules: Rules, batches: Sequence[Batch]) -> list[float]:
    """Seconds of each pass through the backbone, as `step_times` has them of steps."""
    backbone = FrozenBackbone(
        module=copy.deepcopy(module).to(machine.torch_device),
        preprocessing=rules.preprocessing,
        machine=machine,
        checksum="",
    )
    return _times(machine, (partial(backbone.features, batch.images_BCHW) for batch in batches))


def step_times(
    machine: Machine, module: nn.Module, rules: Rules, batches: Iterator[Batch], optimizer: Spec
) -> list[float]:
    """Seconds of each step on a copy of the network, the first (warming up) left out; stops early once it has seen enough."""
    trial = copy.deepcopy(module).to(machine.torch_device)
    built: torch.optim.Optimizer = catalog.build("optimizers", optimizer, parameter_groups(trial))
    rules = replace(rules, precision=machine.precision, ranks=ALONE)
    draws = generator("probe")
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(derive("probe"))
        return _times(machine, (partial(step, trial, built, batch, rules, draws) for batch in batches))


def _times(machine: Machine, works: Iterable[Callable[[], object]]) -> list[float]:
    threads = torch.get_num_threads()
    torch.set_num_threads(machine.threads)
    times: list[float] = []
    try:
        for work in works:
            start = time.perf_counter()
            work()
            if machine.torch_device.type == "cuda":
                torch.cuda.synchronize()
            times.append(time.perf_counter() - start)
            if len(times) > 1 and sum(times) > PATIENCE:
                break
    finally:
        torch.set_num_threads(threads)
    return times[1:] or times
