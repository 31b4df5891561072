"""Equal and nearly equal images, found by their pixels alone.

    exact     images whose pixels are equal
    near      images that show the same picture: saved anew, resized, of other brightness or colours, cut by up to 15 % of a side,
              mirrored, turned by a few degrees, with a logo

Near ones are found in two steps. Codes of what copies would show name candidates, without comparing all pairs (`windows`,
`candidates`). Then the pixels decide: one image is laid over the other as exactly as it goes, and their local contrasts must correlate
(`aligned`), by `ALIKE`, or more where many images of this data set are nearly that alike without being copies, as the same trousers
on the same floor are. Of drawings on even ground, which all resemble each other, only those count that are the same but for grain.

What cannot be seen: copies cut by more than a fifth of a side, turned by more than some 10 degrees, upside down, or of which large
parts are covered; silhouettes on even ground that were changed much; copies that a folder's `crop` has cut once more; another
photograph of the same thing, which is none.

`python benchmarks/near_copies.py` measures what is found of planted copies, and what else.
"""

import hashlib
from collections.abc import Iterable, Iterator
from itertools import combinations, product
from typing import Any

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from linnaeus.data import cache, split
from linnaeus.data.audit import aligned, windows
from linnaeus.data.audit.candidates import candidates
from linnaeus.data.audit.thumbnails import smaller
from linnaeus.events import Watcher, nobody

KIND = "duplicates"  # in the cache
VERSION = 3  # raise it when other pairs may be found, so that kept ones are looked for anew
ALIKE = 0.85  # likeness, at least, and
AT_MOST = 0.92  # at most, of what is told from chance
CHANCE = 2.0  # pairs in the whole data set that chance alone may bring
# of the likeness, as Fisher's z, between which it is counted how fast pairs become fewer; ALIKE is 1.26
STEPS = (0.6, 0.8, 1.0)
# correlation of the pixels, four and four together, above which no more is asked; of MNIST's digits 0.997
SAME = 0.9985
BUSY = 0.3  # share of the neighbours that differ, below which a picture is a drawing on even ground
TOGETHER = 64  # pairs, at most, of one image with later equal ones, and of all equals of two images
BLOCK = 1_000

Pixels = npt.NDArray[np.uint8]
Pairs = npt.NDArray[Any]  # int64 (P, 2), places in the data set, ascending


def exact(images: Iterable[Pixels]) -> Pairs:
    """Pairs (first, other) of images whose pixels are equal, `first` being the first of its kind."""
    first: dict[str, int] = {}
    found = [(first.setdefault(content, place), place) for place, content in enumerate(split.content_hashes(images))]
    return np.array([pair for pair in found if pair[0] != pair[1]], np.int64).reshape(-1, 2)


def near(images_NSS: Pixels, tell: Watcher = nobody) -> Pairs:
    """(P, 3): pairs of grey images that show the same picture, equal ones included, and 1 where one is the other's mirror image.

    Kept in the cache for the next time.
    """
    found = cache.remembered(KIND, _key(images_NSS), lambda: search(images_NSS, tell).tolist())
    return np.array(found, np.int64).reshape(-1, 3)


def known(images_NSS: Pixels) -> bool:
    """True where `near` has been asked about these images before, and answers at once."""
    return cache.remembered_file(KIND, _key(images_NSS)).exists()


def _key(images_NSS: Pixels) -> str:
    digest = hashlib.blake2b(np.ascontiguousarray(images_NSS), digest_size=16).hexdigest()
    return f"{VERSION}-{len(images_NSS)}-{digest}"


def search(images_NSS: Pixels, tell: Watcher = nobody) -> Pairs:
    """What `near` looks for, looked for."""
    groups = _equal(images_NSS)
    # two threads of the linear algebra wait for each other in each of ours
    with threadpool_limits(1, "blas"):
        return _searched(images_NSS, groups, tell)


def _searched(images_NSS: Pixels, groups: list[list[int]], tell: Watcher) -> Pairs:
    firsts = np.array([group[0] for group in groups], np.int64)
    pairs, mirrored_P = _same_pictures(images_NSS[firsts], tell)
    found = {pair: 0 for group in groups for pair in _within(group)}
    for (one, other), mirrored in zip(pairs.tolist(), mirrored_P.tolist(), strict=True):
        few = int(TOGETHER**0.5)
        for pair in product(groups[one][:few], groups[other][:few]):
            found[min(pair), max(pair)] = int(mirrored)
    return np.array([(*pair, found[pair]) for pair in sorted(found)], np.int64).reshape(-1, 3)


