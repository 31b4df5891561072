"""The front desk's measurements that make no run: of learning rates, of networks, of layers. `linnaeus.api` hands them out."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

from linnaeus.api import desk
from linnaeus.events import Watcher, nobody
from linnaeus.recipe.read import Changes
from linnaeus.recipe.spec import parse


def rates(
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
    resolved, source = desk.compose(data, model, recipe, changes, desk.runs_folder(None))
    low, high, steps = sweep
    found = rate_range(resolved, desk.splits(resolved, watch, source), Sweep(low=low, high=high, steps=steps), watch)
    if out is not None:
        style.write(measured.rate_range(found.to_plain(), words(), style.PRINT), Path(out))
    return found.to_plain()


def model_facts(
    model: str, *, channels: int = 3, classes: int = 10, sizes: Sequence[int] = (32, 224)
) -> dict[str, Any]:
    """What a network is: for each of `sizes` its weights, multiply-accumulates and layers, or the `fault` why it is too small.

    Raises:
        UnknownName, RecipeError: options that the model does not have or take, or no size that it can take.
    """
    from linnaeus.training import layers

    return layers.facts(parse(model), channels, classes, sizes)


def bench_layers(
    model: str,
    data: str | None = None,
    *,
    shape: Mapping[str, int | None] = MappingProxyType({}),
    precision: str = "fp32",
    threads: int = 0,
    out: Path | str | None = None,
    watch: Watcher = nobody,
) -> dict[str, Any]:
    """Forward and backward time of each layer of a network on this machine, on made-up images of the shape of `data`.

    `shape` says batch, size, channels and classes; what it leaves out comes from the data, or is 128, 32, 3 and 10.
    `threads` 0: as many as there are idle cores. `out` gets a picture, .svg or .png.

    Raises:
        UnknownName, RecipeError: no such model, or one that cannot take such images. TrainingError: out of memory.
    """
    from linnaeus.data import compose
    from linnaeus.reporting.figures import measured, style
    from linnaeus.reporting.words import words
    from linnaeus.training.layer_times import bench, this_machine

    if out is not None:
        style.check_name(Path(out))
    given = {name: value for name, value in shape.items() if value is not None}
    found = bench(parse(model), {**compose.shape(data), **given}, this_machine(precision, threads), watch)
    if out is not None:
        style.write(measured.layer_times(found, words(), style.PRINT), Path(out))
    return found
