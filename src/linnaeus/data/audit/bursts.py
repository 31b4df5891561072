"""Images that look like several of one thing, where nobody has named the things. Three clues, the most reliable first:

    names        names count up behind a common beginning, or before a common end, several a class: sign3_001, sign3_002; sign3 (1),
                 sign3 (2); 001_sign3, 002_sign3
    seconds      a camera took them in the same second or the next, as EXIF says
    neighbours   images of a class that are next to each other by name differ far less than others of their class: frames of a film

Pixels must agree: the images of a thing must be nearer to each other than to the others of their class, by the mean difference of their
grey values. Among neighbours a new thing begins where the picture jumps, so one thing may be split, or several merged.

Neighbours nearer than `CLOSE` of what is usual in their class: 66 to 82 % of the images of filmed signs that were numbered through,
0.1 to 8 % of photographs, digits of 8 and of 28 pixels, and CIFAR-10.

Of 72 signs filmed one after another, 15 frames each, the grey values alone cut 69 times within a sign and missed 18 of the 66 ends. With
the contrasts beside them it is 16 to 21 and 13 to 20, by the order of the signs. The nearest of two or three frames on either side, and
one frame moved over the other by a pixel or two, were tried as well: they join more signs than they keep whole.
"""

import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from linnaeus import files
from linnaeus.data.audit.duplicates import Pixels
from linnaeus.data.audit.thumbnails import smaller
from linnaeus.data.dataset import SPLITS, Dataset, Source
from linnaeus.data.images import decode
from linnaeus.data.split import bare
from linnaeus.errors import DataError
from linnaeus.record.facts import Finding

# How names count the images of a thing, and how that is written as a `group`, {} being the sign that parts the number.
COUNTED = (
    (re.compile(r"(?P<before>.*)(?P<sign>[_\-. ])\d+(?P<after>)"), r"(.*){}\d+"),
    (re.compile(r"(?P<before>.*)(?P<sign>\()\d+\)(?P<after>)"), r"(.*){}\d+\)"),
    (re.compile(r"(?P<before>(?:.*/)?)\d+(?P<sign>[_\-. ])(?P<after>.+)"), r"(.*/)?\d+{}(.+)"),
)
LEAST = 3  # images of a thing, on average, by its names, and
SHARE = 0.5  # of all images that are of such things, for a question to be asked; of those by seconds
OF_SECONDS = 0.05
FASTEST = 60  # images a second that a camera may take; more of one second have no time of their own
NEARER = 0.75  # distance within a thing, as a share of that between things of one class
# Distance of neighbours relative to the median within the class: below the first they are a clue, below the second they are one thing.
CLOSE, JOINED = 0.4, 0.75
SIDE = 12  # pixels, at which neighbours are compared: a frame is a little larger than the one before it
PAIRS = 2_000  # that are compared

Places = npt.NDArray[np.int64]


def findings(whole: Dataset, images_NSS: Pixels, split_N: Places, taken: Mapping[str, float]) -> list[Finding]:
    """A question where bursts are seen; G is grey values (N, S, S) of the images of `whole`, `taken` their times in seconds."""
    if whole.groups:
        return []
    by_names = (_by_names(whole, *counted) for counted in COUNTED)
    clues = (*by_names, _by_seconds(whole, taken), _by_neighbours(whole, images_NSS))
    found = next((one for one in clues if one is not None and _alike(whole, images_NSS, one[0])), None)
    if found is None:
        return []
    thing_N, values = found
    splits = [
        [name, int((split_N == place).sum()), len(np.unique(thing_N[split_N == place]))]
        for place, name in enumerate(SPLITS)
        if (split_N == place).any()
    ]
    return [
        Finding(
            kind="burst",
            severity="question",
            count=len(whole),
            pairs=tuple((name, f"thing {thing}") for name, thing in zip(whole.names, thing_N.tolist(), strict=True)),
            values={"things": len(np.unique(thing_N)), "counted": splits, **values},
        )
    ]


