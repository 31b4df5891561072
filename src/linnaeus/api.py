"""The front desk: command, web page, notebook and estimator call these functions. Each parses its wish, hands it on, returns plain results.

Heavy imports stand inside the functions, so that asking for help costs nothing.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from linnaeus.errors import RecipeError, RunError
from linnaeus.events import Watcher, nobody
from linnaeus.recipe import catalog, read
from linnaeus.recipe.advise import advise, further
from linnaeus.recipe.catalog import Part
from linnaeus.recipe.recipe import Recipe
from linnaeus.recipe.spec import Spec, parse
from linnaeus.record import folder as folders
from linnaeus.record.folder import RunFolder
from linnaeus.record.run import RunRecord
from linnaeus.record.scores import SplitScores

if TYPE_CHECKING:
    from linnaeus.classifier import Classifier
    from linnaeus.data.dataset import Source, Splits
    from linnaeus.delivery.predictor import Answers

__all__ = [  # the functions, and the types of what they give
    "Answers",
    "Part",
    "RunRecord",
    "SplitScores",
    "bench_layers",
    "continue_",
    "data",
    "environment",
    "evaluate",
    "load",
    "model_facts",
    "parts",
    "predict",
    "rates",
    "report",
    "resume",
    "runs",
    "train",
]

Changes = Mapping[str, Any] | Sequence[str]


def train(
    data: str | None = None,
    *,
    model: str | None = None,
    recipe: Path | str | None = None,
    changes: Changes = (),
    name: str | None = None,
    runs: Path | str | None = None,
    page: bool = True,
    watch: Watcher = nobody,
) -> RunRecord:
    """Train a classifier. With no more said than the data, a sound recipe is chosen for it.

    Args:
        data: a data set as a call, or the path of a folder or CSV file; may stand in the recipe instead.
        model: a part of the shelf `models`, such as "resnet(depth=20)".
        recipe: a TOML file that sets some or all fields.
        changes: single fields, as {"epochs": 5, "optimizer.lr": 0.01} or ["epochs=5", …]; they win over the rest.
        name: of the run; a free one is given where this is None.
        runs: the folder that holds runs.
        page: write the report when the run is finished.
        watch: is told what happens, see `linnaeus.events`.

    Returns:
        The finished run's record; `record.folder` is where all of it lies.

    Raises:
        LinnaeusError: one of the kinds in `linnaeus.errors`, with a message fit for a user.
    """
    from linnaeus.data.dataset import load

    resolved, source = _compose(data, model, recipe, _texts(changes))
    resolved = _with_place_of_weights(resolved, _runs(runs))
    splits = load(source, resolved, watch)
    return _train(resolved, splits, folders.create(_runs(runs), name, _stem(resolved.data)), page, watch)


def continue_(
    run: str,
    *,
    epochs: int,
    changes: Changes = (),
    name: str | None = None,
    runs: Path | str | None = None,
    page: bool = True,
    watch: Watcher = nobody,
) -> RunRecord:
    """Train a finished run further, as a new run whose `parent` it is; the old one stays as it is.

    The new run begins with the kept weights of the old one, with its data, splits, normalisation and recipe, over which
    `changes` win. The schedule runs from its beginning to its end over the new epochs, the optimizer begins without
    memory, and order and augmentation are drawn from the old seed plus one: not those of the old epochs once more.

    Raises:
        RunError: no such run, or it is unfinished. RecipeError: changes that its weights do not fit.
    """
    parent = folders.find(_runs(runs), run)
    fields = further(read.read(parent.recipe), weights=str(parent.path), epochs=epochs)
    recipe = Recipe(**read.override(fields, _texts(changes)))
    splits = _splits(recipe, watch)
    return _train(recipe, splits, folders.create(_runs(runs), name, f"{parent.name}-more"), page, watch)


def resume(run: str, *, runs: Path | str | None = None, page: bool = True, watch: Watcher = nobody) -> RunRecord:
    """Take up a stopped or killed run exactly where its last checkpoint is. A finished run is returned as it is.

    Raises:
        RunError: no such run, or another process holds it. RecipeError: its data has changed.
    """
    from linnaeus.training import session

    folder = folders.find(_runs(runs), run)
    with folder.locked():
        record = folder.record()
        if record.status != "finished":
            recipe = _recipe(folder)
            record = session.resume(recipe, _splits(recipe, watch), folder, watch)
        folder.discard_checkpoints()
        if page and not folder.report.exists():
            _write_report(folder)
    return record


def evaluate(
    run: str,
    *,
    split: str = "val",
    data: str | None = None,
    tta: str | None = None,
    runs: Path | str | None = None,
    watch: Watcher = nobody,
) -> SplitScores:
    """Score a run on a split of its own data, or on other data with classes of the same names; scores and predictions are kept.

    `tta` names views of each image to be averaged, "flip" or "flip+shift": their scores are kept beside the plain ones and
    are returned. Where it is None, the plain scores are; those of the recipe's `tta` are kept too.

    Looking at `split="test"` opens the sealed test set: it is counted in the record.

    Raises:
        RunError: no such run, or it is unfinished. DataError: no such split, or classes that the run does not know.
    """
    from linnaeus.evaluation import evaluate as evaluation

    folder = folders.find(_runs(runs), run)
    with folder.locked():
        recipe = _recipe(folder)
        if data is None:
            found = evaluation.on_split(folder, recipe, _splits(recipe, watch), split, tta)
        else:
            other = read.data_spec(data)
            found = evaluation.on_data(folder, recipe, other, f"on-{_stem(other)}", watch, tta)
        _write_report(folder)
    return found


def predict(
    run: str, paths: Sequence[str], *, top: int = 1, runs: Path | str | None = None, watch: Watcher = nobody
) -> "Answers":
    """Name the images in files, folders and globs; `-` is standard input: one image, or lines that are paths.

    Raises:
        RunError: no such run, or it is unfinished. An unreadable image raises nothing: it is in `unread`, with the reason.
    """
    from linnaeus.delivery import predictor

    return predictor.predict(load(run, runs=runs), paths, top=top, tell=watch)


def load(run: Path | str, *, runs: Path | str | None = None) -> "Classifier":
    """The trained classifier of a run: `load("last").probabilities(images_NHWC)`. Raises RunError."""
    from linnaeus import classifier

    return classifier.load(folders.find(_runs(runs), str(run)).path)


def report(run: str, *, runs: Path | str | None = None) -> Path:
    """Write the run's page anew from its records; returns the file. Raises RunError."""
    folder = folders.find(_runs(runs), run)
    _write_report(folder)
    return folder.report


