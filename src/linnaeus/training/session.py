"""One training in its run folder: begun, or resumed where it stopped, and brought to its end."""

from linnaeus import device
from linnaeus.data.dataset import Splits
from linnaeus.events import Watcher
from linnaeus.recipe.recipe import Recipe
from linnaeus.record.folder import RunFolder
from linnaeus.record.record import RunRecord
from linnaeus.training import first_record, head_first, resumed
from linnaeus.training.complete import complete
from linnaeus.training.prepare import prepare
from linnaeus.training.track import tracking


@device.undisturbed()
def train(recipe: Recipe, splits: Splits, folder: RunFolder, tell: Watcher) -> RunRecord:
    """Train from the first step to the last in a new folder.

    Raises:
        RecipeError before anything is written; TrainingError, Interrupted with the last good state on the disk.
    """
    tell = tracking(recipe, folder, tell)
    prepared, state = prepare(recipe, splits, tell, head_first.begin(recipe, splits, tell))
    record = first_record.write(prepared, state, folder, tell)
    return complete(prepared, state, folder, record, tell)


@device.undisturbed()
def resume(recipe: Recipe, splits: Splits, folder: RunFolder, tell: Watcher) -> RunRecord:
    """Resume a stopped or killed run at its newest checkpoint; without one, at its first step. The result is the same."""
    record = folder.record()
    resumed.check_data(recipe, splits, folder, record)
    tell = tracking(recipe, folder, tell)
    begun = head_first.begin(recipe, splits, tell, resumed.same_machine(record, tell))
    prepared, state = prepare(recipe, splits, tell, begun)
    resumed.restore(prepared, state, folder, record)
    return complete(prepared, state, folder, record, tell)
