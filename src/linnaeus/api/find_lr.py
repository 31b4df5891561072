"""linnaeus.find_lr: a learning-rate range test."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from linnaeus.api import composing, objects
from linnaeus.api.objects import AnyData, Progress
from linnaeus.errors import RecipeError
from linnaeus.recipe.recipe import Recipe
from linnaeus.record.measurements import LrRange


def find_lr(
    data: AnyData | None = None,
    *,
    model: str | None = None,
    recipe: Path | str | Recipe | Mapping[str, Any] | None = None,
    sweep: tuple[float, float, int] = (1e-6, 10.0, 100),
    out: Path | str | None = None,
    progress: Progress = None,
    **settings: Any,
) -> LrRange:
    """Learning-rate range test: train a throw-away network while the learning rate grows, and suggest one by a stated rule.

    No run is made, and a training that follows gives the same bits as without.

    Smith 2015, arXiv 1506.01186.

    >>> linnaeus.find_lr("digits").suggestion

    Args:
        data: a data set by name or call, a path, arrays (X, y) or a dataset of PyTorch, as `train` takes them.
        model: such as "resnet(depth=20)"; None: chosen for the data.
        recipe: a TOML file, a `Recipe`, or a mapping, with some or all fields.
        sweep: the first learning rate, the last one, and the number of steps.
        out: a picture of the loss by learning rate, .svg or .png; None: none.
        progress: None: a line while images are read; False: silence; or a function that is told each event.
        settings: fields of the recipe, as in `train`.

    Returns:
        The suggested learning rate and the loss at each, as `LrRange`.

    Raises:
        RecipeError, UnknownName: as a training would.
        UsageError: a picture's name that does not end as one.
    """
    from linnaeus.reporting.figures import measured, style
    from linnaeus.training.lr_range import Sweep, lr_range

    if out is not None:
        style.check_name(Path(out))
    watch, (low, high, steps) = objects.watcher(progress), sweep
    changes = objects.settings(settings)
    resolved, source = composing.compose(
        objects.data_text(data), objects.own_code(model), recipe, changes, composing.runs_folder(None)
    )
    if resolved.is_in_stages():
        raise RecipeError(
            f"head {resolved.head} is fitted without steps, so there is no learning rate to find; to train in steps, set train=all, "
            "or weights=none to train from nothing"
        )
    splits = composing.splits(resolved, watch, source)
    found = lr_range(resolved, splits, Sweep(low=low, high=high, steps=steps), watch)
    return measured.drawn(found, out)
