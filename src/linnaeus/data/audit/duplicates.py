"""Equal and nearly equal images, found by their pixels alone.

    exact     images whose pixels are equal
    near      images that show the same picture: re-encoded, resized, brighter, of other colours, cut a little otherwise

Near ones are found in two steps. A perceptual hash, the signs of the lowest frequencies of the discrete cosine transform
(pHash), names candidates: pairs whose hashes differ in fewer bits than those of two random images ever do. A candidate holds
if the brightness steps between neighbouring pixels correlate, each step by the root of its height so that a frame or a
horizon does not speak for the whole picture: by at least `ALIKE`, and far more than with other images of this data set.
How far is told by an exponential tail laid through the likenesses to `REFERENCES` of its images: less than `CHANCE`
such pairs would come about by chance. So handwritten ones, all of which resemble each other, are no duplicates.

Sums are of whole numbers, so that every machine finds the same pairs.

On CIFAR-10 it finds a like of 2.4 % of the 10,000 test images; 3.3 % are known, found by a network's features and by eye
(Barz & Denzler 2020, arXiv 1902.00423). Of 96 such pairs looked at, one was doubtful: two aeroplanes seen from above.
"""

import hashlib
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from linnaeus.data import cache, split
from linnaeus.data.audit.thumbnails import smaller
from linnaeus.events import Reading, Watcher, nobody

KIND = "duplicates"  # in the cache
VERSION = 1  # raise it when other pairs may be found, so that kept ones are looked for anew
SIDE = 32  # pixels, at most, at which images are compared
FREQUENCIES = 16  # each way, at most, in the hash
DEVIATIONS = 4.0  # of the number of bits in which random hashes differ, below their mean
ALIKE = 0.45  # correlation of the steps
SAME = (
    0.9985  # correlation of the pixels, four and four together, above which no more is asked; of MNIST's digits 0.997
)
CHANCE = 1.0  # pairs in the whole data set that chance alone may bring
BUSY = 0.3  # share of the neighbours that differ, below which a drawing holds too little to be known again by its steps
REFERENCES = 2_000
TAIL = (0.01, 0.05)  # shares of the references, the likest ones, through which the tail is laid
MOST = 8  # candidates of an image, on average
BLOCK = 1_000  # images that are held against all later ones at once

Pixels = npt.NDArray[np.uint8]
Floats = npt.NDArray[Any]
Pairs = npt.NDArray[Any]  # int64 (P, 2), places in the data set, ascending


def exact(images: Iterable[Pixels]) -> Pairs:
    """Pairs (first, other) of images whose pixels are equal, `first` being the first of its kind."""
    first: dict[str, int] = {}
    found = [(first.setdefault(content, place), place) for place, content in enumerate(split.content_hashes(images))]
    return _pairs([pair for pair in found if pair[0] != pair[1]])


def near(images_NSS: Pixels, tell: Watcher = nobody) -> Pairs:
    """Pairs of grey images that show the same picture, equal ones included; kept in the cache for the next time."""
    return _pairs(cache.remembered(KIND, _key(images_NSS), lambda: search(images_NSS, tell).tolist()))


def known(images_NSS: Pixels) -> bool:
    """True where `near` has been asked about these images before, and answers at once."""
    return cache.remembered_file(KIND, _key(images_NSS)).exists()


def _key(images_NSS: Pixels) -> str:
    digest = hashlib.blake2b(np.ascontiguousarray(images_NSS), digest_size=16).hexdigest()
    return f"{VERSION}-{len(images_NSS)}-{digest}"


def search(images_NSS: Pixels, tell: Watcher = nobody) -> Pairs:
    """What `near` looks for, looked for."""
    images_NSS = smaller(images_NSS, SIDE)
    candidates = _candidates(hashes(images_NSS), tell)
    if not len(candidates):
        return candidates
    first, second = candidates.T
    steps = Steps(images_NSS)
    alike_P = np.concatenate([steps.correlation(*part) for part in _in_parts(first, second)])
    kept = np.flatnonzero(alike_P >= ALIKE)
    candidates, alike_P = candidates[kept], alike_P[kept]
    if not len(candidates):
        return candidates
    likely = np.arctanh(np.minimum(alike_P, 1 - 1e-9)) >= steps.beyond_chance(candidates)
    coarse = _halved(images_NSS)
    same = np.concatenate([_correlation(coarse[a], coarse[b]) for a, b in _in_parts(*candidates.T)]) >= SAME
    return np.asarray(candidates[likely | same])