def _by_names(whole: Dataset, counted: re.Pattern[str], group: str) -> tuple[Places, dict[str, Any]] | None:
    matches = [counted.fullmatch(bare(name)) for name in whole.names]
    signs = [match["sign"] for match in matches if match]
    if len(signs) < SHARE * len(matches):
        return None
    named = [match["before"] + match["after"] if match else f"/{n}" for n, match in enumerate(matches)]
    _, thing_N = np.unique(named, return_inverse=True)
    several_N, things = _several(thing_N)
    # a class whose images are counted through is no burst
    alone = len(np.unique(whole.labels_N[several_N])) * 2 > things
    if several_N.sum() < max(SHARE * len(whole), LEAST * things) or alone:
        return None
    return thing_N, {"pattern": group.format(re.escape(max(set(signs), key=signs.count)))}


def _by_seconds(whole: Dataset, taken: Mapping[str, float]) -> tuple[Places, dict[str, Any]] | None:
    times_N = np.array([taken.get(name, np.nan) for name in whole.names])
    times, images = np.unique(times_N[np.isfinite(times_N)], return_counts=True)
    times_N[np.isin(times_N, times[images > FASTEST])] = np.nan
    order = np.lexsort((times_N, whole.labels_N))
    with np.errstate(invalid="ignore"):
        joined = (np.diff(times_N[order]) <= 1) & (np.diff(whole.labels_N[order]) == 0)
    thing_N = _chained(order, joined)
    return (thing_N, {"clue": "seconds"}) if _several(thing_N)[0].mean() >= OF_SECONDS else None


def _by_neighbours(whole: Dataset, images_NSS: Pixels) -> tuple[Places, dict[str, Any]] | None:
    keys = [[int(part) if part.isdigit() else part for part in re.split(r"(\d+)", name)] for name in whole.names]
    order = np.array(sorted(range(len(keys)), key=lambda n: (int(whole.labels_N[n]), keys[n])), np.int64)
    within = np.diff(whole.labels_N[order]) == 0
    pairs = _of_one_class(whole)
    if not within.any() or not len(pairs[0]):
        return None
    small_NSS = smaller(images_NSS, SIDE)
    apart = np.full(len(order) - 1, np.inf)
    apart[within] = np.mean(
        [
            by(small_NSS, order[:-1][within], order[1:][within]) / max(float(np.median(by(small_NSS, *pairs))), 1e-9)
            for by in (_distances, _contrasts)
        ],
        axis=0,
    )
    if _several(_chained(order, apart < CLOSE))[0].mean() < SHARE:
        return None
    return _chained(order, apart < JOINED), {"clue": "neighbours"}


def _chained(order: Places, joined: npt.NDArray[np.bool_]) -> Places:
    """The thing of each image: images in an order, of which the next is `joined` or begins another."""
    thing_N = np.empty(len(order), np.int64)
    thing_N[order] = np.concatenate([[0], (~joined).cumsum()])
    return thing_N


def _several(thing_N: Places) -> tuple[npt.NDArray[np.bool_], int]:
    """Which images are not the only one of their thing, and of how many things they are."""
    sizes_G = np.bincount(thing_N)
    return sizes_G[thing_N] > 1, int((sizes_G > 1).sum())


