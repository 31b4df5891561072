"""Images that look like several of one thing: their names count up behind a common beginning, and such images are alike.

Names alone do not tell: photo_001, photo_002, … count a whole class. So a class must have several beginnings, and the images of one
beginning must be nearer to each other than to the others of their class, by the mean difference of their grey values.
"""

import re

import numpy as np
import numpy.typing as npt

from linnaeus.data.audit.duplicates import Pixels
from linnaeus.data.dataset import SPLITS, Dataset
from linnaeus.data.split import bare
from linnaeus.record.facts import Finding

COUNTED = re.compile(r"(.*)([_\-. ])\d+")
LEAST = 3  # images of a thing, on average, and
SHARE = 0.5  # of all images that are of such things, for a question to be asked
NEARER = 0.75  # distance within a beginning, as a share of that between beginnings of one class
PAIRS = 2_000  # that are compared


def findings(whole: Dataset, images_NSS: Pixels, split_N: npt.NDArray[np.int64]) -> list[Finding]:
    """A question where bursts are seen and nobody has named the things; G is grey values (N, S, S) of the images of `whole`."""
    matches = [COUNTED.fullmatch(bare(name)) for name in whole.names]
    signs = [match[2] for match in matches if match]
    if whole.groups or len(signs) < SHARE * len(matches):
        return []
    _, thing_N = np.unique([match[1] if match else f"/{n}" for n, match in enumerate(matches)], return_inverse=True)
    sizes_G = np.bincount(thing_N)
    several_N = sizes_G[thing_N] > 1
    things = int((sizes_G > 1).sum())
    # a class whose images are counted through is no burst
    alone = len(np.unique(whole.labels_N[several_N])) * 2 > things
    if several_N.sum() < max(SHARE * len(whole), LEAST * things) or alone or not _alike(whole, images_NSS, thing_N):
        return []
    splits = [
        [name, int((split_N == place).sum()), len(np.unique(thing_N[split_N == place]))]
        for place, name in enumerate(SPLITS)
        if (split_N == place).any()
    ]
    sign = max(set(signs), key=signs.count)
    return [
        Finding(
            kind="burst",
            severity="question",
            count=len(whole),
            values={"things": len(sizes_G), "pattern": f"(.*){re.escape(sign)}\\d+", "counted": splits},
        )
    ]


def _alike(whole: Dataset, images_NSS: Pixels, thing_N: npt.NDArray[np.int64]) -> bool:
    """Whether images of one beginning are nearer than images of one class with other beginnings, by the middle of some pairs."""
    rng = np.random.default_rng(0)
    order = np.lexsort((rng.random(len(whole)), thing_N))
    within = order[:-1][thing_N[order[:-1]] == thing_N[order[1:]]]
    beside = order[1:][thing_N[order[:-1]] == thing_N[order[1:]]]
    mixed = np.lexsort((rng.random(len(whole)), whole.labels_N))
    same = whole.labels_N[mixed[:-1]] == whole.labels_N[mixed[1:]]
    apart = same & (thing_N[mixed[:-1]] != thing_N[mixed[1:]])
    if not len(within) or not apart.any():
        return False
    near = _distance(images_NSS, within[:: len(within) // PAIRS + 1], beside[:: len(within) // PAIRS + 1])
    first, second = mixed[:-1][apart], mixed[1:][apart]
    return near < NEARER * _distance(images_NSS, first[:: len(first) // PAIRS + 1], second[:: len(first) // PAIRS + 1])


def _distance(images_NSS: Pixels, first: npt.NDArray[np.int64], second: npt.NDArray[np.int64]) -> float:
    apart = images_NSS[first].astype(np.float32) - images_NSS[second]
    return float(np.median(np.abs(apart).mean(axis=(1, 2))))
