"""Who judges the labels of `linnaeus.inspect`: the run's own features, those of other weights, or networks trained anew."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from linnaeus.api import composing
from linnaeus.errors import DataError, LinnaeusError, RecipeError
from linnaeus.events import Watcher
from linnaeus.recipe.recipe import LINEAR, Recipe
from linnaeus.record.record import RunRecord

if TYPE_CHECKING:
    from linnaeus.classifier.classifier import Classifier
    from linnaeus.data.dataset import Dataset, Splits
    from linnaeus.evaluation.inspection.fix_list import Judge

    Datasets = Mapping[str, Dataset]


def own(trained: "Classifier", datasets: "Datasets", recipe: Recipe, fingerprint: str, watch: Watcher) -> "Judge":
    """The run's own features. A backbone that was not trained here has seen the labels only where it was trained on them."""
    from linnaeus.evaluation.inspection import inspected
    from linnaeus.evaluation.inspection.fix_list import Judge

    seen = recipe.train != "head" or _has_seen(recipe.weights, recipe, fingerprint)
    features = inspected.features(trained.module, trained.preprocessing, datasets, recipe, fingerprint, watch)
    return Judge(source="own", seen=seen, features=features)


def other(weights: str, runs: Path, datasets: "Datasets", recipe: Recipe, splits: "Splits", watch: Watcher) -> "Judge":
    """Features of other weights, of the same images at the size that these take."""
    from linnaeus.classifier.classifier import build_module
    from linnaeus.evaluation.inspection import inspected
    from linnaeus.evaluation.inspection.fix_list import Judge
    from linnaeus.finetuning.weights import source as origin
    from linnaeus.finetuning.weights import start as trained

    source = origin.anchored(weights, runs)
    found = origin.find(source)
    if found.model is None or found.preprocessing is None:
        raise RecipeError(
            f"weights = {weights!r}: it is not known which network they are of; name a run, timm:NAME, or weights that come "
            "along (linnaeus weights lists them)"
        )
    images = {name: getattr(found.preprocessing, field) for name, field in _IMAGES.items()}
    begun = replace(recipe, weights=source, model=found.model, **images, **_PLAIN)
    seen_so = splits if begun.image_size == recipe.image_size and begun.channels == recipe.channels else None
    others = seen_so or composing.splits(replace(recipe, **images), watch)
    theirs = {name: others.named(name) for name in datasets}
    for name, dataset in theirs.items():
        if dataset.names != datasets[name].names:
            raise DataError(f"the {name} images are not the same at {begun.image_size} px: some cannot be read there")
    module = build_module(found.model, begun.channels, len(others.classes), begun.image_size)
    start = trained.start_at(begun, module, others.classes)
    preprocessing = trained.preprocessing(begun, others.train, start)
    features = inspected.features(module, preprocessing, theirs, begun, splits.fingerprint, watch)
    return Judge(source=weights, seen=_has_seen(source, recipe, splits.fingerprint), features=features)


_IMAGES = {"image_size": "size", "channels": "channels", "resize": "resize"}


_PLAIN: dict[str, Any] = {"normalise": "auto", "rows": "new", "train": "all", "head": LINEAR, "views": 0}


def _has_seen(weights: str, recipe: Recipe, fingerprint: str) -> bool:
    """True where weights were trained on these very labels, or nobody can say."""
    from linnaeus.finetuning.weights import source as origin

    try:
        found = origin.find(weights)
    except LinnaeusError:  # the run that a frozen backbone came from may be gone
        return True
    if found.parent is not None:
        return bool(found.parent.data.fingerprint == fingerprint)
    return found.card.get("data") == str(recipe.data)


def retrained(record: RunRecord, datasets: "Datasets", recipe: Recipe, splits: "Splits", watch: Watcher) -> "Judge":
    """Networks trained by the run's recipe, on what the run chose for it, each without a part of the images."""
    from linnaeus.evaluation.inspection.fix_list import Judge
    from linnaeus.training import anew

    machine = record.environment
    chosen: dict[str, Any] = {"precision": machine.precision, "threads": machine.threads}
    chosen = {name: value for name, value in chosen.items() if value is not None}
    probabilities = anew.out_of_fold(replace(recipe, **chosen), splits, datasets, watch)
    seen = bool(recipe.weights) and _has_seen(recipe.weights, recipe, splits.fingerprint)
    return Judge(source="retrained", seen=seen, probabilities=probabilities)
