"""What a step holds in memory: on a processor nothing says that it runs short, the system ends the process without a word."""

import math

import torch
from torch import Tensor, nn
from torch.autograd.graph import saved_tensors_hooks

from linnaeus.classifier.classifier import autocast
from linnaeus.data.randomness import derive
from linnaeus.device import Machine, memory_left
from linnaeus.distributed import ranks
from linnaeus.events import Watcher, note
from linnaeus.finetuning import freeze
from linnaeus.recipe.recipe import Recipe
from linnaeus.training.step import frozen_statistics

LOOKED_AT = 2  # made-up images
# what the way back takes beside what was kept for it: EfficientNet-Lite0 and -Lite2 side by side, 260 px, 1.4 with 7 images at a time
BESIDE = 1.4
STATE = 4  # numbers for each weight that trains: itself, its gradient, and an optimizer's two averages


def shortfall(recipe: Recipe, module: nn.Module, machine: Machine) -> tuple[int, int] | None:
    """Bytes that a step needs and that are left, where it needs more than are left; a GPU says so itself."""
    if machine.device != "cpu" or math.isinf(left := memory_left()):
        return None
    weights = sum(weight.numel() for weight in module.parameters() if weight.requires_grad)
    together = math.ceil(recipe.batch_size / recipe.accumulate / ranks().world)
    need = together * kept_for_gradients(recipe, module, machine) * BESIDE + STATE * 4 * weights
    return (round(need), round(left)) if need > left else None


def tell_of_memory(recipe: Recipe, module: nn.Module, machine: Machine, tell: Watcher) -> None:
    """Say before the first step that there is too little memory for it, and what would need less."""
    if (found := shortfall(recipe, module, machine)) is not None:
        need, left = found
        passes = recipe.accumulate * math.ceil(need / max(left, need / recipe.batch_size))
        tell(note("memory-short", need=need // 10**6, left=left // 10**6, passes=min(passes, recipe.batch_size)))


def kept_for_gradients(recipe: Recipe, module: nn.Module, machine: Machine) -> float:
    """Bytes that a pass of one image keeps for the way back, weights left out. Nothing of the network changes."""
    own = {tensor.untyped_storage().data_ptr() for tensor in (*module.parameters(), *module.buffers())}
    kept: dict[int, int] = {}

    def keep(tensor: Tensor) -> Tensor:
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in own:
            kept[storage.data_ptr()] = storage.nbytes()
        return tensor

    size = recipe.image_size
    hooks = saved_tensors_hooks(keep, lambda tensor: tensor)
    with torch.random.fork_rng(devices=[]), frozen_statistics(module), freeze.modes_kept(module), hooks:
        torch.manual_seed(derive("footprint"))
        images_BCHW = torch.rand((LOOKED_AT, recipe.channels, size, size)).to(memory_format=torch.channels_last)
        with autocast(images_BCHW.device, machine.precision):
            logits_BK = module.train()(images_BCHW)
    del logits_BK
    return sum(kept.values()) / LOOKED_AT
