"""linnaeus.evaluate: scores of a run on a split, or on other data."""

from pathlib import Path
from typing import TYPE_CHECKING

from linnaeus.api import composing, running
from linnaeus.events import Watcher, nobody
from linnaeus.recipe import read
from linnaeus.record import folder as folders
from linnaeus.record.scores import SplitScores

if TYPE_CHECKING:
    pass


def evaluate(
    run: str,
    *,
    split: str = "val",
    data: str | None = None,
    tta: str | None = None,
    runs: Path | str | None = None,
    watch: Watcher = nobody,
) -> SplitScores:
    """Score a run on a split of its own data, or on other data with classes of the same names; scores and predictions are kept.

    `tta` names views of each image to be averaged, "flip" or "flip+shift": their scores are kept beside the plain ones and
    are returned. Where it is None, the plain scores are; those of the recipe's `tta` are kept too.

    Looking at `split="test"` opens the sealed test set: it is counted in the record.

    Raises:
        RunError: no such run, or it is unfinished. DataError: no such split, or classes that the run does not know.
    """
    from linnaeus.data import compose
    from linnaeus.evaluation import evaluate as evaluation

    folder = folders.find(composing.runs_folder(runs), run)
    with folder.locked():
        recipe = composing.recipe_of(folder)
        if data is None:
            splits = composing.splits(recipe, watch)
            found = evaluation.on_split(folder, recipe, splits, split, tta)
            running.tell_forgetting(folder, recipe, splits, split)
        else:
            other = read.data_spec(data)
            found = evaluation.on_data(folder, recipe, other, f"on-{compose.stem(other)}", watch, tta)
        running.write_report(folder)
    return found
