"""linnaeus.show: single images of a run's data, with their logits."""

from collections.abc import Sequence
from pathlib import Path

from linnaeus.api import objects, own_data
from linnaeus.api.objects import AnyData, AnyRun, Progress
from linnaeus.errors import DataError
from linnaeus.record.measurements import SingleImages


def show(
    run: AnyRun,
    *,
    split: str = "val",
    count: int = 12,
    images: Sequence[int] = (),
    out: Path | str | None = None,
    data: AnyData | None = None,
    runs: Path | str | None = None,
    progress: Progress = None,
) -> SingleImages:
    """Some images of a finished run's own data, spread evenly over a split, with the logits that the network gives them.

    Test images are shown once the test split was opened: before, a look at them would open the sealed split.

    >>> linnaeus.show("last", count=3).images[0].logits
    >>> linnaeus.show("last", split="test", images=[9])

    Args:
        run: its record, folder or name; "last" is the newest.
        split: "val", "train", or "test" of a run whose test score is recorded.
        count: how many images.
        images: these ones in place of them, by their numbers in the split, which begin at 0.
        out: a picture of the images, .svg or .png; None: none.
        data: the run's own images again, where they have moved, or were arrays or a dataset of PyTorch.
        runs: the folder that holds the runs; None: LINNAEUS_RUNS, or runs in the working folder.
        progress: None: a line while images are read; False: silence; or a function that is told each event.

    Returns:
        The images with their logits and probabilities, as `SingleImages`.

    Raises:
        RunError: no such run, or it is unfinished.
        DataError: no such split or image.
        UsageError: a test split that is sealed, or a picture's name.
    """
    from linnaeus.classifier import classifier
    from linnaeus.evaluation.inspection.singles import singles, spread
    from linnaeus.reporting.figures import style
    from linnaeus.reporting.figures.sheet import sheet_of_singles
    from linnaeus.reporting.words import words

    if out is not None:
        style.check_name(Path(out))
    moved = objects.data_text(data)
    folder, watch = objects.run_folder(run, runs), objects.watcher(progress)
    own_data.refuse_sealed(folder, split)
    found, recipe = classifier.load(folder.path), own_data.recipe_where(folder, moved)
    dataset = own_data.splits(folder, recipe, split, watch).named(split)
    if beyond := [number for number in images if not 0 <= number < len(dataset)]:
        raise DataError(f"the split {split} has the images 0 to {len(dataset) - 1}; there is no image {beyond[0]}")
    images_MHWC, shown = singles(found, dataset, recipe, list(images) or spread(dataset, count))
    if out is not None:
        style.write(sheet_of_singles(images_MHWC, shown, words(), style.PRINT), Path(out))
    picture = str(out) if out is not None else None
    return SingleImages(run=folder.name, split=split, classes=tuple(found.classes), images=shown, picture=picture)
