"""A finished run, scored on data that are not its own: without the images that it knows."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from linnaeus.data.dataset import SPLITS, Dataset
from linnaeus.data.load import load_all, open_source
from linnaeus.data.split import of_things, pixel_hashes
from linnaeus.errors import DataError, UnknownName
from linnaeus.evaluation import evaluate
from linnaeus.evaluation.own_images import Known
from linnaeus.events import Watcher
from linnaeus.recipe import shell
from linnaeus.recipe.recipe import Recipe
from linnaeus.record.folder import RunFolder
from linnaeus.record.scores import SplitScores

KINDS = {"trained_on": "that it, or a run before it, was trained on", "thing": "of such things",
         "validation": "of its validation split", "sealed": "of its sealed test split"}  # fmt: skip


def images(folder: RunFolder, recipe: Recipe, split: str | None, tell: Watcher) -> Dataset | None:
    """The images of the recipe's data that are to be scored; None: they are the run's own data, by content.

    Raises:
        UnknownName: no such split. DataError: these data have no images of it.
    """
    if split is not None and split not in SPLITS:
        raise UnknownName("split", split, SPLITS)
    whole, brought, fingerprint = load_all(open_source(recipe.data, to_train=False), recipe, tell)
    if fingerprint == folder.record().data.fingerprint:
        return None
    return of_split(folder.images(), whole, brought, split) if split is not None else whole


def of_split(held: Known | None, whole: Dataset, brought: list[str], split: str) -> Dataset:
    """The images of a split: those that the data bring as such, else those that the run has in its own of that name.

    Raises:
        DataError: there are none.
    """
    if set(brought) != {"all"}:
        rows = [row for row, name in enumerate(brought) if name == split]
        if rows:
            return whole.take(np.array(rows))
        raise DataError(f"these data have no {split} images; they bring {', '.join(sorted(set(brought)))}")
    own = set(held["hashes"][held["splits"] == SPLITS.index(split)].tolist()) if held is not None else set()
    rows = [row for row, content in enumerate(whole.hashes) if content.encode() in own]
    if rows:
        return whole.take(np.array(rows))
    raise DataError(
        f"these data bring no splits, and none of their images is of the run's own {split} split; leave --split out to score all"
    )


def on_data(
    folder: RunFolder, recipe: Recipe, dataset: Dataset, key: str, wanted: str | None, tta: str | None
) -> SplitScores:
    """Score a run on images of other data, and keep the scores under `key`, or KEY-2 where other images have that name already.

    Left out, and counted, is what the run or one before it was trained on, further images of things among which are such ones, and
    what it was chosen and calibrated by; the sealed test images too, unless they are asked for by `wanted` or are all that there
    is: then the test split is opened. Things that only bear the name of one that was trained on may be others: told.

    Raises:
        RunError: the run is not finished. DataError: classes that the run does not know, or no image is left.
    """
    folder.record().finished()
    held = folder.images()
    kinds = list(_kinds(held, dataset))
    known = {kind for kind in kinds if kind is not None}
    taken = {None, *({"validation"} if wanted == "val" else ())}
    if wanted == "test" or set(kinds) == {"sealed"}:
        taken.add("sealed")
    left_out = {kind: kinds.count(kind) for kind in KINDS if kind in known - taken}
    rows = [row for row, kind in enumerate(kinds) if kind in taken]
    if not rows:
        told = ", ".join(f"{count:,} {KINDS[kind]}" for kind, count in left_out.items())
        raise DataError(
            f"all of these images are known to {folder.name}: {told}. Score one of its splits instead: "
            f"linnaeus evaluate {shell.quoted(folder.name)} --split val"
        )
    dataset = dataset.take(np.array(rows))
    opened = sum(kinds[row] == "sealed" for row in rows)
    namesakes = _namesakes(held, dataset)
    if opened:
        folder.open_test()
    key = _free(folder, key, dataset)
    found = evaluate.score_and_record(folder, recipe, dataset, key, tta)
    record = folder.record()
    scored = {
        name: replace(scores, left_out=left_out, opened=opened, namesakes=namesakes)
        for name, scores in record.scores.items()
        if name.partition("+")[0] == key
    }
    folder.save_record(replace(record, scores={**record.scores, **scored}))
    return scored[found.split]


def _kinds(held: Known | None, dataset: Dataset) -> Iterator[str | None]:
    """What each image is to the run; None: it does not know it."""
    if held is None:
        yield from (None for _ in dataset.hashes)
        return
    of_split = {name: _contents(held, place, dataset) for place, name in enumerate(SPLITS)}
    trained_on = of_split["train"] | set(held["ancestry"].tolist())
    shown = of_things(dataset, frozenset(content.decode() for content in trained_on))
    for content in (content.encode() for content in dataset.hashes):
        if content in trained_on:
            yield "trained_on"
        elif content.decode() in shown:
            yield "thing"
        elif content in of_split["val"]:
            yield "validation"
        else:
            yield "sealed" if content in of_split["test"] else None


def _contents(held: Known, place: int, dataset: Dataset) -> set[bytes]:
    """Of the run's images of a split, and of those of the data set that have the pixels of one."""
    here = held["splits"] == place
    contents = set(held["hashes"][here].tolist())
    if "pixels" not in held or len(held["pixels"]) != len(here):
        return contents
    pixels = set(held["pixels"][here].tolist())
    same = zip(dataset.hashes, pixel_hashes(dataset), strict=False)
    return contents | {content.encode() for content, found in same if found.encode() in pixels}


def _namesakes(held: Known | None, dataset: Dataset) -> int:
    """How many images show things that are called as one that the run was trained on; 0 where it has not kept their names."""
    if held is None or not dataset.groups or "groups" not in held or not len(held["groups"]):
        return 0
    names = set(held["groups"][held["splits"] == SPLITS.index("train")].tolist())
    return sum(group in names for group in dataset.groups)


def _free(folder: RunFolder, key: str, dataset: Dataset) -> str:
    """The name for scores of these images: another one where scores of other images, or under other labels, bear it."""
    labels = [dataset.classes[label] for label in dataset.labels_N]
    number, name, classes = 1, key, folder.record().data.classes
    while (held := folder.predictions(name)) is not None:
        same = evaluate.are_of(held, dataset) and [classes[label] for label in held["labels"]] == labels
        if same:
            return name
        number += 1
        name = f"{key}-{number}"
    return name
