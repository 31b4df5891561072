"""What several verbs share: from a wish to a recipe and its data."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from linnaeus.events import Watcher, nobody, note
from linnaeus.recipe import read
from linnaeus.recipe.read import Fields
from linnaeus.recipe.recipe import Recipe
from linnaeus.record import folder as folders

if TYPE_CHECKING:
    from linnaeus.data.dataset import Source, Splits

SCRATCH = "scratch"  # the way of training that begins at no weights


def compose(
    data: str | None,
    model: str | None,
    recipe: Path | str | Recipe | Mapping[str, Any] | None,
    changes: Sequence[str],
    runs: Path,
    watch: Watcher = nobody,
    since: float | None = None,
) -> tuple[Recipe, "Source"]:
    """The whole recipe, its `weights` found, with what they want where nothing else is said. A budget counts from `since`; None: now."""
    from linnaeus.data import compose as data_compose
    from linnaeus.finetuning.weights import identify
    from linnaeus.training import backbone_choice, size_choice

    wanted = partial(identify.defaults, runs=runs)
    backbone = partial(backbone_choice.begun, tell=watch, since=since)
    side = partial(size_choice.fitting, tell=watch)
    resolved, source = data_compose.compose(data, model, _fields(recipe), changes, wanted, backbone, side)
    return identify.anchored(resolved, runs), source


def _fields(recipe: Path | str | Recipe | Mapping[str, Any] | None) -> Path | str | Fields | None:
    """A recipe in Python as its fields; a file as it is."""
    if isinstance(recipe, Recipe):
        return {field.name: getattr(recipe, field.name) for field in fields(recipe)}
    return read.from_plain(recipe) if isinstance(recipe, Mapping) else recipe


def of_way(
    data: str, weights: str, way: str, share: float, changes: Sequence[str], runs: Path
) -> tuple[Recipe, "Source"]:
    """The recipe of a way. From scratch it is what is advised for the data, with the network that the weights are of."""
    own = wanted(weights, runs) if way == SCRATCH else {"weights": weights, "train": way}
    texts = [f"{key}={value}" for key, value in read.plain({**own, "share": share}).items()]
    return compose(data, None, None, [*texts, *changes], runs)


def wanted(weights: str, runs: Path) -> Fields:
    """What trained weights want of a recipe: their network, and the images it takes."""
    from linnaeus.finetuning.weights import identify

    return identify.defaults(weights, runs)


def stem(recipe: Recipe) -> str:
    """What a run of this recipe is called by default."""
    from linnaeus.data import compose

    return compose.stem(recipe.data)


def splits(
    recipe: Recipe, watch: Watcher, source: "Source | None" = None, ancestry: frozenset[str] | None = None
) -> "Splits":
    """The data of a recipe, decoded and split; `source`, where it is open already.

    `ancestry`: contents that its weights were trained on, which val and test go without; None: they are asked.
    """
    from linnaeus.data import compose as data_compose
    from linnaeus.distributed import ranks
    from linnaeus.finetuning import extend
    from linnaeus.finetuning.weights.ancestry import is_known, trained_on

    known = extend.known_classes(recipe)
    with ranks().first_goes_first():
        if ancestry is None:
            ancestry = trained_on(recipe)
            if not is_known(recipe):
                watch(note("ancestry-unknown", weights=recipe.weights))
        opened = None if known else source  # with further classes it is opened anew
        return data_compose.splits(recipe, watch, opened, known=known, extra_classes=known, ancestry=ancestry)


def runs_folder(runs: Path | str | None) -> Path:
    """The folder that holds the runs."""
    return Path(runs) if runs is not None else folders.default_runs()
