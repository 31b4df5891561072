"""From a recipe and its splits to everything that the loop needs, built and checked before the first step."""

from dataclasses import dataclass, replace

import torch
from torch import nn

from linnaeus.classifier import Intake, build_module
from linnaeus.data import sampling
from linnaeus.data.augment import pipeline
from linnaeus.data.dataset import Dataset, Splits
from linnaeus.data.loader import Loader, loader
from linnaeus.data.sampling import Indices
from linnaeus.data.seeds import derive
from linnaeus.data.statistics import channel_statistics
from linnaeus.device import Machine, can_compile
from linnaeus.errors import RecipeError
from linnaeus.events import Note, Watcher
from linnaeus.recipe import catalog
from linnaeus.recipe.recipe import Recipe
from linnaeus.training import progressive
from linnaeus.training.average import averaged_copy
from linnaeus.training.check import check_step
from linnaeus.training.prime import prime
from linnaeus.training.probe import choose_machine, step_times
from linnaeus.training.state import TrainState
from linnaeus.training.step import Rules, Schedule, parameter_groups
from linnaeus.training.weights import Start, start_at

COMPILE_PAYS = {
    "cpu": 3600.0,
    "cuda": 600.0,
    "mps": float("inf"),
}  # predicted seconds of training: compiling costs 20-70 s a graph
EVALUATING = 1.15  # an epoch's time over that of its steps: scoring the validation images, saving, reporting


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """One training, ready to run. Nothing here changes while it runs."""

    recipe: Recipe
    splits: Splits
    machine: Machine
    rules: Rules
    schedule: Schedule
    rates: tuple[float, ...]  # learning rate of each parameter group at factor 1
    network: nn.Module  # what a step calls: the state's module, compiled where that pays
    train: Loader
    val: Loader | None
    steps_per_epoch: int
    start: Start | None  # where the recipe names the weights to begin with

    def orders(self, epoch: int) -> list[Indices]:
        """The indices of the images of each step of an epoch, from 1."""
        return sampling.orders(self.splits.train, self.recipe, epoch)

    @property
    def steps(self) -> int:
        return self.steps_per_epoch * self.recipe.epochs


def prepare(
    recipe: Recipe, splits: Splits, tell: Watcher, machine: Machine | None = None
) -> tuple[Prepared, TrainState]:
    """Build the network, choose the machine (unless a resumed run brings its own) and size the epochs to the budget.

    Raises:
        RecipeError, UnknownName: parts that do not go together or cannot take these images.
    """
    if splits.val is None and recipe.choose == "best":
        raise RecipeError(
            'choose = "best" needs validation images, and there are none; set choose = "last" or val = 0.15'
        )
    module = _initialised(recipe, len(splits.classes))
    start = start_at(recipe.weights, module, splits.classes) if recipe.weights else None
    rules = Rules(
        augment=pipeline(recipe.augment),
        intake=_intake(recipe, splits.train, start),
        classes=len(splits.classes),
        loss=catalog.build("losses", recipe.loss),
        precision="fp32",
        clip_norm=recipe.clip_norm,
        accumulate=recipe.accumulate,
    )
    check_step(module, rules, smallest=progressive.side(recipe, 1))
    machine_given = machine is not None
    machine = machine or choose_machine(recipe, module, rules)
    rules = replace(rules, precision=machine.precision)
    torch.set_num_threads(machine.threads)
    device = machine.torch_device
    train = _loader(splits.train, recipe, device)
    orders = sampling.orders(splits.train, recipe, 1)
    if not machine_given:
        recipe, machine = _sized(recipe, machine, module, rules, train, orders, tell)
    module = module.to(device)
    if start is None:  # else what it measures came with its weights; a resumed run's come from its checkpoint
        prime(module, splits.train, recipe, rules.intake)
    optimizer: torch.optim.Optimizer = catalog.build("optimizers", recipe.optimizer, parameter_groups(module))
    prepared = Prepared(
        recipe=recipe,
        splits=splits,
        machine=machine,
        rules=rules,
        schedule=_schedule(recipe, splits),
        rates=tuple(group["lr"] for group in optimizer.param_groups),
        network=torch.compile(module) if machine.compiled else module,  # type: ignore[arg-type]
        train=train,
        val=_loader(splits.val, recipe, device) if splits.val is not None else None,
        steps_per_epoch=len(orders),
        start=start,
    )
    return prepared, TrainState(
        module=module,
        optimizer=optimizer,
        average=averaged_copy(module) if recipe.ema else None,
        swa=averaged_copy(module) if recipe.swa else None,
    )


def _initialised(recipe: Recipe, classes: int) -> nn.Module:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(derive(recipe.seed, "weights"))
        return build_module(recipe.model, recipe.channels, classes, recipe.image_size)


def _intake(recipe: Recipe, train: Dataset, start: Start | None) -> Intake:
    """How the network wants its images: with the normalisation that its weights were trained with, where they were."""
    if start is not None and start.intake is not None:
        mean, deviation = start.intake.mean, start.intake.deviation
    else:
        mean, deviation = channel_statistics(train, recipe)
    return Intake(
        size=recipe.image_size, channels=recipe.channels, resize=recipe.resize, mean=mean, deviation=deviation
    )


def _loader(dataset: Dataset, recipe: Recipe, device: torch.device) -> Loader:
    size, channels, resize = recipe.image_size, recipe.channels, recipe.resize
    return loader(dataset, device, size=size, channels=channels, resize=resize, workers=recipe.workers)


def _schedule(recipe: Recipe, splits: Splits) -> Schedule:
    schedule: Schedule = catalog.build("schedules", recipe.schedule, known=recipe.known())
    if getattr(schedule, "needs_validation", False) and splits.val is None:
        raise RecipeError(
            f"schedule {recipe.schedule} looks at the validation loss, and there are no validation images; set val = 0.15"
        )
    return schedule


def _sized(
    recipe: Recipe,
    machine: Machine,
    module: nn.Module,
    rules: Rules,
    train: Loader,
    orders: list[Indices],
    tell: Watcher,
) -> tuple[Recipe, Machine]:
    """Epochs that fit the budget, and whether compiling pays, from the first measured steps on real batches."""
    if not recipe.budget and recipe.compile != "auto":
        return recipe, replace(machine, compiled=recipe.compile == "on")
    times = step_times(machine, module, rules, train.batches(orders[:8], epoch=1), recipe.optimizer)
    epoch_s = len(orders) * sum(times) / len(times) * EVALUATING
    if recipe.budget:
        recipe = replace(recipe, epochs=max(1, int(recipe.budget / epoch_s)), budget=0.0)
        tell(Note(text=f"an epoch takes about {epoch_s:.1f} s here: the budget buys {recipe.epochs} epochs"))
    long_enough = can_compile() and epoch_s * recipe.epochs > COMPILE_PAYS[machine.torch_device.type]
    return recipe, replace(machine, compiled=recipe.compile == "on" or (recipe.compile == "auto" and long_enough))
