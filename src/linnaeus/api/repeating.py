"""What `train(…, repeats=N)` does: one recipe under several seeds."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from linnaeus.api import composing, running
from linnaeus.errors import RecipeError
from linnaeus.events import Watcher
from linnaeus.recipe.recipe import Recipe
from linnaeus.record.comparison import Repeats
from linnaeus.record.record import RunRecord

if TYPE_CHECKING:
    from linnaeus.data.dataset import Splits


def repeat(first: Recipe, splits: "Splits", repeats: int, name: str | None, runs: Path, watch: Watcher) -> Repeats:
    """Train under `repeats` seeds, from that of the recipe on, as runs NAME-seed0, NAME-seed1, …

    Epochs, precision and threads that the first run chose hold for all; the splits are the same. Runs of these names that
    are there already with the same recipe are taken as they are, or resumed where they stopped.

    Raises:
        RunError: a run of such a name has another recipe.
        RecipeError: fewer than 2 repeats, or no validation images.
    """
    from linnaeus.stats import seeds

    if repeats < 2 or splits.val is None:
        raise RecipeError(
            "repeats are compared by validation accuracy: take at least 2, and hold images out (val=0.15)"
        )
    stem, records = name or composing.stem(first), list[RunRecord]()
    for seed in range(first.seed, first.seed + repeats):
        one = replace(first, seed=seed, **(running.settled(records[0]) if records else {}))
        records.append(running.train_once(one, splits, runs, f"{stem}-seed{seed}", watch))
    return seeds.summarise(records)
