"""From a recipe and its splits to everything that the loop needs, built and checked before the first step."""

import time
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import nn

from linnaeus import distributed
from linnaeus.classifier.classifier import build_module
from linnaeus.data import sampling
from linnaeus.data.augment import pipeline
from linnaeus.data.dataset import Dataset, Splits
from linnaeus.data.loader import Loader, loader
from linnaeus.data.randomness import derive
from linnaeus.data.sampling import Indices
from linnaeus.data.streamed import Streamed
from linnaeus.device import Machine, can_compile, hold_memory
from linnaeus.distributed import Ranks
from linnaeus.errors import RecipeError
from linnaeus.events import Note, Watcher
from linnaeus.finetuning import balance, extend, freeze
from linnaeus.finetuning.features import FrozenBackbone
from linnaeus.finetuning.freeze import Plan
from linnaeus.finetuning.weights.start import Start, preprocessing, start_at
from linnaeus.recipe import catalog, stages
from linnaeus.recipe.recipe import NO_AUGMENTATION, Recipe
from linnaeus.training import heads, losses, progressive, together
from linnaeus.training.average import averaged_copy
from linnaeus.training.check import check_step
from linnaeus.training.prime import prime
from linnaeus.training.probe import choose_machine, step_times
from linnaeus.training.state import TrainState
from linnaeus.training.step import Rules, Schedule

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
    plan: Plan  # what trains
    whole: nn.Module | None = None  # the network whose head alone trains, on features; None: all of it sees images

    def orders(self, epoch: int) -> list[Indices]:
        """The indices of the images of each step of an epoch, from 1."""
        return sampling.orders(self.splits.train, self.recipe, epoch)

    @property
    def steps(self) -> int:
        return self.steps_per_epoch * self.recipe.epochs


def prepare(
    recipe: Recipe, splits: Splits, tell: Watcher, machine: Machine | None = None, head: nn.Module | None = None
) -> tuple[Prepared, TrainState]:
    """Build the network, choose the machine (unless a resumed run brings its own) and size the epochs to the budget.

    `head` is one that was fitted before, and takes the place of the network's own.

    Raises:
        RecipeError, UnknownName: parts that do not go together or cannot take these images.
    """
    if splits.val is None and recipe.choose == "best":
        raise RecipeError(
            'choose = "best" needs validation images, and there are none; set choose = "last" or val = 0.15'
        )
    hold_memory()
    module = _initialised(recipe, len(splits.classes))
    start = start_at(recipe, module, splits.classes) if recipe.weights else None
    if start is not None and machine is None and head is None:  # else it was told before
        tell(Note(text=start.told(len(splits.classes))))
    team = distributed.ranks()
    _check_together(recipe, splits, team)
    rules = Rules(
        augment=pipeline(recipe.augment),
        preprocessing=preprocessing(recipe, splits.train, start),
        classes=len(splits.classes),
        loss=losses.build(recipe.loss, module, len(splits.classes)),
        precision="fp32",
        clip_norm=recipe.clip_norm,
        accumulate=recipe.accumulate,
    )
    check_step(module, rules, smallest=progressive.side(recipe, 1))
    if head is not None:
        module.head = head
    on_features = recipe.train == stages.HEAD
    machine_given = machine is not None
    if on_features and start is not None and machine is None:
        machine = heads.kept_by(module, recipe, splits, rules.preprocessing)
    machine = _agreed(machine or choose_machine(recipe, module, rules, backbone_only=on_features), team)
    torch.set_num_threads(machine.threads)
    device = machine.torch_device
    module, whole, fitted, seconds = module.to(device), None, None, 0.0
    if start is None:  # else what it measures came with its weights; a resumed run's come from its checkpoint
        prime(module, splits.train, recipe, rules.preprocessing)
    if start is not None and head is None:
        backbone = FrozenBackbone(module=module, preprocessing=rules.preprocessing, machine=machine, checksum="")
        extend.begin_rows(module, start, splits.train, backbone)
    rules = replace(rules, **_weighing(recipe, splits, device), ranks=team)
    own: Loader = _loader(splits.train, recipe, device)
    train = _shared(own, team)
    val: Loader | None = _loader(splits.val, recipe, device) if splits.val is not None else None
    if on_features:
        begin, whole = time.perf_counter(), module
        freeze.plan(whole, recipe.train).apply(1, 1)
        if recipe.precision == "auto" and not machine_given:
            machine = heads.agreeing(whole, train, rules.preprocessing, machine, tell)
        frozen = heads.frozen(whole, recipe, splits, rules.preprocessing, machine, tell)
        own = train = frozen.train
        val, module = frozen.val, whole.get_submodule("head")
        rules = replace(rules, on_features=True, augment=pipeline(NO_AUGMENTATION), teacher=heads.alone(rules.teacher))
        fitted = heads.fitted(recipe, splits, frozen, tell)
        seconds = time.perf_counter() - begin
        torch.set_num_threads(1)  # a head is too small to be shared
    else:
        rules = replace(rules, precision=machine.precision)
    orders = sampling.orders(splits.train, recipe, 1)
    if fitted is not None:
        recipe = replace(recipe, epochs=1, budget=0.0)
    elif not machine_given:
        recipe, machine = team.same(_sized(recipe, machine, module, rules, own, orders, tell))
        machine = _agreed(machine, team)
    plan = freeze.plan(module, stages.ALL if on_features else recipe.train)
    optimizer = _optimizer(recipe, plan) if fitted is None else heads.NoSteps(plan.groups(recipe))
    plan.apply(recipe.epochs, recipe.epochs)  # as at the end: what never trains is frozen from here on
    prepared = Prepared(
        recipe=recipe,
        splits=splits,
        machine=machine,
        rules=rules,
        schedule=_schedule(recipe, splits),
        rates=tuple(group["lr"] * group.get("scale", 1.0) for group in optimizer.param_groups),
        network=torch.compile(module) if machine.compiled else module,  # type: ignore[arg-type]
        train=train,
        val=val,
        steps_per_epoch=len(orders),
        start=start,
        plan=plan,
        whole=whole,
    )
    state = TrainState(
        module=module,
        optimizer=optimizer,
        average=averaged_copy(module) if recipe.ema else None,
        swa=averaged_copy(module) if recipe.swa else None,
        seconds=seconds,
    )
    together.share_batch_norm(module, team)  # the averages, which are scored alone, are copied by now
    if fitted is not None:
        heads.done(state, fitted.to(device), train.batches(orders, epoch=1), rules)
    return prepared, state


