"""How long a training is: epochs that fit its budget, and whether compiling pays, from the first measured steps on real batches.

A budget is kept: less of it is planned than is left, and where the machine becomes slower than it was, the last steps are not taken
(`Prepared.is_over`). Where it does not hold many epochs, they are made shorter, so that nothing of it is left over.
"""

import math
import time
from dataclasses import replace

from linnaeus.device import Machine, can_compile
from linnaeus.errors import RecipeError
from linnaeus.events import Watcher, note
from linnaeus.recipe import stages
from linnaeus.recipe.recipe import Recipe
from linnaeus.training.inputs import Inputs
from linnaeus.training.machine import agreed
from linnaeus.training.state import Begun
from linnaeus.training.timing import step_times

# Predicted seconds of training from which compiling pays: it costs 20-70 s a graph.
COMPILE_PAYS = {"cpu": 3600.0, "cuda": 600.0, "mps": float("inf")}
EVALUATING = 1.15  # an epoch's time over that of its steps: scoring the validation images, saving, reporting
STEPS = 8  # measured at most
PLANNED = 0.9  # of what is left of a budget: later steps may be slower than those that were measured
FEW = 5  # epochs below which they are made shorter, for the rest of a budget that holds no whole one


def sized(
    recipe: Recipe, inputs: Inputs, tell: Watcher, begun: Begun | None, since: float
) -> tuple[Recipe, Machine, float | None]:
    """The recipe with the epochs that it is to run, the machine with the decision on compiling, and when time is up.

    A budget counts from `since`, by `time.perf_counter`. A resumed run brings what was decided. A fitted head has its one epoch
    behind it; it is the first stage of a run that has several. Several processes agree on what the first one found.
    """
    if inputs.fitted is not None:
        return replace(recipe, train=stages.HEAD, epochs=1, budget=0.0), inputs.machine, None
    if stages.parse(recipe.train).kind == stages.BEST:
        return replace(recipe, train=stages.HEAD, budget=0.0), inputs.machine, None
    if begun is not None and begun.machine is not None:
        return recipe, inputs.machine, None
    team, ends = inputs.rules.ranks, since + recipe.budget if recipe.budget else None
    recipe, machine = team.same(_measured(recipe, inputs, tell, ends))
    return recipe, agreed(machine, team), ends


def _measured(recipe: Recipe, inputs: Inputs, tell: Watcher, ends: float | None) -> tuple[Recipe, Machine]:
    machine, team = inputs.machine, inputs.rules.ranks
    if not recipe.budget and recipe.compile != "auto":
        return recipe, replace(machine, compiled=recipe.compile == "on")
    parts = [team.part_of(order) for order in inputs.orders[:STEPS]]
    times = step_times(machine, inputs.module, inputs.rules, inputs.own.batches(parts, epoch=1), recipe)
    epoch_s = len(inputs.orders) * sum(times) / len(times) * EVALUATING
    if ends is not None:
        recipe = _within(recipe, ends - time.perf_counter(), epoch_s, len(inputs.orders))
        tell(
            note(
                "budget", seconds=epoch_s, n=recipe.epochs, share=recipe.epoch_share if recipe.epoch_share < 1 else None
            )
        )
    pays = team.alone and can_compile() and epoch_s * recipe.epochs > COMPILE_PAYS[machine.torch_device.type]
    return recipe, replace(machine, compiled=recipe.compile == "on" or (recipe.compile == "auto" and pays))


def _within(recipe: Recipe, left: float, epoch_s: float, steps: int) -> Recipe:
    """With as many epochs of `epoch_s` seconds and so many steps as `left` seconds hold; few are shorter, and one more.

    Raises:
        RecipeError: not even one step is among them.
    """
    passes = PLANNED * left / epoch_s
    if passes * steps < 1:
        raise RecipeError(
            f"budget = {recipe.budget:.0f} s leaves no time to train: {max(0.0, left):.0f} s are left after the start and before the "
            f"report, and one epoch takes about {epoch_s:.0f} s here; give it more (--budget {_enough(recipe.budget, left, epoch_s)}s), "
            "or set a smaller image_size or model"
        )
    epochs = int(passes) if passes >= FEW else math.ceil(passes)
    share = recipe.epoch_share if passes >= FEW else recipe.epoch_share * passes / epochs
    return replace(recipe, epochs=epochs, epoch_share=share, budget=0.0)


def _enough(budget: float, left: float, epoch_s: float) -> int:
    """The budget that holds one epoch."""
    return math.ceil(budget - left + epoch_s / PLANNED)
