"""Head, then all (LP-FT: Kumar et al. 2022, arXiv 2202.10054): the head is fitted to frozen features before anything else moves.

A head that knows nothing yet would else pull the features about while it learns.
"""

import tempfile
import time
from dataclasses import replace
from pathlib import Path

from linnaeus.data.dataset import Splits
from linnaeus.device import Machine
from linnaeus.errors import Interrupted, RecipeError
from linnaeus.events import Event, Note, Reading, Watcher, note
from linnaeus.recipe import catalog, stages
from linnaeus.recipe.recipe import LINEAR, NO_AUGMENTATION, Recipe
from linnaeus.training import loop
from linnaeus.training.prepare import prepare
from linnaeus.training.state import Begun


def begin(recipe: Recipe, splits: Splits, tell: Watcher, machine: Machine | None = None) -> Begun | None:
    """What a training brings to `prepare`: a resumed run its machine, one of head-then-all its head; None: nothing.

    Raises:
        RecipeError: a head that cannot be trained further, or what `prepare` complains of.
        Interrupted: while the head was fitted; there is no run yet.
    """
    if recipe.train != stages.HEAD_THEN_ALL:
        return Begun(machine=machine) if machine is not None else None
    if getattr(catalog.build("heads", recipe.head), "of_images", False):
        raise RecipeError(f'head = {recipe.head} cannot be trained further; take another, or train = "head"')
    start = time.perf_counter()
    alone = replace(recipe, train=stages.HEAD, ema=0.0, swa=0.0, choose="last", progressive=0.0, budget=0.0)
    if not recipe.views:  # the augmentation is for what comes after
        alone = replace(alone, augment=NO_AUGMENTATION)
    prepared, state = prepare(alone, splits, _only_notes(tell))
    with tempfile.TemporaryDirectory() as nowhere:
        try:
            head = loop.run(prepared, state, Path(nowhere), _only_notes(tell)).module.get_submodule("head")
        except Interrupted as error:
            raise Interrupted(
                "stopped while the head was fitted, before the run began; its features are kept: give the same command again",
                error.exit_status - 128,
            ) from None
    row = state.history[-1]
    if row.val_accuracy is not None and recipe.head == LINEAR:
        tell(note("head-alone", share=row.val_accuracy, n=row.val_n))
    return Begun(machine=machine, head=head.requires_grad_(True), seconds=time.perf_counter() - start)


def _only_notes(tell: Watcher) -> Watcher:
    """What a user sees of the fit: it is no run of its own."""

    def watch(event: Event) -> None:
        if isinstance(event, Note | Reading):
            tell(event)

    return watch
