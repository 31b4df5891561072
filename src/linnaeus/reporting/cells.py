"""The images behind the cells of a confusion matrix: every mistake that was kept as a picture, by its class and by its answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from linnaeus.record.folder import RunFolder
from linnaeus.reporting import pictures
from linnaeus.reporting.album import Album, Shown

Array = npt.NDArray[Any]

MISTAKE_SIDE = 96  # pixels on the page, about


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    shown: Shown
    label: str  # class name
    predicted: str
    confidence: float  # probability of `predicted`
    of_label: float | None  # probability of `label`
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CellGallery:
    """Images of one class that were given one answer; `count` are all of them, also those without a picture."""

    id: str  # the fragment that opens it: SPLIT-LABEL-ANSWER, classes as numbers from 0
    label: str
    predicted: str
    count: int
    pictures: tuple[Picture, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassGallery:
    """All mistakes on images of one class, by answer, the commonest first."""

    id: str  # SPLIT-LABEL
    label: str
    count: int
    support: int
    cells: tuple[CellGallery, ...]

    @property
    def shown(self) -> int:
        return sum(len(cell.pictures) for cell in self.cells)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistakes:
    """Pictures of a split's mistakes, the surest first; `links` says which cells (label, answer) can be opened, and by which fragment."""

    pictures: tuple[Picture, ...]
    classes: tuple[ClassGallery, ...]
    links: Mapping[tuple[int, int], str]
    side: int  # pixels on the page


NONE = Mistakes(pictures=(), classes=(), links={}, side=MISTAKE_SIDE)


def mistakes(
    folder: RunFolder, split: str, classes: Sequence[str], counts_KK: Array | None, prefix: str, album: Album
) -> Mistakes:
    """All that the folder keeps of a split's mistakes and the album has room for; `prefix` begins the fragments."""
    found, predictions = folder.pictures(f"mistakes-{split}"), folder.predictions(split)
    if found is None or not len(found["images"]):
        return NONE
    taken = _pictures(found, classes, _chances(found, predictions), album)
    cells: dict[tuple[int, int], list[Picture]] = {}
    for place, picture in taken:
        pair = int(found["labels"][place]), int(found["predicted"][place])
        cells.setdefault(pair, []).append(picture)
    return Mistakes(
        pictures=tuple(picture for _, picture in taken),
        classes=_by_class(cells, classes, counts_KK, prefix),
        links={pair: _fragment(prefix, *pair) for pair in cells},
        side=pictures.side(found["images"], MISTAKE_SIDE),
    )


def _pictures(
    found: Mapping[str, Array], classes: Sequence[str], of_label: Sequence[float | None], album: Album
) -> list[tuple[int, Picture]]:
    taken = []
    for place, image in enumerate(found["images"]):
        shown = album.add(image)
        if shown is None:
            continue
        picture = Picture(
            shown=shown,
            label=classes[int(found["labels"][place])],
            predicted=classes[int(found["predicted"][place])],
            confidence=float(found["confidence"][place]),
            of_label=of_label[place],
            name=str(found["names"][place]),
        )
        taken.append((place, picture))
    return taken


def _chances(found: Mapping[str, Array], predictions: Mapping[str, Array] | None) -> list[float | None]:
    """The probability of each picture's own class, where the predictions tell it."""
    if predictions is None:
        return [None] * len(found["images"])
    rows = np.flatnonzero(np.isin(predictions["names"], found["names"]))
    places = {str(predictions["names"][row]): int(row) for row in rows}
    known = [places.get(str(name)) for name in found["names"]]
    return [
        float(predictions["probabilities"][row, int(label)]) if row is not None else None
        for row, label in zip(known, found["labels"], strict=True)
    ]


def _by_class(
    cells: Mapping[tuple[int, int], list[Picture]], classes: Sequence[str], counts_KK: Array | None, prefix: str
) -> tuple[ClassGallery, ...]:
    def count(pair: tuple[int, int]) -> int:
        return int(counts_KK[pair]) if counts_KK is not None else len(cells[pair])

    galleries = []
    for label in sorted({label for label, _ in cells}):
        pairs = sorted((pair for pair in cells if pair[0] == label), key=lambda pair: (-count(pair), pair))
        row_K = counts_KK[label] if counts_KK is not None else None
        gallery = ClassGallery(
            id=_fragment(prefix, label),
            label=classes[label],
            count=int(row_K.sum() - row_K[label]) if row_K is not None else sum(map(count, pairs)),
            support=int(row_K.sum()) if row_K is not None else 0,
            cells=tuple(
                CellGallery(
                    id=_fragment(prefix, *pair),
                    label=classes[label],
                    predicted=classes[pair[1]],
                    count=count(pair),
                    pictures=tuple(cells[pair]),
                )
                for pair in pairs
            ),
        )
        galleries.append(gallery)
    return tuple(galleries)


def _fragment(prefix: str, *places: int) -> str:
    return "-".join((prefix, *map(str, places)))