def data(
    data: str, *, changes: Changes = (), sheet: Path | str | None = None, watch: Watcher = nobody
) -> dict[str, Any]:
    """What is in a data set and what is wrong with it, before training; `sheet` gets a picture of what the network will see.

    Raises:
        DataError, RecipeError: the data cannot be used at all.
    """
    from linnaeus.data import audit

    resolved, source = _compose(data, None, None, _texts(changes))
    return audit.describe(source, resolved, Path(sheet) if sheet else None, watch)


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
    from linnaeus.data.dataset import load
    from linnaeus.report import plots
    from linnaeus.training.rate_range import Sweep, rate_range

    if out is not None:
        plots.check_name(Path(out))
    resolved, source = _compose(data, model, recipe, _texts(changes))
    low, high, steps = sweep
    found = rate_range(resolved, load(source, resolved, watch), Sweep(low=low, high=high, steps=steps), watch)
    if out is not None:
        plots.write(plots.rate_range(found.to_plain()), Path(out))
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
    from linnaeus.device import Machine, idle_cores, pick_device
    from linnaeus.report import plots
    from linnaeus.training.layer_times import bench

    if out is not None:
        plots.check_name(Path(out))
    given = {name: value for name, value in shape.items() if value is not None}
    machine = Machine(device=pick_device("auto"), precision=precision, threads=threads or idle_cores())
    found = bench(parse(model), {**_shape(data), **given}, machine, watch)
    if out is not None:
        plots.write(plots.layer_times(found), Path(out))
    return found


