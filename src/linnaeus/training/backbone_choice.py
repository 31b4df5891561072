"""Which backbone photographs begin at, where nobody says: the most accurate one whose features the budget holds, as measured here.

What is timed is what will run: a pass of the frozen blocks by the engine that is going to take the images (torch, or ONNX Runtime
where that is sooner). The least backbone is timed; of the others it is reckoned by their multiply-accumulates, since making
each ready and timing it costs seconds of a short budget.
"""

import math
import time
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean

import torch

from linnaeus.device import hold_memory, seconds_of, undisturbed
from linnaeus.errors import RecipeError
from linnaeus.events import Watcher, note
from linnaeus.finetuning import bare, freeze, seam
from linnaeus.finetuning.backbone import close_engines, frozen_backbone
from linnaeus.finetuning.weights import catalogue
from linnaeus.recipe import advise
from linnaeus.recipe.read import Fields

# of the budget that features may take: as much again is for the last blocks, the rest for files, head and page
SHARE = 0.4
# than the least, the most accurate first: recipes/photographs.md
OTHERS = (catalogue.PAIR, *reversed(catalogue.BACKBONES[1:]))
# images of a pass that is timed, and passes: the mean of these is what a budget gets, not the best
TOGETHER, PASSES = 4, 6
LARGEST = 0.6  # of a budget that was asked for: more than that the features of the least backbone must not take
# all but the features (start, decoding, head, record, page) by the start so far, and features by their timing: of 1,940 photographs on two
# slow cores (AMD EPYC, AVX2) 28 s and 17 s, the start having taken 10 s and the timing having promised 14
WHOLE, BESIDE = 3.0, 1.25
SMALLEST, STEP = 128, 32  # pixels; what smaller images cost in accuracy stands in recipes/photographs.md


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What the features of so many images take, in seconds."""

    name: str
    seconds: float


def begun(images: int, budget: float, asked: bool, tell: Watcher, since: float | None = None) -> Fields:
    """The `weights` to begin at, told with what they cost, before they do; without a budget nothing is measured.

    A budget that was asked for is kept: where it does not hold the features of the least backbone, images are smaller (`image_size`).
    It counts from `since`, by `time.perf_counter`; None: from now.

    Raises:
        RecipeError: it holds not even those of the smallest images.
    """
    if not budget:
        return {"weights": catalogue.DEFAULT}
    least = catalogue.find(catalogue.DEFAULT)
    seconds = images * _image_s(images, tell)
    close_engines()  # the graph stays on the disk
    costs = [Cost(name=one.name, seconds=seconds * one.macs / least.macs) for one in OTHERS]
    costs.append(Cost(name=catalogue.DEFAULT, seconds=seconds))
    spent = time.perf_counter() - since if since is not None else 0.0
    room = _room(budget, spent) if asked else math.inf
    most = min(SHARE * budget, room)
    place = next((place for place, cost in enumerate(costs) if cost.seconds <= most), len(costs) - 1)
    chosen, fields = costs[place], Fields(weights=costs[place].name)
    if seconds > room:
        side = _side(least.size, images, seconds, budget, spent)
        tell(note("smaller-photographs", advised=least.size, chosen=side, seconds=seconds, budget=budget))
        chosen, fields = replace(chosen, seconds=seconds * (side / least.size) ** 2), fields | {"image_size": side}
    tell(note("backbone", weights=chosen.name, seconds=chosen.seconds, n=images))
    for dearer in reversed(costs[:place]):
        tell(note("backbone-dearer", weights=dearer.name, seconds=dearer.seconds, budget=budget))
    return fields


def _room(budget: float, spent: float) -> float:
    """Seconds of a budget that features may take, as they were timed; a slow machine's start says how slow the rest will be."""
    return max(0.0, min(LARGEST * budget, (budget - WHOLE * spent) / BESIDE))


def _side(size: int, images: int, seconds: float, budget: float, spent: float) -> int:
    """The side in pixels at which features that take so many seconds at `size` keep to their part of the budget."""
    side = int(size * math.sqrt(_room(budget, spent) / seconds) / STEP) * STEP  # the time grows with the pixels
    if side < SMALLEST:
        own = seconds * (SMALLEST / size) ** 2
        least = max(own / LARGEST, own * BESIDE + WHOLE * spent)
        raise RecipeError(
            f"budget = {budget:g} s does not hold the features of {images:,} photographs, even of {SMALLEST} px; "
            f"give it at least {math.ceil(least)} s, or fewer images"
        )
    return side


def _image_s(images: int, tell: Watcher) -> float:
    """Seconds of the least backbone for one of so many images: the mean of a few passes of made-up ones, on all idle cores."""
    hold_memory()
    with undisturbed():
        whole = bare.bare(catalogue.DEFAULT, Path())
        torch.set_num_threads(whole.machine.threads)
        size = whole.preprocessing.size
        halves = seam.halves(whole.module, freeze.plan(whole.module, advise.LAST), 3, size)
        assert halves is not None, "the backbones of the catalogue are chains"
        made_BCHW = torch.zeros((TOGETHER, 3, size, size), dtype=torch.uint8, device=whole.machine.torch_device)
        lower = frozen_backbone(halves.lower, whole.preprocessing, whole.machine).quickest(made_BCHW, images, tell)
        lower.features(made_BCHW)  # warms up
        return fmean(seconds_of(lambda: lower.features(made_BCHW)) for _ in range(PASSES)) / TOGETHER