def _alike(whole: Dataset, images_NSS: Pixels, thing_N: Places) -> bool:
    """Whether images of one thing are nearer than images of one class and of other things, by the middle of some pairs."""
    rng = np.random.default_rng(0)
    order = np.lexsort((rng.random(len(whole)), thing_N))
    same = thing_N[order[:-1]] == thing_N[order[1:]]
    first, second = _of_one_class(whole)
    apart = thing_N[first] != thing_N[second]
    if not same.any() or not apart.any():
        return False
    near, far = (
        np.median(_distances(images_NSS, one[:: len(one) // PAIRS + 1], other[:: len(one) // PAIRS + 1]))
        for one, other in ((order[:-1][same], order[1:][same]), (first[apart], second[apart]))
    )
    return bool(near < NEARER * far)


def _of_one_class(whole: Dataset) -> tuple[Places, Places]:
    """Pairs of images of one class, by chance."""
    mixed = np.lexsort((np.random.default_rng(0).random(len(whole)), whole.labels_N))
    same = whole.labels_N[mixed[:-1]] == whole.labels_N[mixed[1:]]
    return mixed[:-1][same], mixed[1:][same]


def _distances(images_NSS: Pixels, first: Places, second: Places) -> npt.NDArray[np.float64]:
    """The mean difference of the grey values of each pair."""
    return _of_pairs(
        images_NSS, first, second, lambda one, other: np.abs(one.astype(np.float32) - other).mean(axis=(1, 2))
    )


def _contrasts(images_NSS: Pixels, first: Places, second: Places) -> npt.NDArray[np.float64]:
    """How far two images are apart whatever their brightness and contrast: grey values of mean 0 and deviation 1, √(2 − 2 r)."""

    def apart(one: Pixels, other: Pixels) -> npt.NDArray[np.float32]:
        squares: npt.NDArray[np.float32] = np.square(_standard(one) - _standard(other)).mean(axis=1)
        return np.sqrt(squares)

    return _of_pairs(images_NSS, first, second, apart)


def _of_pairs(
    images_NSS: Pixels, first: Places, second: Places, apart: Callable[[Pixels, Pixels], npt.NDArray[np.float32]]
) -> npt.NDArray[np.float64]:
    """(P,) what `apart` says of each pair, asked about some of them at a time."""
    parts = [slice(at, at + PAIRS) for at in range(0, len(first), PAIRS)]
    return np.concatenate([np.empty(0), *(apart(images_NSS[first[part]], images_NSS[second[part]]) for part in parts)])


def _standard(images_NSS: Pixels) -> npt.NDArray[np.float32]:
    """(N, S·S); an image whose values deviate by less than one shows nothing, and stays so."""
    values_ND = images_NSS.reshape(len(images_NSS), -1).astype(np.float32)
    values_ND -= values_ND.mean(axis=1, keepdims=True)
    values_ND /= np.maximum(values_ND.std(axis=1, keepdims=True), 1)
    return values_ND


def times(source: Source) -> dict[str, float]:
    """Of each image that lies in a file, and says when it was taken, its name and that time in seconds."""
    found = {name: decode.taken(path) for name, path, *_ in _in_files(source)}
    return {name: time for name, time in found.items() if time is not None}


def write(source: Source, found: Sequence[Finding], file: Path) -> None:
    """A table of the images and their things, which `table("FILE", group="thing")` reads. Raises DataError, RunError."""
    shown = dict(pair for one in found if one.kind == "burst" for pair in one.pairs)
    if not shown:
        raise DataError(f"{file} was not written: nothing looks as if several images showed one thing")
    rows = [
        [os.path.relpath(path, file.absolute().parent), source.classes[label], *split, shown[name]]
        for name, path, label, *split in _in_files(source)
        if name in shown
    ]
    if not rows:
        raise DataError(f"{file} was not written: the images of {source.spec} lie in no files that it could name")
    if odd := next((label for _, label, *_ in rows if files.harmless(label) != label), None):
        raise DataError(f"{file} was not written: a spreadsheet would run the class name {odd!r}; rename that class")
    heads = ["path", "label", *["split"] * (len(rows[0]) - 3), "thing"]
    files.write_whole(file, files.csv_text([heads, *rows]))


def _in_files(source: Source) -> Iterator[tuple[Any, ...]]:
    """Name, path, label and, of a data set with splits, the split."""
    divided = any(chunk.split != "all" for chunk in source.chunks)
    for chunk in source.chunks:
        if not isinstance(chunk.images, np.ndarray):
            for name, path, label in zip(chunk.names, chunk.images, chunk.labels_N.tolist(), strict=True):
                yield (name, path, label, chunk.split) if divided else (name, path, label)
