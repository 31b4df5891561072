"""A short look at the actual machine: which precision and how many threads train this network fastest.

A measurement beats a list of processor flags: bf16 is 2-5 times faster where the matrix units are there, slower where it is emulated,
and a second thread helps a large network and hurts a tiny one. More threads than idle cores are not even tried: they wait for each
other at every operation, and a run that shares its cores was seen five times slower on two threads than on one. The answer is kept
for this processor, network and batch, as long as as many cores are idle.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import replace

from torch import nn

from linnaeus.data import cache
from linnaeus.data.dataset import Splits
from linnaeus.device import Machine, check_threads, computes_bf16, cores, describe, hold_memory, idle_cores, pick_device
from linnaeus.distributed import Ranks, ranks
from linnaeus.finetuning import head, seam
from linnaeus.recipe.recipe import Recipe
from linnaeus.training import timing
from linnaeus.training.state import Begun
from linnaeus.training.step import Rules

WORTHWHILE = 0.9  # bf16 or more threads must take at most this share of the time of the plainer choice
# how many times the best one's time a first step may take, and seconds, to be measured further
HOPELESS, WARMING = 3.0, 1.0
KIND = "machines"  # of what is remembered


def choose(recipe: Recipe, splits: Splits, module: nn.Module, rules: Rules, begun: Begun | None) -> Machine:
    """The machine of a resumed run, or one whose features of these images are kept, or else the fastest one.

    Several processes take the first one's choice. Raises RecipeError where the device is not there.
    """
    hold_memory()
    machine = begun.machine if begun is not None else None
    if machine is None and recipe.begins_with_head() and recipe.weights:
        halves = seam.of(recipe, module, len(splits.train))
        part = halves.lower if halves is not None else module
        machine = head.kept_by(part, recipe, splits, rules.preprocessing, candidates(recipe, cores()))
    return agreed(machine or fastest(recipe, module, rules), ranks())


def agreed(machine: Machine, team: Ranks) -> Machine:
    """The first process's choice, on this process's own device."""
    if team.alone:
        return machine
    own = f"cuda:{team.local_rank}" if machine.torch_device.type == "cuda" else machine.device
    chosen: Machine = team.same(machine)
    return replace(chosen, device=own)


def fastest(recipe: Recipe, module: nn.Module, rules: Rules) -> Machine:
    """What the recipe asks for, and where it leaves the choice open, what is fastest in a few timed steps.

    Of a frozen backbone passes are timed in place of steps. `module` is not changed.
    """
    several = candidates(recipe, max(1, idle_cores() // ranks().local_world))
    if len(several) == 1:
        return several[0]
    batch = (recipe.image_size, recipe.channels, rules.classes, recipe.batch_size)
    facts = describe()
    hardware, parts = (facts["cpu"], facts["gpu"], facts["torch"]), (str(recipe.model), str(recipe.optimizer))
    asked = (hardware, several, parts, recipe.train, batch)
    key = hashlib.blake2b(repr(asked).encode(), digest_size=16).hexdigest()
    place = cache.remembered(KIND, key, lambda: several.index(_tried(several, recipe, module, rules)))
    return several[place] if isinstance(place, int) and 0 <= place < len(several) else several[0]


def _tried(several: Sequence[Machine], recipe: Recipe, module: nn.Module, rules: Rules) -> Machine:
    best, *others = several
    plainest, best_s = best, timing.seconds(best, recipe, module, rules)
    for one in others:  # the plainer first: a later one must be worth it
        if one.threads > plainest.threads and one.precision != best.precision:
            continue  # more threads are tried with the better precision alone
        seconds = timing.seconds(one, recipe, module, rules, max(WARMING, HOPELESS * best_s))
        if seconds < WORTHWHILE * best_s:
            best, best_s = one, seconds
    return best


def candidates(recipe: Recipe, most_threads: int) -> list[Machine]:
    """The machines that the recipe leaves to be chosen from, the plainest first: precisions, and then more threads."""
    device = pick_device(recipe.device)
    precisions: list[str] = [recipe.precision]
    if recipe.precision == "auto":
        plain = device == "mps" or (device == "cpu" and not computes_bf16())
        precisions = ["fp32"] if plain else ["fp32", "bf16"]
    threads = sorted({1, most_threads})
    check_threads(recipe.threads)
    if recipe.threads or device != "cpu":
        threads = [recipe.threads or cores()]
    return [Machine(device=device, precision=one, threads=count) for count in threads for one in precisions]
