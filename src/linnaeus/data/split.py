"""Which image belongs to which split, drawn from its content. Three wishes, in this order:

1. Equal images fall on one side, whatever their labels.
2. No class is left out: each has an image to train on; with three or more it has validation images, too, and with four or more test
   images, as far as there are such splits.
3. Adding images moves none: an image's split depends on its own content and the seed, on nothing else.

The price. So that adding images moves none, each class gets the stated shares in expectation, not to the image. So that no class is
left out, a class that the draw leaves without moves the image whose place lies nearest, one a split: the shares of small classes are
then not those asked for (of three images one validates, 33 % and not 15), and where such a class grows until the draw itself gives
it what it lacks, that one image goes back. Images of classes that lack nothing never move for their own class's sake. What shares
its content with an image of another label moves with it.

Where several images show one thing (a sign filmed thirty times, a patient, a burst), things are drawn in place of contents, and intervals
count them. They are named by a column of a table (`table("t.csv", group="patient")`), or by the recipe's `group`: a pattern over the
paths of the images, without the folder of a split and without the suffix, whose parts in parentheses name the thing. `(.*)_\\d+` makes
one thing of sign/7_01.png, sign/7_02.png, …; `(patient\\d+)` of all images of a patient, whatever their class. An image that the
pattern does not find in is a thing of its own.
"""

import hashlib
import re
from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath

import numpy as np
import numpy.typing as npt

from linnaeus.data import row_file
from linnaeus.data.dataset import SPLITS, Dataset
from linnaeus.errors import RecipeError

TRAIN, VAL, TEST = 0, 1, 2
THING = "thing "  # begins the name of a unit that is a thing, not an image


def content_hashes(images_NHWC: Iterable[npt.NDArray[np.uint8]]) -> list[str]:
    """BLAKE2b of each image's pixels, 32 hexadecimal digits."""
    return [hashlib.blake2b(np.ascontiguousarray(image), digest_size=16).hexdigest() for image in images_NHWC]


def pixel_hashes(dataset: Dataset) -> list[str]:
    """The same of images as the network is given them: equal for files saved anew without loss; empty where they are streamed."""
    if not isinstance(dataset.store, np.ndarray):
        return []
    return content_hashes(row_file.each(dataset.store, dataset.rows_N.tolist()))


def draw(
    hashes: Sequence[str], labels_N: npt.NDArray[np.int64] | None = None, *, val: float, test: float, seed: int
) -> npt.NDArray[np.int8]:
    """TRAIN, VAL or TEST for each image (N,), with shares `val` and `test` in expectation. Without labels no class is looked after."""
    key = f"linnaeus split {seed}".encode()
    contents, content_N = np.unique(np.array(hashes, dtype=str), return_inverse=True)
    places_M = np.array([place(key, content) for content in contents.tolist()])
    split_M = np.select([places_M < test, places_M < test + val], [TEST, VAL], TRAIN).astype(np.int8)
    members = _members(content_N, labels_N) if labels_N is not None else []
    nearest = {TRAIN: -places_M, VAL: np.abs(places_M - test - val / 2), TEST: places_M}
    moved: set[int] = set()
    for split, share, least in ((TRAIN, 1.0, 1), (VAL, val, 3), (TEST, test, 4)):
        for of_class in members if share else ():
            if len(of_class) >= least and not (split_M[of_class] == split).any():
                order = of_class[np.argsort(nearest[split][of_class])].tolist()
                fit = (one for one in order if one not in moved and not _missed(one, split_M, members))
                if (found := next(fit, order[0] if split == TRAIN else None)) is not None:
                    split_M[found] = split
                    moved.add(found)
    return split_M[content_N]


def _members(content_N: npt.NDArray[np.int64], labels_N: npt.NDArray[np.int64]) -> list[npt.NDArray[np.int64]]:
    """The contents of each class, ascending, the classes in the order of these: by content alone, whatever their numbers."""
    pairs = np.unique(np.stack([labels_N, content_N], axis=1), axis=0)
    found = np.split(pairs[:, 1], np.flatnonzero(np.diff(pairs[:, 0])) + 1) if len(pairs) else []
    return sorted(found, key=lambda one: one.tolist())


