"""A training: `Prepared`, of which nothing changes, and `TrainState`, the only mutable thing in it."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn

from linnaeus.data import sampling
from linnaeus.data.dataset import Splits
from linnaeus.data.loader import Loader
from linnaeus.data.sampling import Indices
from linnaeus.device import Machine
from linnaeus.finetuning.freeze import Plan
from linnaeus.finetuning.head import Fitted
from linnaeus.finetuning.weights.start import Start
from linnaeus.recipe.recipe import LINEAR, Recipe
from linnaeus.recipe.spec import Spec
from linnaeus.record import codec
from linnaeus.record.facts import EpochRow, Stage
from linnaeus.training.step import Rules, Schedule


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """What a training brings with it that has begun before it is prepared."""

    machine: Machine | None = None  # of a resumed run: it decides the last bits
    head: nn.Module | None = None  # fitted already, in the place of the network's own
    fitted: Spec = LINEAR  # the part that it is of
    weights: Mapping[str, Tensor] | None = None  # of the whole network, that head's too
    seconds: float = 0.0  # spent so far


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """One training, ready to run. Nothing here changes while it runs."""

    recipe: Recipe
    splits: Splits
    machine: Machine
    rules: Rules
    schedule: Schedule
    lrs: tuple[float, ...]  # learning rate of each parameter group at factor 1
    network: nn.Module  # what a step calls: the state's module, compiled where that pays
    train: Loader
    val: Loader | None
    steps_per_epoch: int
    start: Start | None  # where the recipe names the weights to begin with
    plan: Plan  # what trains
    # the network of which `network` is the head, on features, or the upper part, on activations; None: all of it sees images
    whole: nn.Module | None = None
    head: Spec = LINEAR  # the part that stands in the head's place
    fitted: Fitted | None = None  # that head, where it was fitted to its features
    # `time.perf_counter` when the budget is over, and no further step is taken; None: there is none
    ends: float | None = None
    left_out: tuple[Stage, ...] = ()  # further stages of the run that are not tried
    asked: Recipe | None = None  # the run's own recipe, where this training is one of its stages; None: `recipe` is

    def of_run(self) -> Recipe:
        """The recipe of the run."""
        return self.asked or self.recipe

    def is_over(self) -> bool:
        """True where time is up: for all processes, where it is for one."""
        return self.ends is not None and self.rules.ranks.any(time.perf_counter() >= self.ends)

    def orders(self, epoch: int) -> list[Indices]:
        """The indices of the images of each step of an epoch, from 1."""
        return sampling.orders(self.splits.train, self.recipe, epoch)

    @property
    def steps(self) -> int:
        return self.steps_per_epoch * self.recipe.epochs


@dataclass(slots=True, kw_only=True)
class TrainState:
    """Everything that changes while a network is trained; `step` counts the finished steps over all epochs."""

    module: nn.Module
    optimizer: torch.optim.Optimizer
    average: nn.Module | None  # exponential moving average of the weights, where the recipe asks for it
    swa: nn.Module | None  # plain average of the weights of the last epochs so far, where the recipe asks for it
    step: int = 0
    losses: list[Tensor] = field(default_factory=list)  # of the batches of this epoch, on the device
    accuracies: list[Tensor] = field(default_factory=list)
    history: list[EpochRow] = field(default_factory=list)  # what depends on the clock is not in it
    best: dict[str, Tensor] | None = None  # weights of the best epoch on validation, where the recipe chooses it
    best_loss: float = float("inf")
    seconds: float = 0.0  # spent on finished steps
    epochs_s: list[float] = field(default_factory=list)

    def evaluated(self) -> nn.Module:
        """The network to be scored: the averaged weights where there are some."""
        return self.module if self.average is None else self.average

    def fraction(self, steps: int) -> float:
        return self.step / steps

    def to_tree(self) -> dict[str, Any]:
        return {
            "module": dict(self.module.state_dict()),
            "optimizer": self.optimizer.state_dict(),
            "average": None if self.average is None else dict(self.average.state_dict()),
            "swa": None if self.swa is None else dict(self.swa.state_dict()),
            "step": self.step,
            "losses": [float(loss) for loss in self.losses],
            "accuracies": [float(accuracy) for accuracy in self.accuracies],
            "history": [codec.to_plain(row) for row in self.history],
            "best": self.best,
            "best_loss": self.best_loss,
            "seconds": self.seconds,
            "epochs_s": self.epochs_s,
        }

    def restore(self, saved: dict[str, Any]) -> None:
        """Take over what `to_tree` gave, bit for bit and in the memory layout that the arithmetic is done in."""
        self.module.load_state_dict(saved["module"])
        self.optimizer.load_state_dict(saved["optimizer"])
        for parameter, held in self.optimizer.state.items():
            for name, value in held.items():
                if isinstance(value, Tensor) and value.shape == parameter.shape:
                    held[name] = torch.empty_like(parameter, dtype=value.dtype).copy_(value)
        if self.average is not None:
            self.average.load_state_dict(saved["average"])
        if self.swa is not None:
            self.swa.load_state_dict(saved["swa"])
        device = next(iter(self.module.state_dict().values())).device  # a head may hold no weights, but images
        self.losses = [torch.tensor(loss, device=device) for loss in saved["losses"]]
        self.accuracies = [torch.tensor(accuracy, device=device) for accuracy in saved["accuracies"]]
        self.history = [codec.from_plain(EpochRow, row, "the history") for row in saved["history"]]
        for name in ("step", "best", "best_loss", "seconds", "epochs_s"):
            setattr(self, name, saved[name])


def copied_weights(module: nn.Module) -> dict[str, Tensor]:
    """All weights and buffers by name, apart from the module."""
    return {name: tensor.detach().clone() for name, tensor in module.state_dict().items()}
