"""From what a user says to a whole recipe and the data that it names."""

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from linnaeus.data.dataset import Source, Splits
from linnaeus.data.load import load, open_source
from linnaeus.errors import RecipeError
from linnaeus.events import Note, Watcher, note
from linnaeus.recipe import read
from linnaeus.recipe.advise import BACKBONE, BUDGET, STAGES, advise, begins_at_backbone, carried, few
from linnaeus.recipe.read import Fields
from linnaeus.recipe.recipe import Recipe
from linnaeus.recipe.spec import Spec, parse


def compose(
    data: str | None,
    model: str | None,
    recipe: Path | str | Fields | None,
    changes: Sequence[str],
    of_weights: Callable[[str], Fields] | None = None,
    backbone: Callable[[int, float, bool], Fields] | None = None,
    fitting: Callable[[Recipe, int, int], int] | None = None,
) -> tuple[Recipe, Source]:
    """The recipe: what is advised for the data, over it what its `weights` want, the file, the arguments, the changes.

    `of_weights` tells what the weights of that name want: their network, and its images. Whoever begins at weights is advised to
    fine-tune them. `backbone` says which ones photographs begin at, and how large these are: so many, in a budget of so many seconds, asked
    for or not;
    `fitting`, how large so many images of so many classes are shown to a network from nothing, for the recipe's budget to hold them.

    Raises:
        RecipeError: no data is named. UnknownName, NotationError, DataError: what is named is not there.
    """
    given = dict(recipe) if isinstance(recipe, dict) else read.read(Path(recipe)) if recipe else {}
    given |= {"data": read.data_spec(data)} if data is not None else {}
    given |= {"model": parse(model)} if model is not None else {}
    early = read.override(given, [change for change in changes if "." not in change.partition("=")[0]])
    if "data" not in early:
        raise RecipeError("no data is named; give it as an argument, linnaeus train DATA, or in the recipe")
    source = open_source(read.anchored(early["data"]))
    source = replace(source, notes=(*_shadowed(early["data"]), *source.notes))
    facts = source.facts()
    facts = replace(facts, channels=early.get("channels", facts.channels))  # as the network will see them
    weights, begun = early.get("weights", ""), Fields()
    if not early.keys() & {"weights", "model"} and begins_at_backbone(facts, early.get("image_size")):
        seen = sum(len(chunk.labels_N) for chunk in source.chunks if chunk.split != "test")  # once by the backbone
        begun = Fields(weights=BACKBONE)
        if backbone is not None:
            begun = backbone(seen, early.get("budget", BUDGET), "budget" in early)
        weights = begun["weights"]
    wanted = of_weights(weights) | begun if of_weights is not None and weights else {}
    if weights and of_weights is not None:
        wanted |= {"weights": weights} | carried(early.get("train", STAGES), early)
        if few(facts) and not early.keys() & {"train", "head", "choose", "schedule"}:
            wanted["val"] = 0.0
    said = wanted | early
    facts = replace(facts, channels=said.get("channels", facts.channels))

    def composed(side: int | None) -> Recipe:
        free = not weights and "model" not in said
        fields = read.override(advise(facts, image_size=side, free=free) | wanted | given, changes)
        return Recipe(**fields | {"data": source.spec})

    resolved = composed(said.get("image_size"))
    if fitting is not None and resolved.budget and not resolved.weights and "image_size" not in said:
        resolved = composed(fitting(resolved, facts.images, facts.classes))
    return resolved, source


def _shadowed(data: Spec) -> Iterator[Note]:
    """Data sets of ours that bear the name of a folder here, which a person may have meant."""
    for one in data.operands():
        if one == Spec(one.name) and one.name.isidentifier() and Path(one.name).is_dir():
            yield note("shadowed", name=one.name)


def splits(
    recipe: Recipe,
    watch: Watcher,
    source: Source | None = None,
    *,
    known: Collection[str] = (),
    extra_classes: Sequence[str] = (),
    ancestry: frozenset[str] = frozenset(),
) -> Splits:
    """The data of a recipe, decoded and split; `source`, where it is open; `known`, `ancestry` as in `load`, `extra_classes` as in
    `open_source`."""
    return load(source or open_source(recipe.data, extra_classes), recipe, watch, known=known, ancestry=ancestry)


def shape(data: str | None) -> dict[str, int]:
    """The batch that a training on the data would see: how many images, their side and channels, and the classes."""
    if data is None:
        return {"batch": 128, "size": 32, "channels": 3, "classes": 10}
    recipe, source = compose(data, None, None, ())
    classes = len(source.classes)
    return {"batch": recipe.batch_size, "size": recipe.image_size, "channels": recipe.channels, "classes": classes}


def stem(data: Spec) -> str:
    """What a run is called by default: after its data."""
    first = data.operands()[0]
    path = next((value for value in first.args if isinstance(value, str)), "")
    return re.sub(r"[^\w.+-]+", "-", Path(path).stem or first.name).strip("-.") or "run"
