"""The learning-rate range test (Smith 2015, arXiv 1506.01186): train, raise the learning rate step by step, watch the loss.

It grows by the same factor each step. The loss is smoothed by an exponential mean, corrected for its beginning. The
sweep ends early where the smoothed loss is `DIVERGED` times its least value, or no number at all. All is done on a network
of its own: nothing is written, and no generator, thread count or weight is other than before.
"""

import math
from dataclasses import dataclass, replace
from itertools import chain, count, islice

import torch

from linnaeus import device
from linnaeus.data.dataset import Splits
from linnaeus.data.randomness import derive, generator
from linnaeus.errors import RecipeError
from linnaeus.events import Reading, Watcher
from linnaeus.recipe import catalog
from linnaeus.recipe.recipe import Recipe
from linnaeus.recipe.spec import Spec
from linnaeus.record.measurements import LrRange, LrStep
from linnaeus.training.prepare import prepare
from linnaeus.training.step import step

MEMORY = 0.9  # of the smoothed loss, a step
DIVERGED = 4.0
BELOW = 10.0
SIDE = 5  # steps to each side over which a slope is taken: one step's is noise


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep:
    """From which learning rate to which, in how many steps."""

    low: float = 1e-6
    high: float = 10.0
    steps: int = 100

    def __post_init__(self) -> None:
        if not (0 < self.low < self.high < math.inf and self.steps >= 10):
            raise RecipeError(
                f"a sweep from {self.low:g} to {self.high:g} in {self.steps} steps is none; "
                "learning rates must grow from above 0, in at least 10 steps"
            )

    def lr(self, index: int) -> float:
        return float(self.low * (self.high / self.low) ** (index / (self.steps - 1)))


@device.undisturbed()
def lr_range(recipe: Recipe, splits: Splits, sweep: Sweep, tell: Watcher) -> LrRange:
    """Sweep the learning rate of a recipe, with its data, network, augmentation, batch size and optimizer.

    Parameter groups whose rate is not the optimizer's own (Muon's `rest`) keep theirs.

    The rule on digits (convnet, 8 epochs of one-cycle, 505 validation images, one seed): it suggests 0.017 for AdamW, 0.074
    for SGD and 0.17 for Muon. A tenth of that (Muon: of 0.14) cost 1.0, 25 and 1.6 points, three times that at most 0.2.

    Raises:
        RecipeError, UnknownName: as a training would, before its first step.
    """
    lrs, losses, diverged = _swept(replace(recipe, budget=0.0, compile="off"), splits, sweep, tell)
    smoothed = smooth(losses)
    lowest, fastest = lrs[min(range(len(lrs)), key=smoothed.__getitem__)], lrs[steepest(smoothed)]
    suggestion = float(f"{min(lowest / BELOW, fastest):.2g}")
    spec = with_lr(recipe.optimizer, suggestion)
    rows = zip(lrs, losses, smoothed, strict=True)
    return LrRange(
        suggestion=suggestion,
        lowest=lowest,
        fastest=fastest,
        diverged=diverged,
        optimizer=str(spec) if spec else None,
        steps=tuple(LrStep(lr=lr, loss=loss, smoothed=mean) for lr, loss, mean in rows),
    )


def _swept(recipe: Recipe, splits: Splits, sweep: Sweep, tell: Watcher) -> tuple[list[float], list[float], bool]:
    """Learning rates, losses, and whether they diverged."""
    prepared, state = prepare(recipe, splits, tell)
    swept = [group for group in state.optimizer.param_groups if group["lr"] == prepared.lrs[0]]
    lrs: list[float] = []
    losses: list[float] = []
    batches = chain.from_iterable(prepared.train.batches(prepared.orders(epoch), epoch) for epoch in count(1))
    for index, batch in enumerate(islice(batches, sweep.steps)):
        for group in swept:
            group["lr"] = sweep.lr(index)
        torch.manual_seed(derive(recipe.seed, "rates", index))
        loss, _ = step(state.module, state.optimizer, batch, prepared.rules, generator(recipe.seed, "rates", index))
        if not math.isfinite(value := float(loss)):
            if losses:
                return lrs, losses, True
            raise RecipeError(
                f"the loss is {value} at the lowest learning rate, {sweep.low:g}; begin lower, or look at the data"
            )
        lrs.append(sweep.lr(index))
        losses.append(value)
        tell(Reading(done=index + 1, total=sweep.steps, what="lr-range"))
        smoothed = smooth(losses)
        if smoothed[-1] > DIVERGED * min(smoothed):
            return lrs, losses, True
    return lrs, losses, False


def smooth(losses: list[float]) -> list[float]:
    """The exponential mean of the losses so far, for each of them; at the beginning without a pull towards zero."""
    smoothed: list[float] = []
    mean, weight = 0.0, 0.0
    for loss in losses:
        mean, weight = MEMORY * mean + (1 - MEMORY) * loss, MEMORY * weight + (1 - MEMORY)
        smoothed.append(mean / weight)
    return smoothed


def steepest(smoothed: list[float]) -> int:
    """The step at which the smoothed loss falls fastest; the learning rates being geometric, that is its slope over their logarithm."""
    side = min(SIDE, (len(smoothed) - 1) // 2)
    return min(range(side, len(smoothed) - side), key=lambda i: smoothed[i + side] - smoothed[i - side])


def with_lr(optimizer: Spec, lr: float) -> Spec | None:
    """The same optimizer with another learning rate, of its own or of the one that it wraps; None if neither names one."""
    if "lr" in catalog.find("optimizers", optimizer.name).options:
        return optimizer.with_option("lr", lr)
    for option, value in optimizer.options:
        if isinstance(value, Spec) and (inner := with_lr(value, lr)) is not None:
            return optimizer.with_option(option, inner)
    return None