def _missed(content: int, split_M: npt.NDArray[np.int8], members: Sequence[npt.NDArray[np.int64]]) -> bool:
    """True where a class would be left without images to train on, to validate or to test by, if this content went elsewhere."""
    return any(
        (split_M[one] == split_M[content]).sum() < 2
        for one in members
        if (at := np.searchsorted(one, content)) < len(one) and one[at] == content
    )


def place(key: bytes, content: str) -> float:
    """A number in [0, 1), uniform over contents; another for each key."""
    return int.from_bytes(hashlib.blake2b(content.encode(), key=key, digest_size=8).digest()) / 2**64


def fingerprint(hashes: Sequence[str], labels_N: npt.NDArray[np.int64], classes: Sequence[str]) -> str:
    """One checksum of a data set's contents, labels and class names, whatever the order of its images; 16 hexadecimal digits."""
    rows = sorted(f"{content} {classes[label]}" for content, label in zip(hashes, labels_N.tolist(), strict=True))
    return hashlib.blake2b("\n".join([*classes, *rows]).encode(), digest_size=8).hexdigest()


def things(names: Sequence[str], columns: Sequence[str], pattern: str) -> tuple[str, ...]:
    """The thing that each image shows, by its name or its cell in a table; empty where nothing says so.

    Raises:
        RecipeError: the pattern is none, has no parentheses, or is found in no name.
    """
    if not pattern:
        return tuple(cell or name for cell, name in zip(columns, names, strict=True)) if any(columns) else ()
    try:
        found = re.compile(pattern)
    except re.error as error:
        raise RecipeError(f"group = {pattern!r} is no pattern: {error}") from None
    if not found.groups:
        raise RecipeError(
            f"group = {pattern!r} has no part in parentheses, which would name the thing, as in '(.*)_\\d+'; a column of a table is "
            f'named in the data: table("FILE.csv", group={pattern!r})'
        )
    matches = [found.search(bare(name)) for name in names]
    if not any(matches):
        raise RecipeError(
            f"group = {pattern!r} is found in none of the {len(names):,} names, the first being {bare(names[0])}"
        )
    return tuple(
        "/".join(part or "" for part in match.groups()) if match else name
        for match, name in zip(matches, names, strict=True)
    )


def missed(names: Sequence[str], pattern: str) -> int:
    """How many images a pattern of `things` is not found in; each of them is a thing of its own."""
    return sum(re.search(pattern, bare(name)) is None for name in names) if pattern else 0


def of_things(whole: Dataset, contents: frozenset[str]) -> frozenset[str]:
    """These contents, and those of all other images of the things that they show here."""
    if not whole.groups or not contents:
        return contents
    met = {group for group, content in zip(whole.groups, whole.hashes, strict=True) if content in contents}
    others = (content for group, content in zip(whole.groups, whole.hashes, strict=True) if group in met)
    return contents.union(others)


def bare(name: str) -> str:
    """The path below the folder of a split, without the suffix."""
    path = PurePosixPath(name)
    parts = path.with_suffix("").parts
    return "/".join(
        parts[1:]
        if len(parts) > 1 and parts[0].lower() in (*SPLITS, "training", "valid", "validation", "testing")
        else parts
    )


def units(whole: Dataset) -> Sequence[str]:
    """What a split is drawn by: the content of each image, or its thing. Things that share an equal image are one."""
    if not whole.groups:
        return whole.hashes
    root = {group: group for group in whole.groups}

    def of(group: str) -> str:
        while root[group] != group:
            root[group] = group = root[root[group]]
        return group

    first: dict[str, str] = {}
    for content, group in zip(whole.hashes, whole.groups, strict=True):
        one, other = sorted((of(first.setdefault(content, group)), of(group)))
        root[other] = one
    return [f"{THING}{of(group)}" for group in whole.groups]
