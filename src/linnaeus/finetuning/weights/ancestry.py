"""What the weights that a training begins with were trained on, by the contents of the images: the run's, and all before it."""

from functools import cache
from pathlib import Path

from linnaeus.data import load
from linnaeus.errors import LinnaeusError
from linnaeus.finetuning.weights import bundled, catalogue, hub
from linnaeus.recipe import read, renamed
from linnaeus.recipe.recipe import Recipe
from linnaeus.record.folder import RunFolder


def trained_on(recipe: Recipe) -> frozenset[str]:
    """Contents of the training images of `recipe.weights` and of what these began with; empty where nobody can know them.

    A run has kept them, so that its own ancestors may be gone. Bundled weights tell their data set and splits: they are looked up
    where the recipe names the same data set.
    """
    if not recipe.weights:
        return frozenset()
    if recipe.weights in bundled.names():
        return _of_card(recipe)
    place = Path(recipe.weights)
    return of_run(RunFolder(place if place.is_dir() else place.parent))


def is_known(recipe: Recipe) -> bool:
    """False where the weights are a file, or a folder that is no run: nothing tells which images they were trained on."""
    weights = recipe.weights
    if not weights or weights.startswith(hub.PREFIX) or weights in (*bundled.names(), *catalogue.names()):
        return True
    place = Path(weights)
    return RunFolder(place if place.is_dir() else place.parent).images() is not None


def of_run(folder: RunFolder) -> frozenset[str]:
    """What a run was trained on, and all that it descends from; empty of a run that has kept nothing of it."""
    held = folder.images()
    if held is None:
        return frozenset()
    contents = [*held["hashes"][held["splits"] == 0].tolist(), *held["ancestry"].tolist()]
    return frozenset(content.decode() for content in contents)


def before(folder: RunFolder) -> frozenset[str]:
    """What those were trained on that a run descends from, without the run itself; empty of a run that has kept nothing of it."""
    held = folder.images()
    return frozenset(content.decode() for content in held["ancestry"].tolist()) if held is not None else frozenset()


def _of_card(recipe: Recipe) -> frozenset[str]:
    data = read.data_spec(str(bundled.card(recipe.weights)["data"]))
    if data.name not in {part.name for part in recipe.data.operands()}:
        return frozenset()
    return _of_bundled(recipe.weights)


@cache
def _of_bundled(name: str) -> frozenset[str]:
    import tomllib

    table = renamed.today(tomllib.loads(bundled.card(name)["recipe"]))
    theirs = Recipe(**read.from_plain(table))
    try:
        splits = load.load(load.open_source(theirs.data), theirs)
    except LinnaeusError:  # the data set is not here: then no image of it can be scored either
        return frozenset()
    return frozenset(splits.train.hashes)
