"""linnaeus.find_lr: a learning-rate range test."""

from pathlib import Path
from typing import Any

from linnaeus.api import composing
from linnaeus.events import Watcher, nobody
from linnaeus.recipe.read import Changes


def find_lr(
    data: str | None = None,
    *,
    model: str | None = None,
    recipe: Path | str | None = None,
    changes: Changes = (),
    sweep: tuple[float, float, int] = (1e-6, 10.0, 100),
    out: Path | str | None = None,
    watch: Watcher = nobody,
) -> dict[str, Any]:
    """Learning-rate range test: train a network of its own while the rate grows, and suggest a rate by a stated rule.

    `sweep` is the first rate, the last one and the number of steps; `out` gets a picture, .svg or .png. No run is made,
    and a training that follows gives the same bits as without.

    Returns:
        `suggestion`, `rule`, `lowest` and `fastest` (the rates of the rule), `diverged`, `optimizer` (the recipe's with the
        suggestion in it) and `steps`: rate, loss and smoothed loss of each.

    Raises:
        RecipeError, UnknownName: as a training would. UsageError: a picture's name that does not end as one.
    """
    from linnaeus.reporting.figures import measured, style
    from linnaeus.reporting.words import words
    from linnaeus.training.rate_range import Sweep, rate_range

    if out is not None:
        style.check_name(Path(out))
    resolved, source = composing.compose(data, model, recipe, changes, composing.runs_folder(None))
    low, high, steps = sweep
    found = rate_range(
        resolved, composing.splits(resolved, watch, source), Sweep(low=low, high=high, steps=steps), watch
    )
    if out is not None:
        style.write(measured.rate_range(found.to_plain(), words(), style.PRINT), Path(out))
    return found.to_plain()
