"""What the steps of a training see: batches of images, and the network that trains on them (see `frozen` for features)."""

from dataclasses import dataclass, replace

from torch import Tensor, nn

from linnaeus.data import sampling
from linnaeus.data.dataset import Splits
from linnaeus.data.loader import Loader, loader
from linnaeus.data.sampling import Indices
from linnaeus.data.streamed import Streamed, tell_of_room
from linnaeus.device import Machine
from linnaeus.events import Watcher
from linnaeus.finetuning.head import Fitted
from linnaeus.recipe.recipe import Recipe
from linnaeus.training.footprint import tell_of_memory
from linnaeus.training.step import Rules
from linnaeus.training.together import Gathered


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """The batches of a training, what trains on them, and what is done with them already."""

    module: nn.Module  # that trains: the whole network, or its head
    machine: Machine
    rules: Rules
    orders: list[Indices]  # of the first epoch: the images of each step
    train: Loader
    own: Loader  # the training images without the other processes'
    val: Loader | None
    whole: nn.Module | None = None  # whose frozen backbone gave the features that `module` sees
    fitted: Fitted | None = None  # the head, where it was fitted to its features: there is nothing left to train
    losses: tuple[Tensor, ...] = ()  # of its steps, as if it had taken some
    accuracies: tuple[Tensor, ...] = ()
    seconds: float = 0.0  # that the features and the fit took


def images(recipe: Recipe, splits: Splits, module: nn.Module, rules: Rules, machine: Machine) -> Inputs:
    """The images themselves, through the whole network."""
    device, workers, square = machine.torch_device, recipe.workers, rules.preprocessing.square
    own = loader(splits.train, device, workers=workers, **square)
    return Inputs(
        module=module,
        machine=machine,
        rules=replace(rules, precision=machine.precision),
        orders=sampling.orders(splits.train, recipe, 1),
        # What lies in memory is there for all processes; what is decoded is shared among them.
        train=Gathered(own, rules.ranks) if isinstance(own, Streamed) and not rules.ranks.alone else own,
        own=own,
        val=loader(splits.val, device, workers=workers, **square) if splits.val is not None else None,
    )


def all_images(
    recipe: Recipe, splits: Splits, module: nn.Module, rules: Rules, machine: Machine, tell: Watcher
) -> Inputs:
    """The same, after it is told where memory is short for them."""
    tell_of_room(splits.train, recipe, tell)
    tell_of_memory(recipe, module, machine, tell)
    return images(recipe, splits, module, rules, machine)