def runs(folder: Path | str | None = None) -> list[RunRecord]:
    """The records of all runs in a folder, the newest first; a damaged one is left out."""

    def records() -> Iterator[RunRecord]:
        for found in folders.all_runs(_runs(folder)):
            try:
                yield found.record()
            except RunError:
                continue

    return list(records())


def parts(shelf: str | None = None, name: str | None = None) -> list[Part] | Part:
    """All parts, those of a shelf, or one part, which may be named by a call. Raises UnknownName."""
    if shelf is not None and name is not None:
        return catalog.find(shelf, parse(name).name)
    return [
        catalog.find(each, part) for each in ([shelf] if shelf else catalog.shelves()) for part in catalog.names(each)
    ]


def environment() -> dict[str, Any]:
    """The machine, and the versions of what matters."""
    from linnaeus import device

    return {"device": device.pick_device("auto"), **device.describe()}


def _compose(
    data: str | None, model: str | None, recipe: Path | str | None, changes: Sequence[str]
) -> "tuple[Recipe, Source]":
    """The recipe: what is advised for the data, over it the file, over it the arguments, over it the changes."""
    from linnaeus.data.dataset import open_source

    given = read.read(Path(recipe)) if recipe else {}
    given |= {"data": read.data_spec(data)} if data is not None else {}
    given |= {"model": parse(model)} if model is not None else {}
    early = read.override(given, [change for change in changes if "." not in change.partition("=")[0]])
    if "data" not in early:
        raise RecipeError("no data is named; give it as an argument, linnaeus train DATA, or in the recipe")
    source = open_source(read.anchored(early["data"]))
    advised = advise(source.facts(), image_size=early.get("image_size"))
    return Recipe(**read.override(advised | given, changes) | {"data": source.spec}), source


def _shape(data: str | None) -> dict[str, int]:
    """The batch that a training on the data would see."""
    if data is None:
        return {"batch": 128, "size": 32, "channels": 3, "classes": 10}
    recipe, source = _compose(data, None, None, ())
    classes = len(source.classes)
    return {"batch": recipe.batch_size, "size": recipe.image_size, "channels": recipe.channels, "classes": classes}


def _train(recipe: Recipe, splits: "Splits", folder: RunFolder, page: bool, watch: Watcher) -> RunRecord:
    from linnaeus.training import session

    with folder.locked():
        record = session.train(recipe, splits, folder, watch)
        if page:
            _write_report(folder)
    return record


def _with_place_of_weights(recipe: Recipe, runs: Path) -> Recipe:
    """The recipe with the folder of a run in place of its name, so that it can be repeated from elsewhere."""
    if not recipe.weights or Path(recipe.weights).exists():
        return recipe
    return replace(recipe, weights=str(folders.find(runs, recipe.weights).path))


def _recipe(folder: RunFolder) -> Recipe:
    return Recipe(**read.read(folder.recipe))


def _splits(recipe: Recipe, watch: Watcher) -> "Splits":
    from linnaeus.data.dataset import load, open_source

    return load(open_source(recipe.data), recipe, watch)


def _write_report(folder: RunFolder) -> None:
    from linnaeus.report import pages

    folder.save_report(pages.page(folder))


def _texts(changes: Changes) -> list[str]:
    return [f"{key}={value}" for key, value in changes.items()] if isinstance(changes, Mapping) else list(changes)


def _stem(data: Spec) -> str:
    """What a run is called by default: after its data."""
    first = data.operands()[0]
    path = next((value for value in first.args if isinstance(value, str)), "")
    return re.sub(r"[^\w.+-]+", "-", Path(path).stem or first.name).strip("-.") or "run"


def _runs(runs: Path | str | None) -> Path:
    return Path(runs) if runs is not None else folders.default_runs()
