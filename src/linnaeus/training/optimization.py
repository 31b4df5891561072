"""How the weights move: what trains, by which optimizer, on which schedule, and which averages are kept of it."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import torch

from linnaeus.data.dataset import Splits
from linnaeus.errors import RecipeError
from linnaeus.finetuning import freeze
from linnaeus.finetuning.freeze import Plan
from linnaeus.recipe import catalog, stages
from linnaeus.recipe.recipe import Recipe
from linnaeus.training.average import averaged_copy
from linnaeus.training.inputs import Inputs
from linnaeus.training.state import Begun, TrainState
from linnaeus.training.step import Schedule
from linnaeus.training.together import share_batch_norm


@dataclass(frozen=True, slots=True, kw_only=True)
class Optimization:
    """What of a training's weights moves, and how fast."""

    plan: Plan
    schedule: Schedule
    lrs: tuple[float, ...]  # learning rate of each parameter group at factor 1


def optimization(
    recipe: Recipe, splits: Splits, inputs: Inputs, begun: Begun | None
) -> tuple[Optimization, TrainState]:
    """Freeze what never trains, and build for the rest what moves it. The state is that before the first step.

    Raises:
        RecipeError, UnknownName: an optimizer or a schedule that cannot be built, or not for this training.
    """
    module = inputs.module
    plan = freeze.plan(module, stages.ALL if inputs.whole is not None else recipe.train)
    optimizer = NoSteps() if inputs.losses else _optimizer(recipe, plan)
    plan.apply(recipe.epochs, recipe.epochs)  # as at the end: what never trains is frozen from here on
    state = TrainState(
        module=module,
        optimizer=optimizer,
        average=averaged_copy(module) if recipe.ema else None,
        swa=averaged_copy(module) if recipe.swa else None,
        step=len(inputs.losses),
        losses=list(inputs.losses),
        accuracies=list(inputs.accuracies),
        seconds=inputs.seconds + (begun.seconds if begun is not None else 0.0),
    )
    share_batch_norm(module, inputs.rules.ranks)  # the averages, which are scored alone, are copied by now
    lrs = tuple(group["lr"] * group.get("scale", 1.0) for group in optimizer.param_groups)
    return Optimization(plan=plan, schedule=_schedule(recipe, splits), lrs=lrs), state


def _optimizer(recipe: Recipe, plan: Plan) -> torch.optim.Optimizer:
    groups = plan.groups(recipe)
    wanted = {group.get("scale", 1.0) for group in groups}
    optimizer: torch.optim.Optimizer = catalog.build("optimizers", recipe.optimizer, groups)
    if wanted != {group.get("scale", 1.0) for group in optimizer.param_groups}:
        raise RecipeError(
            f"optimizer {recipe.optimizer} has one learning rate for all weights; set backbone_lr_factor = 1 and "
            "layer_decay = 1, or take another optimizer"
        )
    return optimizer


def _schedule(recipe: Recipe, splits: Splits) -> Schedule:
    schedule: Schedule = catalog.build("schedules", recipe.schedule, known=recipe.known())
    if getattr(schedule, "needs_validation", False) and splits.val is None:
        raise RecipeError(
            f"schedule {recipe.schedule} looks at the validation loss, and there are no validation images; set val = 0.15"
        )
    return schedule


class NoSteps(torch.optim.Optimizer):
    """Stands where a recipe's optimizer would, beside a fitted head: no step is left to take.

    torch's own ones import its compiler: 2.8 s, as `python -X importtime -m linnaeus train …` said on two cores of an AMD EPYC.
    """

    def __init__(self) -> None:  # torch's __init__ is what imports it
        self.param_groups = [{"params": [], "lr": 0.0}]
        self.state = defaultdict(dict)

    def state_dict(self) -> dict[str, Any]:
        return {}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """There is nothing to load."""
