"""What several verbs share: the recipe of a run that has begun, and its own data, wherever they lie now."""

from collections.abc import Hashable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from linnaeus.api import composing
from linnaeus.errors import DataError, LinnaeusError, RecipeError, UsageError
from linnaeus.events import Watcher, note
from linnaeus.recipe import read
from linnaeus.recipe.read import Fields
from linnaeus.recipe.recipe import Recipe
from linnaeus.record.folder import RunFolder

if TYPE_CHECKING:
    from linnaeus.data.dataset import Dataset, Splits
    from linnaeus.record.facts import Finding

    Since = dict[Path, Finding]  # what became of the images of runs since training, by the runs' folders

Loaded = tuple[Hashable, ...]  # what decides how the images of a recipe are read


def recipe_of(folder: RunFolder) -> Recipe:
    """The recipe that a run was trained by, with the place of its data as recipe.toml has it: data are known by content.

    Raises:
        RecipeError: recipe.toml is no longer what the run began with: two recipes in one run are no run.
    """
    found, then = read.read(folder.recipe, kept=True), fields_of(folder)
    try:
        recipe = Recipe(**found)
    except RecipeError as error:  # fields that do not go together, which a file does not know of itself
        raise RecipeError(f"{folder.recipe}: {error}") from None
    now, before = read.to_plain(recipe), read.to_plain(Recipe(**then))
    changed = [name for name in now if name != "data" and now[name] != before[name]]
    if changed:
        told = ", ".join(f"{name} = {now[name]} (then {before[name]})" for name in changed[:3])
        raise RecipeError(
            f"the recipe {folder.recipe} has changed since {folder.name} began: {told}. Put it back; to train longer or otherwise, "
            f"let the run finish, then: linnaeus continue {folder.name} --epochs N"
        )
    return recipe


def refuse_sealed(folder: RunFolder, split: str) -> None:
    """Raise UsageError for the test split before `evaluate --split test` has opened it."""
    if split == "test" and "test" not in folder.record().scores:
        raise UsageError(
            f"the test split of {folder.name} is sealed, and a look at its images would open it: take --split val or train, or "
            f"first linnaeus evaluate {folder.name} --split test"
        )


def fields_of(folder: RunFolder) -> Fields:
    """The fields of the recipe that a run was trained by, as its record holds them. Raises RunError."""
    return read.from_plain(read.EARLIEST | dict(folder.record().recipe))


def recipe_where(folder: RunFolder, data: str | None) -> Recipe:
    """The recipe of a run, with the place where its data are now, if another one is given."""
    recipe = recipe_of(folder)
    return replace(recipe, data=read.anchored(read.data_spec(data))) if data is not None else recipe


def told_since(folders: Iterable[RunFolder], watch: Watcher) -> "Since":
    """What has become of the images of runs, of those where it is worth a word; it is told once for equal data."""
    found, told, loaded = dict[Path, "Finding"](), set[str](), dict[Loaded, "tuple[Dataset, str] | None"]()
    for folder in folders:
        data = folder.record().data.fingerprint
        if (one := _since_training(folder, data, loaded)) is None:
            continue
        found[folder.path] = one
        if data not in told:
            watch(note("finding", found=one))
        told.add(data)
    return found


def _since_training(
    folder: RunFolder, then: str, loaded: "dict[Loaded, tuple[Dataset, str] | None]"
) -> "Finding | None":
    """What has become of the images that a run knows, where they lie in files; None: they are all there. Nothing is scored.

    `then` is the fingerprint that they had; `loaded` holds what the images of other runs are now, so that none are read twice.
    """
    try:
        recipe = recipe_of(folder)
    except LinnaeusError:  # it was edited, and whoever trains by it will be told
        recipe = Recipe(**fields_of(folder))
    if not (places := _places(recipe)):
        return None
    from linnaeus.evaluation import own_images
    from linnaeus.record.facts import Finding

    as_read = (
        recipe.data,
        recipe.image_size,
        recipe.channels,
        recipe.resize,
        recipe.decoder,
        recipe.group,
        recipe.strict,
    )
    if as_read not in loaded:
        loaded[as_read] = _as_they_are(recipe)
    if (there := loaded[as_read]) is None:
        return Finding(kind="since_gone", severity="note", count=0, values={"place": places[0]})
    whole, fingerprint = there
    return None if fingerprint == then else own_images.since_training(folder, whole)


def _as_they_are(recipe: Recipe) -> "tuple[Dataset, str] | None":
    """All images of a recipe's data, with their fingerprint; None where they cannot be read."""
    from linnaeus.data import load

    try:
        whole, _, fingerprint = load.load_all(load.open_source(recipe.data, to_train=False), recipe)
    except LinnaeusError:
        return None
    return whole, fingerprint


def _places(recipe: Recipe) -> list[str]:
    """The folders and tables that its data lie in."""
    return [str(part.args[0]) for part in recipe.data.operands() if part.name in read.OF_FILES and part.args]


def splits(folder: RunFolder, recipe: Recipe, wanted: str, watch: Watcher) -> "Splits":
    """A run's own data, with the wanted split made of the very images that it had when it was trained.

    Raises:
        DataError: some of them have vanished, changed or got another label; or the data are no longer where they were.
    """
    from linnaeus.evaluation.own_images import as_trained
    from linnaeus.finetuning.weights.ancestry import before

    if gone := [path for path in _places(recipe) if not Path(path).exists()]:
        raise DataError(
            f"the data of {folder.name} are no longer in {gone[0]}; say where they are now: --data NEWPLACE"
        )
    return as_trained(folder, composing.splits(recipe, watch, ancestry=before(folder)), wanted, watch)