def hashes(images_NSS: Pixels) -> npt.NDArray[np.uint64]:
    """Perceptual hashes (N, W) in words of 64 bits: whether each low frequency but the lowest is positive."""
    side = images_NSS.shape[1]
    cosines = _cosines(side, min(side, FREQUENCIES))
    words = []
    for start in range(0, len(images_NSS), BLOCK):
        spectra = cosines @ images_NSS[start : start + BLOCK].astype(np.float64) @ cosines.T
        bits = np.packbits(spectra.reshape(len(spectra), -1)[:, 1:] > 0, axis=1)
        words.append(np.pad(bits, ((0, 0), (0, -bits.shape[1] % 8))).view(np.uint64))
    return np.concatenate(words)


@lru_cache
def _cosines(side: int, frequencies: int) -> Floats:
    """The transform's matrix in thousandths, whole numbers: products and sums of them are exact."""
    angles = np.pi / side * (np.arange(side) + 0.5) * np.arange(frequencies)[:, None]
    return np.asarray(np.rint(1000 * np.cos(angles)))


def _candidates(words_NW: npt.NDArray[np.uint64], tell: Watcher) -> Pairs:
    """Pairs whose hashes differ in less bits than random ones do. All pairs are looked at: 1.8 × 10⁹ take some 10 s on two cores."""
    count = len(words_NW)
    if count < 2:
        return _pairs([])
    radius = _radius(words_NW)
    columns = np.ascontiguousarray(words_NW.T)

    def block(start: int) -> Pairs:
        found, differing, one = [], np.empty(count, np.uint8), np.empty(count, np.uint8)
        xor = np.empty(count, np.uint64)
        for place in range(start, min(start + BLOCK, count)):
            later = slice(place + 1, count)
            np.bitwise_count(np.bitwise_xor(columns[0, later], columns[0, place], out=xor[later]), out=differing[later])
            for column in columns[1:]:
                np.bitwise_count(np.bitwise_xor(column[later], column[place], out=xor[later]), out=one[later])
                differing[later] += one[later]
            others = np.flatnonzero(differing[later] <= radius) + place + 1
            found.append(np.column_stack([np.full(len(others), place), others]))
        return np.concatenate(found)

    pairs = []
    with ThreadPoolExecutor() as threads:
        for done, found in enumerate(threads.map(block, range(0, count, BLOCK)), start=1):
            pairs.append(found)
            tell(Reading(done=min(done * BLOCK, count), total=count, what="compared"))
    return np.concatenate(pairs).astype(np.int64)


def _radius(words_NW: npt.NDArray[np.uint64]) -> int:
    """Most bits by which candidates differ: fewer than random hashes ever do, and so few that each image has about `MOST` candidates
    where all images are of one kind, as digits are."""
    some = words_NW[np.linspace(0, len(words_NW) - 1, min(REFERENCES, len(words_NW))).astype(int)]
    between = np.concatenate(
        [np.bitwise_count(some[place + 1 :] ^ some[place]).sum(1, dtype=np.int64) for place in range(len(some) - 1)]
    )
    bits = int(np.bitwise_count(np.bitwise_or.reduce(words_NW)).sum())  # those that are set anywhere
    usual = np.quantile(between, min(1.0, 2 * MOST / len(words_NW)), method="lower")
    return int(min(bits / 2 - DEVIATIONS * bits**0.5 / 2, usual))


