"""How large images are shown to a network from nothing in a short budget: smaller, where the advised side holds too few epochs."""

import math

import torch
from torch.nn.functional import cross_entropy

from linnaeus.classifier.classifier import build_module
from linnaeus.device import best_of, cores, hold_memory, idle_cores, pick_device, undisturbed
from linnaeus.events import Watcher, note
from linnaeus.recipe.recipe import Recipe
from linnaeus.training.timing import PIXELS

EPOCHS = 6  # that a budget should hold: fewer teach a network from nothing less than the larger images would
FOR_STEPS = 0.7  # of a budget: the rest is for the start, the validation images and the report
SMALLEST, STEP = 32, 16  # pixels


def fitting(recipe: Recipe, images: int, classes: int, tell: Watcher) -> int:
    """The side in pixels at which the recipe's budget holds some epochs of so many images: its own, or a smaller one, which is told."""
    side = recipe.image_size
    if side < SMALLEST + STEP:
        return side
    needed = EPOCHS * images * _image_s(recipe, classes)
    if needed <= FOR_STEPS * recipe.budget:
        return side
    smaller = side * math.sqrt(FOR_STEPS * recipe.budget / needed)  # a convolution's time grows with the pixels
    chosen = max(SMALLEST, int(smaller / STEP) * STEP)
    tell(note("smaller-images", advised=side, chosen=chosen, seconds=needed / EPOCHS))
    return chosen


def _image_s(recipe: Recipe, classes: int) -> float:
    """Seconds of a training step for one image, by the best of a few on as many threads as there are idle cores."""
    hold_memory()
    side, device = recipe.image_size, torch.device(pick_device(recipe.device))
    count = max(2, min(recipe.batch_size, PIXELS // side**2))
    with undisturbed():
        torch.set_num_threads(recipe.threads or min(cores(), idle_cores()))
        module = build_module(recipe.model, recipe.channels, classes, side).to(device)
        images_BCHW = torch.zeros(count, recipe.channels, side, side, device=device)
        images_BCHW = images_BCHW.contiguous(memory_format=torch.channels_last)
        labels_B = torch.arange(count, device=device) % classes
        return best_of(lambda: cross_entropy(module(images_BCHW), labels_B).backward()) / count  # type: ignore[no-untyped-call]
