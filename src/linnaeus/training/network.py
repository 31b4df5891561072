"""The network that a training begins with: built, given its weights, and then what it measures on training images."""

from dataclasses import dataclass

import torch
from torch import nn

from linnaeus.classifier.card import Preprocessing
from linnaeus.classifier.classifier import build_module
from linnaeus.data.dataset import Splits
from linnaeus.data.randomness import derive
from linnaeus.device import Machine
from linnaeus.events import Watcher, note
from linnaeus.finetuning import extend
from linnaeus.finetuning.backbone import FrozenBackbone
from linnaeus.finetuning.weights.start import Start, preprocessing, start_at
from linnaeus.recipe.recipe import Recipe
from linnaeus.training.prime import prime
from linnaeus.training.state import Begun


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """A network, how it wants its images, and the weights that it begins with, where the recipe names some."""

    module: nn.Module
    preprocessing: Preprocessing
    start: Start | None


def begin(recipe: Recipe, splits: Splits, tell: Watcher, begun: Begun | None) -> Network:
    """Weights drawn from the seed, those that the recipe names in their place, and a head that was fitted in place of its head.

    Raises:
        RecipeError, RunError: a network that cannot be built for these images, or weights that do not fit it.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(derive(recipe.seed, "weights"))
        module = build_module(recipe.model, recipe.channels, len(splits.classes), recipe.image_size)
    start = start_at(recipe, module, splits.classes) if recipe.weights else None
    if start is not None and begun is None:  # else it was told before
        tell(note("start", start=start.facts(), classes=len(splits.classes)))
    if begun is not None and begun.head is not None:
        module.head = begun.head
    if begun is not None and begun.weights is not None:
        module.load_state_dict(begun.weights)
    return Network(module=module, preprocessing=preprocessing(recipe, splits.train, start), start=start)


def settle(network: Network, recipe: Recipe, splits: Splits, machine: Machine, begun: Begun | None) -> None:
    """Bring it to the machine, and let it see training images where its first weights depend on them.

    A network from nothing may measure some (`prime`, see parts/models); beside rows of the head that came with the weights,
    those of new classes begin at their mean feature. What a resumed run measured comes from its checkpoint.
    """
    torch.set_num_threads(machine.threads)
    module = network.module.to(machine.torch_device)
    if network.start is None:
        prime(module, splits.train, recipe, network.preprocessing)
    elif begun is None or begun.head is None:
        backbone = FrozenBackbone(module=module, preprocessing=network.preprocessing, machine=machine, checksum="")
        extend.begin_rows(module, network.start, splits.train, backbone)
