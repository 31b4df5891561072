"""linnaeus.show: single images of a run's data, with their logits."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from linnaeus.api import composing
from linnaeus.errors import UsageError
from linnaeus.events import Watcher, nobody
from linnaeus.record import folder as folders

if TYPE_CHECKING:
    from linnaeus.data.dataset import Dataset

    Datasets = Mapping[str, Dataset]


def show(
    run: str,
    *,
    split: str = "val",
    count: int = 12,
    out: Path | str | None = None,
    runs: Path | str | None = None,
    watch: Watcher = nobody,
) -> dict[str, Any]:
    """Some images of a finished run's own data, evenly over a split, with the logits that the network gives them.

    Test images are not shown here: a look at them is a look at the sealed split. `out` gets the pictures, .svg or .png.

    Returns:
        `split`, `classes`, and `images`: of each `name`, `label`, `answer`, `probability` and `logits` by class.

    Raises:
        RunError: no such run, or it is unfinished. DataError: no such split. UsageError: the test split, or a picture's name.
    """
    from linnaeus.classifier import classifier
    from linnaeus.evaluation.inspection.singles import singles, spread
    from linnaeus.reporting.figures import style
    from linnaeus.reporting.figures.sheet import sheet_of_singles

    if out is not None:
        style.check_name(Path(out))
    if split == "test":
        raise UsageError("test images are not shown one by one; take --split val or train")
    folder = folders.find(composing.runs_folder(runs), run)
    found, recipe = classifier.load(folder.path), composing.recipe_of(folder)
    dataset = composing.splits(recipe, watch).named(split)
    images_MHWC, shown = singles(found, dataset, recipe, spread(dataset, count))
    if out is not None:
        style.write(sheet_of_singles(images_MHWC, shown, style.PRINT), Path(out))
    return {"split": split, "classes": list(found.classes), "images": shown}
