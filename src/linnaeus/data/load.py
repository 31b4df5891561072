"""From the name of a data set to its splits.

open_source   what the recipe names, merged into one label space: arrays or paths, not decoded yet
load          the splits as the network's size wants them: `Splits` of `Dataset`s
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from linnaeus.data import cache, class_names, split
from linnaeus.data.audit import copies
from linnaeus.data.dataset import SPLITS, Chunk, Dataset, Labels, Paths, Pixels, Source, Splits
from linnaeus.data.images import decode
from linnaeus.data.thin import thinned
from linnaeus.errors import DataError
from linnaeus.events import Note, Watcher, nobody, note
from linnaeus.recipe import catalog
from linnaeus.recipe.recipe import Recipe
from linnaeus.recipe.spec import Spec

HELD_IN_MEMORY = 4 * 2**30  # bytes of decoded images up to which a folder is decoded once; above, it is streamed


def open_source(spec: Spec, extra_classes: Sequence[str] = (), *, to_train: bool = True) -> Source:
    """Find the data that `spec` names and merge what `+` joins, by class name; `to_train` asks for what a training needs.

    `extra_classes` come first in the label space, in their order, whether there are images of them or not: those that a
    network knows to which classes are added.

    Raises:
        RecipeError, UnknownName: no such data set or option; the part's own complaint (a missing folder …) comes as RecipeError.
        DataError: one class only, a class with one image, or names that are one to a person, and no word whether to merge them.
    """
    operands = spec.operands() if spec.name == "+" else (spec,)
    raws = [catalog.build("datasets", operand, cache.cache_folder()) for operand in operands]
    answer = next(filter(None, (raw.get("names") for raw in raws)), None)
    class_of = class_names.settled(spec, _counts(raws, extra_classes), answer)
    raws = [{**raw, "classes": [class_of[class_names.composed(name)] for name in raw["classes"]]} for raw in raws]
    classes = tuple(dict.fromkeys(class_of.values()))
    several = len(raws) > 1
    chunks = [
        chunk
        for operand, raw in zip(operands, raws, strict=True)
        for chunk in _chunks(raw, classes, f"{operand.name}/" if several else "")
    ]
    mirrors = {raw.get("mirror") for raw in raws}
    mirror = False if False in mirrors else None if None in mirrors else True
    notes = tuple(_note(one) for raw in raws for one in raw.get("notes", ()))
    extra = tuple(dict.fromkeys(extra_classes))
    source = Source(spec=spec, classes=classes, chunks=tuple(chunks), mirror=mirror, notes=notes, extra=extra)
    if to_train:
        _check_classes(source)
    return source


def _counts(raws: Sequence[dict[str, Any]], extra_classes: Sequence[str]) -> dict[str, int]:
    """Images of each class name, in the order of the classes."""
    counts = dict.fromkeys(extra_classes, 0)
    for raw in raws:
        labels_N = np.concatenate([labels for _, labels in raw["splits"].values()])
        per_class = np.bincount(labels_N, minlength=len(raw["classes"]))
        for name, count in zip(raw["classes"], per_class, strict=True):
            composed = class_names.composed(name)
            counts[composed] = counts.get(composed, 0) + int(count)
    return counts


def _note(told: str | tuple[str, dict[str, Any]]) -> Note:
    return note("said", text=told) if isinstance(told, str) else note(told[0], **told[1])


def _chunks(raw: dict[str, Any], classes: tuple[str, ...], prefix: str) -> list[Chunk]:
    to_merged = np.array([classes.index(name) for name in raw["classes"]], np.int64)
    chunks = []
    for name, (images, labels) in raw["splits"].items():
        if isinstance(images, np.ndarray):
            names = tuple(f"{prefix}{name}/{index:05d}" for index in range(len(images)))
        else:
            images, root = tuple(map(Path, images)), Path(raw["root"])
            names = tuple(
                f"{prefix}{path.relative_to(root).as_posix() if path.is_relative_to(root) else path}" for path in images
            )
        if len(images):
            groups = raw.get("groups", {})
            shown = tuple(groups.get(path, "") for path in images) if groups else ("",) * len(images)
            labels_N = to_merged[np.asarray(labels, np.int64)]
            chunks.append(Chunk(split=name, images=images, labels_N=labels_N, names=names, groups=shown))
    return chunks


def _check_classes(source: Source) -> None:
    for_training = [chunk.labels_N for chunk in source.chunks if chunk.split in ("train", "all")]
    if not for_training:
        raise DataError(f"{source.spec} has no images to train on")
    counts = np.bincount(np.concatenate(for_training), minlength=len(source.classes))
    if len(source.classes) < 2:
        raise DataError(f"{source.spec} has one class only ({source.classes[0]}); a classifier needs at least two")
    few = [
        name
        for name, count in zip(source.classes, counts, strict=True)
        if count < 2 and (count or name not in source.extra)
    ]
    if few:
        shown = ", ".join(few[:5]) + (" …" if len(few) > 5 else "")
        raise DataError(
            f"{source.spec}: fewer than two training images in {len(few)} of {len(source.classes)} classes ({shown}); "
            "add images, or leave them out with classes=[…]"
        )


def load(
    source: Source,
    recipe: Recipe,
    tell: Watcher = nobody,
    *,
    known: Collection[str] = (),
    ancestry: frozenset[str] = frozenset(),
) -> Splits:
    """Decode (or find in the cache) and split; of the training images, those are left out that the recipe does not use.

    `known` are the classes that the recipe's weights know, of which `replay` counts. `ancestry` are the contents that these weights
    were trained on: such images are left out of val and test, and others of the things that they show.

    Raises:
        DataError: no readable image is left in a class, or with `recipe.strict` any image is unreadable.
    """
    loaded, skipped = _load_chunks(source, recipe, tell)
    hashes = [content for chunk in loaded for content in chunk.hashes]
    whole = _whole(loaded, source.classes, recipe.group)
    belongs = _belongings(loaded, recipe, split.units(whole))

    def dataset(name: str) -> Dataset | None:
        rows = np.flatnonzero(belongs == SPLITS.index(name))
        return whole.take(rows) if len(rows) else None

    leaks = _leaks(whole, belongs, recipe, tell) if recipe.drop_leaks else ()
    train = dataset("train")
    if train is not None:
        train = train.take(np.flatnonzero(~np.isin(train.rows_N, [row for row, _ in leaks])))
        chosen, used = thinned([hashes[row] for row in train.rows_N], train.labels_N, source.classes, recipe, known)
        train = train.take(chosen)
    may_be_empty = {*source.extra, *(known if recipe.replay == 0 else ())}
    counts = train.counts() if train is not None else [0] * len(source.classes)
    empty = [name for name, count in zip(source.classes, counts, strict=True) if not count and name not in may_be_empty]
    if train is None or empty or not len(train):
        raise DataError(
            f"{source.spec}: no training images are left in {', '.join((empty or source.classes)[:5])}; add images of "
            "them, or leave them out with classes=[…]"
        )
    trained_on = split.of_things(whole, ancestry) - set(train.hashes)
    (val, test), inherited = _without(trained_on, dataset("val"), dataset("test"), source, recipe)
    splits = Splits(
        source=source.spec,
        classes=source.classes,
        train=train,
        val=val,
        test=test,
        fingerprint=split.fingerprint(hashes, whole.labels_N, source.classes),
        skipped=skipped,
        mirror=source.mirror,
        dropped=tuple((whole.names[row], whole.names[like]) for row, like in leaks),
        ancestry=ancestry,
        inherited=inherited,
    )
    dropped = [note("dropped", n=len(leaks))] if leaks else []
    notes = (*source.notes, *used, *_of_things(whole, recipe), *dropped)
    for one in (*notes, *(note(f"inherited-{name}", n=count) for name, count in inherited.items())):
        tell(one)
    return replace(splits, notes=notes)


def _without(
    trained_on: frozenset[str], val: Dataset | None, test: Dataset | None, source: Source, recipe: Recipe
) -> tuple[list[Dataset | None], dict[str, int]]:
    """Val and test without images of such contents, and how many were left out of each. What is trained on too is a leak, told as one.

    Raises:
        DataError: all validation images would go.
    """
    kept: list[Dataset | None] = []
    left_out = {}
    for name, part in (("val", val), ("test", test)):
        fresh = [place for place, content in enumerate(part.hashes) if content not in trained_on] if part else []
        if part is not None and len(fresh) < len(part):
            left_out[name] = len(part) - len(fresh)
            if name == "val" and not fresh:
                raise DataError(
                    f"{source.spec}: all {len(part):,} validation images of these splits are images that {recipe.weights} was "
                    "trained on; keep the split_seed, val and test of that run, or add images"
                )
            part = part.take(np.array(fresh, np.int64)) if fresh else None
        kept.append(part)
    return kept, left_out


def _leaks(whole: Dataset, belongs: npt.NDArray[np.int8], recipe: Recipe, tell: Watcher) -> list[tuple[int, int]]:
    """Rows of the training images that drop_leaks leaves out, each with one of its likes in val or test."""
    return copies.leaks(whole, belongs.astype(np.int64), recipe, tell)


def load_all(source: Source, recipe: Recipe, tell: Watcher = nobody) -> tuple[Dataset, list[str], str]:
    """All images of a data set as one; the split that it brings each in ("all": none); its fingerprint. For scoring on other data.

    Their images may be named otherwise: where the recipe's `group` is found in no name, each shows a thing of its own, and it is told.
    """
    loaded, _ = _load_chunks(source, recipe, tell)
    names = [name for chunk in loaded for name in chunk.names]
    nowhere = bool(recipe.group) and split.missed(names, recipe.group) == len(names)
    if nowhere:
        tell(note("group-nowhere", n=len(names), group=recipe.group))
    whole = _whole(loaded, source.classes, "" if nowhere else recipe.group)
    brought = [name for part in loaded for name in part.brought]
    return whole, brought, split.fingerprint(whole.hashes, whole.labels_N, source.classes)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Loaded:
    brought: tuple[str, ...]  # the split that each image comes in
    images: Pixels | Paths
    labels_N: Labels
    names: tuple[str, ...]
    hashes: tuple[str, ...]
    groups: tuple[str, ...]
    skipped: tuple[tuple[str, str], ...] = ()


def _load_chunks(source: Source, recipe: Recipe, tell: Watcher) -> tuple[list[_Loaded], tuple[tuple[str, str], ...]]:
    """The decoded chunks, and (name, reason) of each image that cannot be read. Raises DataError if the recipe is strict."""
    arrays = any(isinstance(chunk.images, np.ndarray) for chunk in source.chunks)
    if arrays or source.spec.name == "+":  # of several data sets each has a cache of its own
        loaded = [
            _load_array(chunk, recipe) if isinstance(chunk.images, np.ndarray) else _load_files([chunk], recipe, tell)
            for chunk in source.chunks
        ]
    else:
        loaded = [_load_files(source.chunks, recipe, tell)]
    skipped = tuple(pair for chunk in loaded for pair in chunk.skipped)
    if skipped:
        name, reason = skipped[0]
        if recipe.strict:
            raise DataError(
                f"{len(skipped)} unreadable image{'s' * (len(skipped) > 1)} in {source.spec}, the first {name}: {reason} "
                "(strict = true stops here; linnaeus audit lists them all)"
            )
        tell(note("unreadable", n=len(skipped), data=str(source.spec), name=name, reason=reason))
    return loaded, skipped


def _whole(loaded: Sequence[_Loaded], classes: tuple[str, ...], group: str) -> Dataset:
    names = tuple(name for chunk in loaded for name in chunk.names)
    labels_N = np.concatenate([chunk.labels_N for chunk in loaded])
    return Dataset(
        store=_one_store([chunk.images for chunk in loaded]),
        rows_N=np.arange(len(labels_N)),
        labels_N=labels_N,
        names=names,
        classes=classes,
        hashes=tuple(content for chunk in loaded for content in chunk.hashes),
        groups=split.things(names, [group for chunk in loaded for group in chunk.groups], group),
    )


def _load_array(chunk: Chunk, recipe: Recipe) -> _Loaded:
    assert isinstance(chunk.images, np.ndarray)
    size, channels, resize = recipe.image_size, recipe.channels, recipe.resize
    return _Loaded(
        brought=(chunk.split,) * len(chunk.names),
        images=reshape(chunk.images, size=size, channels=channels, resize=resize),
        labels_N=chunk.labels_N,
        names=chunk.names,
        hashes=tuple(split.content_hashes(chunk.images)),
        groups=chunk.groups,
    )


def _load_files(chunks: Sequence[Chunk], recipe: Recipe, tell: Watcher) -> _Loaded:
    """The files of one data set, all of its splits together: what is decoded lies in one file, mapped and never copied."""
    paths = [path for chunk in chunks for path in chunk.images if isinstance(path, Path)]
    names = [name for chunk in chunks for name in chunk.names]
    groups = [group for chunk in chunks for group in chunk.groups]
    brought = [chunk.split for chunk in chunks for _ in chunk.names]
    folder = cache.cache_folder()
    if is_streamed(len(paths), recipe):
        done = cache.checked(paths, folder=folder, tell=tell)
        pixels: Pixels | Paths = tuple(paths[index] for index in done.kept)
    else:
        done = cache.decoded(
            paths,
            size=recipe.image_size,
            channels=recipe.channels,
            resize=recipe.resize,
            folder=folder,
            decoder=recipe.decoder,
            tell=tell,
        )
        pixels = done.images
    name_of = dict(zip(paths, names, strict=True))
    return _Loaded(
        brought=tuple(brought[index] for index in done.kept),
        images=pixels,
        labels_N=np.concatenate([chunk.labels_N for chunk in chunks])[done.kept],
        names=tuple(names[index] for index in done.kept),
        hashes=tuple(content for index in done.kept if (content := done.hashes[index]) is not None),
        groups=tuple(groups[index] for index in done.kept),
        skipped=tuple((name_of[path], reason) for path, reason in done.skipped),
    )


def is_streamed(images: int, recipe: Recipe) -> bool:
    """True where a folder of so many files is decoded as it is needed: asked for, or too large to hold."""
    if recipe.loading != "auto":
        return recipe.loading == "streamed"
    return images * recipe.image_size**2 * recipe.channels > HELD_IN_MEMORY


def reshape(images_NHWC: Pixels, *, size: int, channels: int, resize: str) -> Pixels:
    """Decoded images of another size or number of channels, as the network wants them."""
    if images_NHWC.shape[1:] == (size, size, channels):
        return images_NHWC
    mode = {1: "L", 3: "RGB", 4: "RGBA"}[channels]

    def one(image: Pixels) -> Pixels:
        picture = Image.fromarray(image[..., 0] if image.shape[-1] == 1 else image).convert(mode)
        return decode.fit(np.asarray(picture).reshape(*image.shape[:2], channels), size, resize)

    return np.stack([one(image) for image in images_NHWC])


def _belongings(loaded: Sequence[_Loaded], recipe: Recipe, units: Sequence[str]) -> npt.NDArray[np.int8]:
    """The split of each image, those of a unit (content, or thing) together.

    What the data set brings stands; what it lacks is drawn: never from its test images. Raises DataError: of things too few to draw.
    """
    brought_N = np.array([name for part in loaded for name in part.brought])
    val = 0.0 if "val" in brought_N else recipe.val
    belongs_N = np.array([0 if name == "all" else SPLITS.index(name) for name in brought_N.tolist()], np.int8)
    labels_N = np.concatenate([chunk.labels_N for chunk in loaded])
    for name, test in (("all", recipe.test), ("train", 0.0)):
        rows = np.flatnonzero(brought_N == name)
        contents = [units[row] for row in rows.tolist()]
        belongs_N[rows] = split.draw(contents, labels_N[rows], val=val, test=test, seed=recipe.split_seed)
    if recipe.val and not (belongs_N == SPLITS.index("val")).any() and units[0].startswith(split.THING):
        raise DataError(
            f"the {len(labels_N):,} images show {len(set(units)):,} things, too few in each class to hold any out for validation; name "
            "smaller things, by another group, or train without validation: --set val=0"
        )
    return belongs_N


def _one_store(stores: Sequence[Pixels | Paths]) -> Pixels | Paths:
    arrays = [store for store in stores if isinstance(store, np.ndarray)]
    if len(arrays) == len(stores):
        return arrays[0] if len(arrays) == 1 else np.concatenate(arrays)
    if arrays:
        raise DataError(
            "arrays and a streamed folder cannot be merged; decode the folder once with --set loading=resident"
        )
    return tuple(path for store in stores for path in store)


def _of_things(whole: Dataset, recipe: Recipe) -> Iterator[Note]:
    """What is odd about the names of things."""
    if missed := split.missed(whole.names, recipe.group):
        yield note("group-misses", n=missed, of=len(whole), group=recipe.group)
    elif doubtful := class_names.alike(sorted(set(whole.groups))) if not recipe.group else []:
        yield note("group-alike", n=len(doubtful), one=repr(doubtful[0][0]), other=repr(doubtful[0][1]))
