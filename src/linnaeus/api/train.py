"""linnaeus.train: a recipe chosen for the data, or one of yours."""

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, overload

from linnaeus.api import composing, objects, repeating, running
from linnaeus.api.objects import AnyData, Progress
from linnaeus.recipe.recipe import Recipe
from linnaeus.record.comparison import Repeats
from linnaeus.record.record import RunRecord


@overload
def train(data: AnyData | None = None, *, repeats: int, **settings: Any) -> Repeats: ...


@overload
def train(
    data: AnyData | None = None,
    *,
    model: str | None = None,
    recipe: Path | str | Recipe | Mapping[str, Any] | None = None,
    name: str | None = None,
    runs: Path | str | None = None,
    report: bool = True,
    progress: Progress = None,
    **settings: Any,
) -> RunRecord: ...


def train(
    data: AnyData | None = None,
    *,
    model: str | None = None,
    recipe: Path | str | Recipe | Mapping[str, Any] | None = None,
    name: str | None = None,
    runs: Path | str | None = None,
    report: bool = True,
    progress: Progress = None,
    **settings: Any,
) -> RunRecord | Repeats:
    """Train a classifier. With only the data given, a sound recipe is chosen for them.

    >>> record = linnaeus.train("digits", epochs=5, lr=0.01)

    Args:
        data: a data set by name or call ("digits", "cifar10(limit=500)"), the path of a folder or CSV file, arrays (X, y) with X
            uint8 (N, H, W) or (N, H, W, C), or a map-style dataset of PyTorch with items (image, label). The recipe may name it.
        model: such as "resnet(depth=20)"; None: chosen for the data.
        recipe: a TOML file, a `Recipe`, or a mapping, with some or all fields.
        name: of the run; None: DATA-1, DATA-2, …
        runs: the folder that holds the runs; None: LINNAEUS_RUNS, or runs in the working folder.
        report: write report.html when the run is finished.
        progress: None: curves in a notebook, a line in a script; False: silence; or a function that is told each event.
        settings: fields of the recipe, which win over everything else: epochs=5, batch_size=64; options of a part as
            optimizer__lr=0.01, or lr, momentum and weight_decay for short. `repeats=5` trains under that many seeds, as runs
            NAME-seed0, NAME-seed1, …, and returns what they have in common; given again, it goes on where it was stopped.

    Returns:
        The record of the finished run; `record.folder` is where it lies. With `repeats`, a `Repeats`.

    Raises:
        UsageError: a name, field or value that is wrong.
        DataError: data that cannot be used.
        TrainingError: the loss is not finite, or memory is short.
        Interrupted: stopped by a signal; everything is saved.
    """
    since = time.perf_counter()
    folder, watch = composing.runs_folder(runs), objects.watcher(progress)
    repeats = settings.pop("repeats", None)
    resolved, source = composing.compose(
        objects.data_text(data), objects.own_code(model), recipe, objects.settings(settings), folder, watch, since
    )
    splits = composing.splits(resolved, watch, source)
    resolved = running.within_budget(resolved, since, report)
    if repeats is not None:
        return repeating.repeat(resolved, splits, repeats, name, folder, watch)
    return running.train_new(resolved, splits, folder, name, report, watch)
