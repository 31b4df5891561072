"""Which backbone photographs begin at, where nobody says: the most accurate one whose features the budget holds, as measured here.

What is timed is what will run: a pass of the frozen blocks by the engine that is going to take the images (torch, or ONNX Runtime
where that is sooner).
"""

from dataclasses import dataclass, replace
from pathlib import Path

import torch

from linnaeus.classifier import onnx_engine
from linnaeus.classifier.classifier import normalise
from linnaeus.device import ONNX, best_of, hold_memory, undisturbed
from linnaeus.events import Watcher, note
from linnaeus.finetuning import bare, freeze, seam
from linnaeus.finetuning.backbone import PART, FrozenBackbone, frozen_backbone
from linnaeus.finetuning.weights import catalogue
from linnaeus.finetuning.weights.catalogue import Backbone, Pair
from linnaeus.recipe import advise

SHARE = (
    0.4  # of the budget that features may take: as much again is for the last blocks, the rest for files, head and page
)
BACKBONES: tuple[Backbone | Pair, ...] = (
    catalogue.PAIR,
    *reversed(catalogue.BACKBONES),
)  # the most accurate first: recipes/photographs.md
TOGETHER = 4  # images of a pass that is timed


def begun(images: int, budget: float, tell: Watcher) -> str:
    """The name of the backbone, told with what it costs, before it does; without a budget nothing is measured."""
    if not budget:
        return catalogue.DEFAULT
    found, *dearer = reversed(measured(images, budget, tell))
    tell(note("backbone", weights=found.name, seconds=found.seconds, n=images))
    for one in dearer:
        tell(note("backbone-dearer", weights=one.name, seconds=one.seconds, budget=f"{budget:g} s"))
    return found.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What the features of so many images take, in seconds."""

    name: str
    seconds: float


def measured(images: int, budget: float, tell: Watcher) -> list[Cost]:
    """The catalogue's backbones from the most accurate one on, up to the first whose features take a part of `budget` seconds."""
    hold_memory()
    costs: list[Cost] = []
    with undisturbed():
        for one in BACKBONES:
            costs.append(_cost(one, images, tell))
            if costs[-1].seconds <= SHARE * budget:
                break
    return costs


def _cost(backbone: Backbone | Pair, images: int, tell: Watcher) -> Cost:
    """By a few passes of made-up images on as many threads as there are idle cores."""
    whole = bare.bare(backbone.name, Path())
    torch.set_num_threads(whole.machine.threads)
    halves = seam.halves(whole.module, freeze.plan(whole.module, advise.LAST), 3, backbone.size)
    assert halves is not None, "the backbones of the catalogue are chains"
    made_BCHW = torch.zeros((TOGETHER, 3, backbone.size, backbone.size), dtype=torch.uint8)
    made_BCHW = made_BCHW.to(whole.machine.torch_device)
    lower = frozen_backbone(halves.lower, whole.preprocessing, whole.machine)
    lower = _with_engine(lower, made_BCHW, images, tell)
    pass_s = best_of(lambda: lower.features(made_BCHW)) / TOGETHER
    onnx_engine.opened.cache_clear()  # a session is memory; its graph lies on the disk
    name = catalogue.DEFAULT if backbone is catalogue.find(catalogue.DEFAULT) else backbone.name
    return Cost(name=name, seconds=images * pass_s)


def _with_engine(lower: FrozenBackbone, made_BCHW: torch.Tensor, images: int, tell: Watcher) -> FrozenBackbone:
    """The same, by whatever engine is going to take so many images; the graph that is made for it is kept for them."""
    if made_BCHW.device.type != "cpu":
        return lower
    inputs_BCHW, machine = normalise(made_BCHW, lower.preprocessing), lower.machine
    engine = onnx_engine.faster(lower.module, PART, inputs_BCHW, images, lower.checksum, machine.threads, tell)
    return lower if engine is None else replace(lower, machine=replace(machine, engine=ONNX))