def _check_together(recipe: Recipe, splits: Splits, team: Ranks) -> None:
    """Raise RecipeError for what several processes cannot share."""
    if team.alone:
        return
    if recipe.train in (stages.HEAD, stages.HEAD_THEN_ALL):
        raise RecipeError(
            f'train = "{recipe.train}" computes its features once, which needs no second process: train the head without '
            "torchrun, and go on from that run with weights=RUN and train=all"
        )
    held = [len(splits.val)] if splits.val is not None else []
    fewest = min([*map(len, sampling.orders(splits.train, recipe, 1)), *held])
    if fewest < team.world:
        raise RecipeError(f"{fewest} images cannot be shared by {team.world} processes: raise batch_size, or val")


def _agreed(machine: Machine, team: Ranks) -> Machine:
    """The first process's choice, on this process's own device."""
    if team.alone:
        return machine
    own = f"cuda:{team.local_rank}" if machine.torch_device.type == "cuda" else machine.device
    chosen: Machine = team.same(machine)
    return replace(chosen, device=own)


def _weighing(recipe: Recipe, splits: Splits, device: torch.device) -> dict[str, Any]:
    """What the loss is told of old classes and of unequal ones."""
    counts_K = sampling.shares(splits.train, recipe.sampling) * len(splits.train)
    teacher = extend.teacher(recipe, splits, device) if recipe.distill else None
    return {"shift_K": balance.shift(counts_K.tolist(), recipe.adjust, device), "teacher": teacher}


def _initialised(recipe: Recipe, classes: int) -> nn.Module:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(derive(recipe.seed, "weights"))
        return build_module(recipe.model, recipe.channels, classes, recipe.image_size)


def _loader(dataset: Dataset, recipe: Recipe, device: torch.device) -> Loader:
    size, channels, resize = recipe.image_size, recipe.channels, recipe.resize
    return loader(dataset, device, size=size, channels=channels, resize=resize, workers=recipe.workers)


def _shared(loader: Loader, team: Ranks) -> Loader:
    """The training images as several processes read them: what lies in memory is there for all."""
    return together.Gathered(loader, team) if isinstance(loader, Streamed) and not team.alone else loader


def _optimizer(recipe: Recipe, plan: Plan) -> torch.optim.Optimizer:
    groups = plan.groups(recipe)
    wanted = {group.get("scale", 1.0) for group in groups}
    optimizer: torch.optim.Optimizer = catalog.build("optimizers", recipe.optimizer, groups)
    if wanted != {group.get("scale", 1.0) for group in optimizer.param_groups}:
        raise RecipeError(
            f"optimizer {recipe.optimizer} has one learning rate for all weights; set backbone_lr_factor = 1 and layer_decay = 1, "
            "or take another optimizer"
        )
    return optimizer


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
    parts = [rules.ranks.part_of(order) for order in orders[:8]]
    times = step_times(machine, module, rules, train.batches(parts, epoch=1), recipe.optimizer)
    epoch_s = len(orders) * sum(times) / len(times) * EVALUATING
    if recipe.budget:
        recipe = replace(recipe, epochs=max(1, int(recipe.budget / epoch_s)), budget=0.0)
        tell(Note(text=f"an epoch takes about {epoch_s:.1f} s here: the budget buys {recipe.epochs} epochs"))
    long_enough = (
        rules.ranks.alone and can_compile() and epoch_s * recipe.epochs > COMPILE_PAYS[machine.torch_device.type]
    )
    return recipe, replace(machine, compiled=recipe.compile == "on" or (recipe.compile == "auto" and long_enough))