def _equal(images_NSS: Pixels) -> list[list[int]]:
    groups: dict[bytes, list[int]] = {}
    for place, image in enumerate(images_NSS):
        groups.setdefault(hashlib.blake2b(np.ascontiguousarray(image), digest_size=16).digest(), []).append(place)
    return list(groups.values())


def _within(group: list[int]) -> Iterator[tuple[int, int]]:
    if len(group) <= TOGETHER:
        return combinations(group, 2)
    return ((one, other) for place, one in enumerate(group) for other in group[place + 1 : place + 1 + TOGETHER])


def _same_pictures(images_NSS: Pixels, tell: Watcher) -> tuple[Pairs, npt.NDArray[np.bool_]]:
    """Of images of which no two are equal: (P, 2), and which are mirrored."""
    tiny, coarse = (smaller(images_NSS, side) for side in aligned.SIDES)
    busy = _busy(coarse)
    found = candidates(tiny, ~busy, tell)
    pairs, start = found[:, :2], windows.placed(found[:, 3])
    alike_P = np.zeros(len(pairs), np.float32)
    looked_at = busy[pairs].all(1)
    levels = [tiny, coarse, *([images_NSS] if images_NSS.shape[1] > coarse.shape[1] else [])]
    alike_P[looked_at] = aligned.likeness(levels, pairs[looked_at], start[looked_at])
    same = _same(coarse, pairs)
    kept = same | (alike_P >= _limit(alike_P))
    return pairs[kept], (np.linalg.det(start[kept, :, :2]) < 0) & ~same[kept]


def _limit(alike_P: npt.NDArray[np.float32]) -> float:
    """The likeness from which fewer than `CHANCE` pairs come about by chance.

    The numbers of pairs in two steps below `ALIKE` fall by a ratio, and on with the same ratio above.
    """
    z = np.arctanh(np.clip(alike_P, 0, 0.999))
    low, middle, high = STEPS
    many, few = (int(((z >= start) & (z < end)).sum()) for start, end in ((low, middle), (middle, high)))
    ratio = min((few + 1) / (many + 2), 0.9)
    beyond = few * ratio / (1 - ratio)  # pairs that are to be expected above the last step
    further = max(0.0, np.log(max(beyond, 1e-9) / CHANCE) / -np.log(ratio))
    return float(np.clip(np.tanh(high + (high - middle) * further), ALIKE, AT_MOST))


def _busy(images_NSS: Pixels) -> npt.NDArray[np.bool_]:
    """(N,): at least `BUSY` of the neighbouring pixels differ; none of images so small that all of a kind look alike, as digits of 8 px."""
    if images_NSS.shape[1] < windows.SIDE:
        return np.zeros(len(images_NSS), bool)
    across = (images_NSS[:, :, 1:] != images_NSS[:, :, :-1]).mean((1, 2))
    down = (images_NSS[:, 1:] != images_NSS[:, :-1]).mean((1, 2))
    return np.asarray((across + down) / 2 >= BUSY)


def _same(images_NSS: Pixels, pairs: Pairs) -> npt.NDArray[np.bool_]:
    """(P,): the pixels correlate by `SAME` as they are, without being moved."""
    coarse = _halved(images_NSS)
    parts = [pairs[start : start + BLOCK].T for start in range(0, len(pairs), BLOCK)]
    return np.concatenate([np.zeros(0, bool), *(_correlation(coarse[a], coarse[b]) >= SAME for a, b in parts)])


def _halved(images_NSS: Pixels) -> npt.NDArray[np.int64]:
    """Sums of four neighbouring pixels, in which grain and the traces of compression fade; tiny images stay as they are."""
    count, side = len(images_NSS), images_NSS.shape[1] // 2
    if side < windows.FREQUENCIES:
        return images_NSS.astype(np.int64)
    even = images_NSS[:, : 2 * side, : 2 * side].astype(np.int64)
    return np.asarray(even.reshape(count, side, 2, side, 2).sum((2, 4)))


def _correlation(one: npt.NDArray[np.int64], other: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Of the pixels of pairs of images."""
    a, b = (part.reshape(len(part), -1).astype(np.int64) for part in (one, other))
    n, sums = a.shape[1], [(a * b).sum(1), (a * a).sum(1), (b * b).sum(1)]
    centred = [
        n * total - left.sum(1) * right.sum(1)
        for total, (left, right) in zip(sums, ((a, b), (a, a), (b, b)), strict=True)
    ]
    return np.asarray(centred[0] / np.maximum(np.sqrt(centred[1].astype(np.float64) * centred[2]), 1))
