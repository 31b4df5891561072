"""What `linnaeus train --repeats` does: one recipe under several seeds."""

from dataclasses import replace
from pathlib import Path

from linnaeus.api import composing, running
from linnaeus.errors import RecipeError
from linnaeus.events import Watcher
from linnaeus.recipe.read import Changes
from linnaeus.record.comparison import Repeats
from linnaeus.record.record import RunRecord
from linnaeus.reporting.live import automatic


def repeat(
    data: str | None = None,
    *,
    repeats: int = 5,
    model: str | None = None,
    recipe: Path | str | None = None,
    changes: Changes = (),
    name: str | None = None,
    runs: Path | str | None = None,
    watch: Watcher = automatic,
) -> Repeats:
    """Train one recipe under several seeds, from its own on, as runs NAME-seed0, NAME-seed1, …; arguments as `train`.

    Epochs, precision and threads that the first run chose hold for all; the splits are the same. Runs of these names that
    are there already with the same recipe are taken as they are, or taken up where they stopped.

    Raises:
        RunError: a run of such a name has another recipe. RecipeError: fewer than 2 repeats, or no validation images.
    """
    from linnaeus.data import compose
    from linnaeus.stats import seeds

    first, source = composing.compose(data, model, recipe, changes, composing.runs_folder(runs))
    splits = composing.splits(first, watch, source)
    if repeats < 2 or splits.val is None:
        raise RecipeError(
            "repeats are compared by validation accuracy: take at least 2, and hold images out (val=0.15)"
        )
    stem, records = name or compose.stem(first.data), list[RunRecord]()
    for seed in range(first.seed, first.seed + repeats):
        one = replace(first, seed=seed, **(running.settled(records[0]) if records else {}))
        records.append(running.train_once(one, splits, composing.runs_folder(runs), f"{stem}-seed{seed}", watch))
    return seeds.summarise(records)
