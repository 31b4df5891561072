"""linnaeus.evaluate: scores of a run on a split, or on other data."""

from pathlib import Path

from linnaeus.api import composing, objects, running
from linnaeus.api.objects import AnyData, AnyRun, Progress
from linnaeus.recipe import read
from linnaeus.record.scores import SplitScores


def evaluate(
    run: AnyRun,
    *,
    split: str = "val",
    data: AnyData | None = None,
    tta: str | None = None,
    runs: Path | str | None = None,
    progress: Progress = None,
) -> SplitScores:
    """Score a run on a split of its own data, or on other data with classes of the same names; scores and predictions are kept.

    Looking at `split="test"` opens the sealed test set: it is counted in the record.

    >>> scores = linnaeus.evaluate("last", split="test")
    >>> scores.metrics["accuracy"].low

    Args:
        run: its record, folder or name; "last" is the newest.
        split: "train", "val" or "test" of the run's own data.
        data: other data, as `train` takes them. The images that the run was trained on, where they were arrays, are its own data.
        tta: views of each image to be averaged, "flip", "shift" or "flip+shift": their scores are kept beside the plain ones, and
            are returned. None: the plain scores; those of the recipe's `tta` are kept too.
        runs: the folder that holds the runs; None: LINNAEUS_RUNS, or runs in the working folder.
        progress: None: a line while images are read; False: silence; or a function that is told each event.

    Raises:
        RunError: no such run, or it is unfinished. DataError: no such split, or classes that the run does not know.
    """
    from linnaeus.data import compose
    from linnaeus.evaluation import forgetting
    from linnaeus.evaluation.evaluate import on_split
    from linnaeus.evaluation.other_data import on_data
    from linnaeus.finetuning import extend

    folder, watch, text = objects.run_folder(run, runs), objects.watcher(progress), objects.data_text(data)
    with folder.locked():
        recipe = composing.recipe_of(folder)
        other = read.data_spec(text) if text is not None else recipe.data
        if text is None or (other == recipe.data and other.name == "memory"):
            splits = composing.splits(recipe, watch)
            found = on_split(folder, recipe, splits, split, tta)
            if folder.record().forgetting:
                forgetting.keep(folder, extend.network_before(recipe), splits.named(split), recipe, split)
        else:
            found = on_data(folder, recipe, other, f"on-{compose.stem(other)}", watch, tta)
        running.write_report(folder)
    return found