class Steps:
    """Signed roots of the differences between neighbouring pixels: whole numbers up to 15, whose sums are exact."""

    def __init__(self, images_NSS: Pixels) -> None:
        self.images = images_NSS
        self.references = self.of(np.linspace(0, len(images_NSS) - 1, min(REFERENCES, len(images_NSS))).astype(int))

    def of(self, places: npt.NDArray[np.int64]) -> npt.NDArray[np.float32]:
        """(M, D), not normalised."""
        images = self.images[places].astype(np.int16)
        across, down = np.diff(images, axis=2) + 255, np.diff(images, axis=1) + 255
        return np.concatenate([_ROOTS[across].reshape(len(places), -1), _ROOTS[down].reshape(len(places), -1)], axis=1)

    def correlation(self, first: npt.NDArray[np.int64], second: npt.NDArray[np.int64]) -> Floats:
        """(P,) of the pairs; 0 where an image has no steps at all."""
        one, other = self.of(first), self.of(second)
        product = (one * other).sum(1, dtype=np.float64)
        length = np.sqrt((one * one).sum(1, dtype=np.float64) * (other * other).sum(1, dtype=np.float64))
        return np.asarray(product / np.maximum(length, 1))

    def beyond_chance(self, pairs: Pairs) -> Floats:
        """(P,): the likeness (Fisher's z) from which fewer than `CHANCE` pairs of this data set would come about by chance."""
        places, where = np.unique(pairs, return_inverse=True)
        z = np.concatenate([self._of_one(part) for part in np.array_split(places, -(-len(places) // BLOCK))])
        return np.asarray(z[where.reshape(pairs.shape)].max(1))

    def _of_one(self, places: npt.NDArray[np.int64]) -> Floats:
        """The tail of the likenesses of each image to the references, continued to one in (number of all pairs / CHANCE)."""
        steps, count = self.of(places), len(self.references)
        product = steps @ self.references.T  # of whole numbers below 2²⁴: exact in 32 bits
        lengths = np.sqrt(np.outer((steps**2).sum(1, dtype=np.float64), (self.references**2).sum(1, dtype=np.float64)))
        alike = product / np.maximum(lengths, 1)
        near, far = (max(least, round(share * count)) for least, share in zip((4, 12), TAIL, strict=True))
        if count <= far:  # too few images to tell what is usual: nothing is beyond chance, only what is the same
            return np.full(len(places), np.inf)
        alike.partition((count - near, count - far), axis=1)
        top, usual = (np.arctanh(np.clip(alike[:, count - rank], -0.999, 0.999)) for rank in (near, far))
        scale = np.maximum((top - usual) / np.log(far / near), 0.01)
        limit = top + scale * (np.log(near / count) + 2 * np.log(len(self.images)) - np.log(2 * CHANCE))
        return np.where((steps != 0).mean(1) >= BUSY, limit, np.inf)


_ROOTS = (np.sign(np.arange(-255, 256)) * np.floor(np.sqrt(np.abs(np.arange(-255, 256))))).astype(np.float32)


def _halved(images_NSS: Pixels) -> npt.NDArray[np.int64]:
    """Sums of four neighbouring pixels, in which grain and the traces of compression fade; tiny images stay as they are."""
    count, side = len(images_NSS), images_NSS.shape[1] // 2
    if side < FREQUENCIES // 2:
        return images_NSS.astype(np.int64)
    even = images_NSS[:, : 2 * side, : 2 * side].astype(np.int64)
    return np.asarray(even.reshape(count, side, 2, side, 2).sum((2, 4)))


def _correlation(one: npt.NDArray[np.int64], other: npt.NDArray[np.int64]) -> Floats:
    """Of the pixels of pairs of images."""
    a, b = (part.reshape(len(part), -1).astype(np.int64) for part in (one, other))
    n, sums = a.shape[1], [(a * b).sum(1), (a * a).sum(1), (b * b).sum(1)]
    centred = [
        n * total - left.sum(1) * right.sum(1)
        for total, (left, right) in zip(sums, ((a, b), (a, a), (b, b)), strict=True)
    ]
    return np.asarray(centred[0] / np.maximum(np.sqrt(centred[1].astype(np.float64) * centred[2]), 1))


def _in_parts(first: npt.NDArray[np.int64], second: npt.NDArray[np.int64]) -> Iterator[tuple[Pairs, Pairs]]:
    for start in range(0, len(first), BLOCK):
        yield first[start : start + BLOCK], second[start : start + BLOCK]


def _pairs(found: list[tuple[int, int]]) -> Pairs:
    return np.array(found, np.int64).reshape(-1, 2)
