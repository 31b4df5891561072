"""A data set: what a name stands for (`Source` of `Chunk`s), and its splits (`Splits` of `Dataset`s). `data.load` makes both."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from linnaeus.data.images import decode
from linnaeus.errors import DataError, UnknownName
from linnaeus.events import Note
from linnaeus.recipe.advise import Facts
from linnaeus.recipe.spec import Spec

Pixels = npt.NDArray[np.uint8]
Labels = npt.NDArray[np.int64]
Paths = tuple[Path, ...]

SPLITS = ("train", "val", "test")
PROBED = 256  # image headers read to learn a folder's usual size


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """One split. `store` is shared between splits; this split is its rows `rows_N`.

    `store` holds decoded images (M, H, W, C), or their paths where they are decoded as they are needed (streamed).
    """

    store: Pixels | Paths
    rows_N: Labels
    labels_N: Labels
    names: tuple[str, ...]
    classes: tuple[str, ...]
    hashes: tuple[str, ...] = ()  # of each image's content, see `split.content_hashes`; empty: not known
    groups: tuple[str, ...] = ()  # the thing that each image shows, see `split`; empty: each shows its own

    def __len__(self) -> int:
        return len(self.rows_N)

    def counts(self) -> list[int]:
        """Images of each class."""
        return [int(count) for count in np.bincount(self.labels_N, minlength=len(self.classes))]

    def take(self, indices: npt.NDArray[np.int64]) -> "Dataset":
        return replace(
            self,
            rows_N=self.rows_N[indices],
            labels_N=self.labels_N[indices],
            names=tuple(self.names[index] for index in indices),
            hashes=tuple(self.hashes[index] for index in indices) if self.hashes else (),
            groups=tuple(self.groups[index] for index in indices) if self.groups else (),
        )


def joined(parts: Sequence[Dataset]) -> Dataset:
    """Several splits of one data set as one; they share their images."""
    return replace(
        parts[0],
        rows_N=np.concatenate([part.rows_N for part in parts]),
        labels_N=np.concatenate([part.labels_N for part in parts]),
        names=tuple(name for part in parts for name in part.names),
        hashes=tuple(content for part in parts for content in part.hashes),
        groups=tuple(group for part in parts for group in part.groups),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Splits:
    """A data set ready for training. `test` is sealed: only `evaluate --split test` may look at it."""

    source: Spec
    classes: tuple[str, ...]
    train: Dataset
    val: Dataset | None
    test: Dataset | None
    fingerprint: str
    skipped: tuple[tuple[str, str], ...] = ()  # names of unreadable images, and why
    notes: tuple[Note, ...] = ()
    mirror: bool | None = None  # True: a mirrored image keeps its class; None: nobody knows
    dropped: tuple[tuple[str, str], ...] = ()  # names of training images left out by drop_leaks, and of their likes
    ancestry: frozenset[str] = frozenset()  # contents that the weights to begin with were trained on
    inherited: Mapping[str, int] = field(default_factory=dict)  # images of these left out of val and test, by split

    def title(self) -> str:
        """The data set as a record names it: in the notation of recipes, images that were given from Python by their shape."""
        if self.source.name == "memory":
            return f"arrays, {self.source.get('images')}"
        return str(self.source)

    def present(self) -> dict[str, Dataset]:
        """The splits that there are, by name."""
        return {name: dataset for name in SPLITS if (dataset := getattr(self, name)) is not None}

    def known(self) -> dict[str, npt.NDArray[Any]]:
        """What a run keeps of its images, so that they are known by content when they are met again: `images.npz`.

        names, hashes (contents), labels and splits (a place in `SPLITS`) of each image; groups, where things are named; classes, which
        the labels index; ancestry.
        """
        parts = [(SPLITS.index(name), part) for name, part in self.present().items()]
        return {
            "names": np.array([name for _, part in parts for name in part.names], str),
            "hashes": np.array([content for _, part in parts for content in part.hashes], "S32"),
            "labels": np.concatenate([part.labels_N for _, part in parts]),
            "splits": np.repeat([place for place, _ in parts], [len(part) for _, part in parts]).astype(np.int8),
            "classes": np.array(self.classes, str),
            "ancestry": np.array(sorted(self.ancestry), "S32"),
            "groups": np.array([group for _, part in parts for group in part.groups], str),
        }

    def named(self, name: str) -> Dataset:
        """Raises DataError where the data set has no such split, UnknownName where nobody has."""
        if name not in SPLITS:
            raise UnknownName("split", name, SPLITS)
        found: Dataset | None = getattr(self, name)
        if found is None or not len(found):
            raise DataError(
                f"{self.source} has no {name} split in this recipe (val and test are its shares; a head on few images is "
                "cross-validated on all of them, and none are held out)"
            )
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """Images of one split from one of the merged data sets; `split` is "all" where the splits are still to be drawn."""

    split: str
    images: Pixels | Paths
    labels_N: Labels
    names: tuple[str, ...]
    groups: tuple[str, ...]  # the thing that each shows; "" where the data set does not say


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What DATA names, before any image is decoded."""

    spec: Spec
    classes: tuple[str, ...]
    chunks: tuple[Chunk, ...]
    mirror: bool | None  # True: a mirrored image keeps its class
    notes: tuple[Note, ...] = ()  # what the data set itself has to say, such as of stray files
    extra: tuple[str, ...] = ()  # classes of which there need not be images

    def facts(self) -> Facts:
        """What the choice of a recipe depends on. For files it reads some headers."""
        sizes = [_side_and_channels(chunk.images) for chunk in self.chunks]
        brought = {chunk.split for chunk in self.chunks}
        count = sum(len(chunk.labels_N) for chunk in self.chunks if chunk.split in ("train", "all"))
        return Facts(
            images=count,
            classes=len(self.classes),
            side=max(side for side, _ in sizes),
            channels=max(channels for _, channels in sizes),
            mirror=self.mirror,
            brings_val="val" in brought,
        )


def _side_and_channels(images: Pixels | Paths) -> tuple[int, int]:
    """The usual short side and the number of channels: of an array exactly, of files by a sample of their headers."""
    if isinstance(images, np.ndarray):
        return min(images.shape[1:3]), images.shape[3]
    sample = images[:: max(1, len(images) // PROBED)]
    headers = [header for path in sample if (header := decode.header(path)) is not None]
    if not headers:
        why = decode.fault(sample[0])
        raise DataError(
            f"none of the {len(sample)} files that were looked at can be read, the first being {sample[0]}: {why}"
        )
    sides = sorted(min(width, height) for width, height, _ in headers)
    return sides[len(sides) // 2], 1 if all(grey for _, _, grey in headers) else 3
