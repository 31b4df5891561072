"""How long a training is: epochs that fit its budget, and whether compiling pays, from the first measured steps on real batches."""

from dataclasses import replace

from linnaeus.device import Machine, can_compile
from linnaeus.events import Watcher, note
from linnaeus.recipe import stages
from linnaeus.recipe.recipe import Recipe
from linnaeus.training.inputs import Inputs
from linnaeus.training.machine import agreed, step_times
from linnaeus.training.state import Begun

# Predicted seconds of training from which compiling pays: it costs 20-70 s a graph.
COMPILE_PAYS = {"cpu": 3600.0, "cuda": 600.0, "mps": float("inf")}
EVALUATING = 1.15  # an epoch's time over that of its steps: scoring the validation images, saving, reporting
STEPS = 8  # measured at most


def sized(recipe: Recipe, inputs: Inputs, tell: Watcher, begun: Begun | None) -> tuple[Recipe, Machine]:
    """The recipe with the epochs that it is to run, and the machine with the decision on compiling.

    A resumed run brings both. A fitted head has its one epoch behind it; it is the first stage of a run that has several.
    Several processes agree on what the first one found.
    """
    if inputs.fitted is not None:
        return replace(recipe, train=stages.HEAD, epochs=1, budget=0.0), inputs.machine
    if stages.parse(recipe.train).kind == stages.BEST:
        return replace(recipe, train=stages.HEAD, budget=0.0), inputs.machine
    if begun is not None and begun.machine is not None:
        return recipe, inputs.machine
    team = inputs.rules.ranks
    recipe, machine = team.same(_measured(recipe, inputs, tell))
    return recipe, agreed(machine, team)


def _measured(recipe: Recipe, inputs: Inputs, tell: Watcher) -> tuple[Recipe, Machine]:
    machine, team = inputs.machine, inputs.rules.ranks
    if not recipe.budget and recipe.compile != "auto":
        return recipe, replace(machine, compiled=recipe.compile == "on")
    parts = [team.part_of(order) for order in inputs.orders[:STEPS]]
    times = step_times(machine, inputs.module, inputs.rules, inputs.own.batches(parts, epoch=1), recipe)
    epoch_s = len(inputs.orders) * sum(times) / len(times) * EVALUATING
    if recipe.budget:
        recipe = replace(recipe, epochs=max(1, int(recipe.budget / epoch_s)), budget=0.0)
        tell(note("budget", seconds=epoch_s, n=recipe.epochs))
    pays = team.alone and can_compile() and epoch_s * recipe.epochs > COMPILE_PAYS[machine.torch_device.type]
    return recipe, replace(machine, compiled=recipe.compile == "on" or (recipe.compile == "auto" and pays))
