"""linnaeus.evaluate: scores of a run on a split, or on other data."""

from pathlib import Path

from linnaeus.api import composing, objects, own_data, running
from linnaeus.api.objects import AnyData, AnyRun, Progress
from linnaeus.events import Watcher, note
from linnaeus.recipe.recipe import Recipe
from linnaeus.record.folder import RunFolder
from linnaeus.record.scores import SplitScores


def evaluate(
    run: AnyRun,
    *,
    split: str | None = None,
    data: AnyData | None = None,
    tta: str | None = None,
    runs: Path | str | None = None,
    progress: Progress = None,
) -> SplitScores:
    """Score a run on a split of its own data, or on other data with classes of the same names; scores and predictions are kept.

    Images are known by their content. Looking at `split="test"`, or at its images by another way, opens the sealed test set: it is
    counted in the record. Of other data those images are left out, and counted, that the run or one before it was trained on.

    Intervals of shares are Wilson's (Wilson 1927, "Probable inference, the law of succession, and statistical inference"), of means over
    classes those of the bootstrap (Efron 1987, "Better Bootstrap Confidence Intervals"); `stats.score` has the rest.

    >>> scores = linnaeus.evaluate("last", split="test")
    >>> scores.metrics["accuracy"].low

    Args:
        run: its record, folder or name; "last" is the newest.
        split: "train", "val" or "test"; None: "val" of the run's own data, all images of other data.
        data: other data, as `train` takes them; or the run's own, where they have moved or were arrays: they are known by content.
        tta: views of each image to be averaged, "flip", "shift" or "flip+shift": their scores are kept beside the plain ones, and
            are returned. None: the plain scores; those of the recipe's `tta` are kept too.
        runs: the folder that holds the runs; None: LINNAEUS_RUNS, or runs in the working folder.
        progress: None: a line while images are read; False: silence; or a function that is told each event.

    Returns:
        Each metric with its 95 % interval, and each class, as `SplitScores`.

    Raises:
        RunError: no such run, or it is unfinished.
        DataError: no such split, classes that the run does not know, or images that have changed since training: then nothing that
            is recorded is overwritten.
    """
    from linnaeus.evaluation import other_data

    folder, watch, text = objects.run_folder(run, runs), objects.watcher(progress), objects.data_text(data)
    with folder.locked(watch):
        recipe = own_data.recipe_of(folder)
        if text is None:
            found = _on_own(folder, recipe, split or "val", tta, watch)
        else:
            moved = own_data.recipe_where(folder, text)
            some = other_data.images(folder, moved, split, watch)
            if some is None:
                found = _on_own(folder, moved, split or "val", tta, watch)
            else:
                key = "-".join(("on", composing.stem(moved), *([split] if split else [])))
                found = other_data.on_data(folder, recipe, some, key, split, tta)
        running.write_report(folder)
    return found


def _on_own(folder: RunFolder, recipe: Recipe, split: str, tta: str | None, watch: Watcher) -> SplitScores:
    """The scores of one of the run's own splits, of the images that it had when it was trained."""
    from linnaeus.evaluation import forgetting
    from linnaeus.evaluation.evaluate import on_split
    from linnaeus.finetuning import extend

    splits = own_data.splits(folder, recipe, split, watch)
    if "flip" in (tta or recipe.tta) and splits.mirror is False:
        watch(note("tta-mirror", tta=tta or recipe.tta))
    found = on_split(folder, recipe, splits, split, tta)
    if folder.record().forgetting:
        forgetting.keep(folder, extend.network_before(recipe), splits.named(split), recipe, split)
    return found
