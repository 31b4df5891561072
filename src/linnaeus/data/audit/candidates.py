"""Pairs of images of which one may be a copy of the other: those whose codes (`windows`) are nearly the same.

They are found without comparing all pairs. A table holds the images by some bits of their codes; two codes that are nearly the same
share these bits in some table or other, random ones in none (locality-sensitive hashing; Indyk & Motwani 1998,
doi 10.1145/276698.276876). A table has four times as many places as there are images, so the work grows with their number.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import numpy.typing as npt

from linnaeus.data.audit.windows import CORNERS, WORDS, Codes, Pixels, Views
from linnaeus.events import Reading, Watcher

RADIUS = 40  # bits of 256 that may differ: 97 % of the copies cut by 15 % differ in less, of random pairs of photographs 1 in 10⁵
SHIFTS = 4  # tables of a word
SPARE = 2  # bits by which a table is larger than the number of images
MOST_BITS = 24
CROWD = 16  # images of one place in a table that are looked at
MOST = 8  # candidates of an image
BLOCK = 128  # images that are looked for at once
ROOM = 64  # rows an image, some 2 KB; thinned they are at most 2 * MOST

Found = npt.NDArray[np.int64]  # (P, 4): original, copy, bits that differ, number of the query (`windows.placed`)


def candidates(images_NSS: Pixels, plain_N: npt.NDArray[np.bool_], tell: Watcher) -> Found:
    """At most `MOST` for each image, the likest; each pair once. `plain_N`: drawings, of which only the whole is looked for."""
    views = Views(images_NSS)
    count = len(images_NSS)
    centres = Table(views.centres())
    kept = Kept(count)
    kept.add(_blocks(count, lambda places: _of_windows(centres, views, places, plain_N), tell))
    for number in range(len(CORNERS)):
        corners = Table(views.corner(number))

        def of_corner(places: slice, number: int = number, table: Table = corners) -> Found:
            both = [views.corner(number, places), views.corner(number, places, mirrored=True)]
            return table.near(np.stack(both, axis=1), places.start, plain_N)

        kept.add(_blocks(count, of_corner))
    return kept.likest()


class Kept:
    """What was found, thinned to the likest whenever it has grown to `ROOM` rows an image: where all images are alike it would
    take 40 KB an image."""

    def __init__(self, images: int) -> None:
        self.room = ROOM * images
        self.parts: list[Found] = []
        self.rows = 0  # of all parts: summed anew they would cost the square of the number of blocks

    def add(self, found: Iterator[Found]) -> None:
        for part in found:
            self.parts.append(part)
            self.rows += len(part)
            if self.rows > self.room:
                self.parts = [self.likest()]
                self.rows = len(self.parts[0])

    def likest(self) -> Found:
        return _likest(np.concatenate(self.parts) if self.parts else np.empty((0, 4), np.int64))


def _of_windows(table: "Table", views: Views, places: slice, plain_N: npt.NDArray[np.bool_]) -> Found:
    return table.near(views.windows(places), places.start, plain_N)


def _blocks(count: int, look: Callable[[slice], Found], tell: Watcher | None = None) -> Iterator[Found]:
    with ThreadPoolExecutor() as threads:
        places = [slice(start, min(start + BLOCK, count)) for start in range(0, count, BLOCK)]
        for of, found in zip(places, threads.map(look, places), strict=True):
            yield found
            if tell:
                tell(Reading(done=of.stop, total=count, what="compared"))


class Table:
    """Codes (N, WORDS) by some of their bits, in `WORDS * SHIFTS` ways."""

    def __init__(self, codes: Codes) -> None:
        self.codes = codes
        bits = min(max(len(codes) - 1, 1).bit_length() + SPARE, MOST_BITS)
        self.mask = np.uint64((1 << bits) - 1)
        self.shifts = [
            (word, np.uint64(shift)) for word in range(WORDS) for shift in np.linspace(0, 64 - bits, SHIFTS).astype(int)
        ]
        self.orders, self.starts = [], []
        for word, shift in self.shifts:
            keys = self._keys(codes[:, word], shift)
            self.orders.append(np.argsort(keys, kind="stable").astype(np.int32))
            sizes = np.bincount(keys, minlength=int(self.mask) + 1)
            self.starts.append(np.concatenate([[0], np.cumsum(sizes)]).astype(np.int32))

    def _keys(self, words: npt.NDArray[np.uint64], shift: np.uint64) -> npt.NDArray[np.int64]:
        return ((words >> shift) & self.mask).astype(np.int64)

    def near(self, queries_nQ: Codes, start: int, plain_N: npt.NDArray[np.bool_]) -> Found:
        """The likest images of images `start`, `start + 1`, …, by Q codes of each; of drawings by the first code alone."""
        count, each, _ = queries_nQ.shape
        asked = np.ones((count, each), bool)
        asked[plain_N[start : start + count], 1:] = False
        image, query = np.nonzero(asked)
        queries = queries_nQ[image, query]
        image += start
        parts = [self._in_one(place, queries, image, query) for place in range(len(self.shifts))]
        return _likest(np.concatenate(parts))

    def _in_one(self, place: int, queries: Codes, image: npt.NDArray[np.int64], query: npt.NDArray[np.int64]) -> Found:
        (word, shift), starts = self.shifts[place], self.starts[place]
        keys = self._keys(queries[:, word], shift)
        first = starts[keys].astype(np.int64)
        sizes = np.minimum(starts[keys + 1] - first, CROWD)
        which = np.repeat(np.arange(len(queries)), sizes)
        within = np.arange(len(which)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        other = self.orders[place][first[which] + within]
        apart = np.bitwise_count(queries[which, (word + 1) % WORDS] ^ self.codes[other, (word + 1) % WORDS])
        kept = (apart <= RADIUS // 2) & (image[which] != other)
        which, other = which[kept], other[kept]
        differing = np.bitwise_count(queries[which] ^ self.codes[other]).sum(1, dtype=np.int64)
        near = differing <= RADIUS
        which = which[near]
        return np.column_stack([image[which], other[near], differing[near], query[which]])


def _likest(found: Found) -> Found:
    """Each pair once, by its likest query, and of these the likest of each original and of each copy."""
    pair = np.sort(found[:, :2], axis=1)
    found = found[np.lexsort((found[:, 3], found[:, 2], pair[:, 1], pair[:, 0]))]
    pair = np.sort(found[:, :2], axis=1)
    found = found[np.concatenate([[True], (pair[1:] != pair[:-1]).any(1)])[: len(found)]]
    kept = np.zeros(len(found), bool)
    for side in (0, 1):
        order = np.lexsort((found[:, 2], found[:, side]))
        ordered = found[order, side]
        kept[order[np.arange(len(order)) - np.searchsorted(ordered, ordered) < MOST]] = True
    return found[kept]
