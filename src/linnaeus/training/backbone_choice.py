"""Which backbone photographs begin at, where nobody says: the better one that the budget holds, by a few passes measured here."""

import time
from dataclasses import dataclass

import torch

from linnaeus.classifier.classifier import build_module
from linnaeus.device import cores, hold_memory, idle_cores, pick_device
from linnaeus.events import Watcher, note
from linnaeus.finetuning.weights import catalogue
from linnaeus.finetuning.weights.catalogue import Backbone
from linnaeus.recipe.spec import parse

SHARE = 0.25  # of the budget that the features of a larger backbone may take: the last stage takes about as long again
PASSES, TOGETHER = 3, 2  # passes that are timed, the first of them to warm up, and the images of each


def begun(images: int, budget: float, tell: Watcher) -> str:
    """The name of the backbone, told with what it costs, before it does; without a budget nothing is measured."""
    if not budget:
        return catalogue.DEFAULT
    found = chosen(images, budget)
    tell(note("backbone", weights=found.name, seconds=found.seconds, n=images))
    if found.name != found.smallest:
        tell(note("backbone-smaller", weights=found.smallest, seconds=found.smallest_s))
    return found.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A backbone, the seconds that its features take, and those of the smallest one's."""

    name: str
    seconds: float
    smallest: str
    smallest_s: float


def chosen(images: int, budget: float) -> Choice:
    """The most accurate backbone of the catalogue whose features of so many images are a small part of `budget` seconds.

    A network without its weights is as fast as one with them, so nothing is read for this.
    """
    hold_memory()
    least = catalogue.find(catalogue.DEFAULT)
    least_s = images * _seconds(least)
    best, best_s = least, least_s
    for one in sorted(catalogue.BACKBONES, key=lambda each: -each.top1):
        if one.macs / least.macs * least_s > SHARE * budget:  # not even measured
            continue
        seconds = least_s if one is least else images * _seconds(one)
        if seconds <= SHARE * budget:
            best, best_s = one, seconds
            break
    name = catalogue.DEFAULT if best is least else best.name
    return Choice(name=name, seconds=best_s, smallest=catalogue.DEFAULT, smallest_s=least_s)


def _seconds(backbone: Backbone) -> float:
    """A pass of one image, by the best of a few on as many threads as there are idle cores."""
    device = torch.device(pick_device("auto"))
    module = build_module(parse(backbone.model), 3, 2, backbone.size).eval().to(device)
    images_BCHW = torch.zeros(TOGETHER, 3, backbone.size, backbone.size, device=device)
    images_BCHW = images_BCHW.contiguous(memory_format=torch.channels_last)
    threads, times = torch.get_num_threads(), []
    torch.set_num_threads(max(1, min(cores(), idle_cores())))
    try:
        with torch.inference_mode():
            for _ in range(PASSES):
                start = time.perf_counter()
                module(images_BCHW).sum().item()
                times.append(time.perf_counter() - start)
    finally:
        torch.set_num_threads(threads)
    return min(times[1:]) / TOGETHER
