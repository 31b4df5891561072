"""Which backbone photographs begin at, where nobody says: the most accurate one whose training the budget holds, as measured here.

What is timed is what will run: a pass of the frozen blocks by the engine that is going to take the images (torch, or ONNX Runtime
where that is sooner), and a step of the last blocks. A smaller backbone with its last blocks trained is better than a larger one
without (recipes/photographs.md), so a backbone is taken only where the budget holds both.
"""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import torch

from linnaeus.classifier import onnx_engine
from linnaeus.classifier.classifier import normalise
from linnaeus.device import ONNX, hold_memory, undisturbed
from linnaeus.events import Watcher, note
from linnaeus.finetuning import bare, freeze, seam
from linnaeus.finetuning.backbone import PART, FrozenBackbone, frozen_backbone
from linnaeus.finetuning.seam import Upper
from linnaeus.finetuning.weights import catalogue
from linnaeus.finetuning.weights.catalogue import Backbone
from linnaeus.recipe import advise

SHARE = 0.75  # of the budget: what is left is for reading the images, fitting the head and writing the page
PASSES, TOGETHER = 3, 4  # passes that are timed, the first of them to warm up, and the images of each


def begun(images: int, budget: float, tell: Watcher) -> str:
    """The name of the backbone, told with what it costs, before it does; without a budget nothing is measured."""
    if not budget:
        return catalogue.DEFAULT
    found, *dearer = reversed(measured(images, budget, tell))
    tell(note("backbone", weights=found.name, seconds=found.features_s + found.last_s, n=images))
    for one in dearer:
        tell(note("backbone-dearer", weights=one.name, seconds=one.features_s + one.last_s, budget=f"{budget:g} s"))
    return found.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a backbone takes of so many images, in seconds: their features, and the training of its last blocks."""

    name: str
    features_s: float
    last_s: float


def measured(images: int, budget: float, tell: Watcher) -> list[Cost]:
    """The catalogue's backbones from the most accurate one on, up to the first that a part of `budget` seconds holds, or the last."""
    hold_memory()
    costs: list[Cost] = []
    with undisturbed():
        for one in sorted(catalogue.BACKBONES, key=lambda each: -each.top1):
            costs.append(_cost(one, images, tell))
            if costs[-1].features_s + costs[-1].last_s <= SHARE * budget:
                break
    return costs


def _cost(backbone: Backbone, images: int, tell: Watcher) -> Cost:
    """By a few passes and steps of made-up images on as many threads as there are idle cores."""
    whole = bare.bare(backbone.name, Path())
    torch.set_num_threads(whole.machine.threads)
    halves = seam.halves(whole.module, freeze.plan(whole.module, advise.LAST), 3, backbone.size)
    assert halves is not None, "the backbones of the catalogue are chains"
    made_BCHW = torch.zeros((TOGETHER, 3, backbone.size, backbone.size), dtype=torch.uint8)
    made_BCHW = made_BCHW.to(whole.machine.torch_device)
    lower = frozen_backbone(halves.lower, whole.preprocessing, whole.machine)
    lower = _with_engine(lower, made_BCHW, images, tell)
    pass_s = _best_of(lambda: lower.features(made_BCHW)) / TOGETHER
    onnx_engine.opened.cache_clear()  # a session is memory; its graph lies on the disk
    step_s = _best_of(lambda: _step(halves.upper, made_BCHW.device)) / advise.BATCH
    name = catalogue.DEFAULT if backbone is catalogue.find(catalogue.DEFAULT) else backbone.name
    return Cost(name=name, features_s=images * pass_s, last_s=images * step_s * advise.EPOCHS)


def _with_engine(lower: FrozenBackbone, made_BCHW: torch.Tensor, images: int, tell: Watcher) -> FrozenBackbone:
    """The same, by whatever engine is going to take so many images; the graph that is made for it is kept for them."""
    if made_BCHW.device.type != "cpu":
        return lower
    inputs_BCHW, machine = normalise(made_BCHW, lower.preprocessing), lower.machine
    engine = onnx_engine.faster(lower.module, PART, inputs_BCHW, images, lower.checksum, machine.threads, tell)
    return lower if engine is None else replace(lower, machine=replace(machine, engine=ONNX))


def _step(upper: Upper, device: torch.device) -> None:
    rows_BD = torch.rand((advise.BATCH, math.prod(upper.shape)), device=device)
    upper.requires_grad_(True).train()
    upper(rows_BD).logsumexp(1).sum().backward()


def _best_of(work: Callable[[], object]) -> float:
    """Seconds of the quickest of a few; the first warms up."""
    times = []
    for _ in range(PASSES):
        start = time.perf_counter()
        work()
        if torch.cuda.is_available():
            torch.cuda.synchronize()
        times.append(time.perf_counter() - start)
    return min(times[1:])
