"""A finished run, scored on data that are not its own."""

from linnaeus.data.load import load_all, open_source
from linnaeus.errors import DataError
from linnaeus.evaluation.evaluate import finished, score_and_record
from linnaeus.events import Watcher
from linnaeus.recipe.recipe import Recipe
from linnaeus.recipe.spec import Spec
from linnaeus.record.folder import RunFolder
from linnaeus.record.scores import SplitScores


def on_data(
    folder: RunFolder, recipe: Recipe, data: Spec, key: str, tell: Watcher, tta: str | None = None
) -> SplitScores:
    """Score a run on all images of other data, and keep the scores under `key`; `tta` as in `scored`.

    Raises:
        RunError: the run is not finished. DataError: classes that the run does not know, or the run's own data: its test
        split would be opened in passing.
    """
    record = finished(folder)
    dataset, fingerprint = load_all(open_source(data, to_train=False), recipe, tell)
    own = {(part.name, part.args) for part in recipe.data.operands()}
    if fingerprint == record.data.fingerprint or own & {(part.name, part.args) for part in data.operands()}:
        raise DataError(
            f"{data} is what {folder.name} was trained on; name one of its splits instead, such as --split val"
        )
    return score_and_record(folder, recipe, dataset, key, tta)
