"""Classes that a mirror turns into others, seen before anything is trained: in the likeness of small grey pictures.

Each image, as it is and turned, takes the class that most of its nearest images have. Where most images of a class find
their own class as they are, and another one when turned, that turn changes the class. What cannot be told so (classes that
differ in more than their outlines) is left open; `linnaeus inspect` measures it on a trained network.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from linnaeus.data.audit.thumbnails import smaller
from linnaeus.data.dataset import Splits
from linnaeus.recipe.recipe import Recipe
from linnaeus.recipe.turns import augmented_by
from linnaeus.record.facts import Finding
from linnaeus.record.scores import wilson

SIDE = 16  # pixels
EACH = 60  # images of a class that are turned, and that others are compared with
MOST_CLASSES = 100
NEAREST = 5
MOST = 0.5  # of a class's images; the interval must lie above

Pixels = npt.NDArray[np.uint8]
Turn = Callable[[Pixels], Pixels]
TURNS: dict[str, Turn] = {
    "mirror": lambda images: images[:, :, ::-1],
    "upside_down": lambda images: images[:, ::-1],
    "half_turn": lambda images: images[:, ::-1, ::-1],
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """Of `of` images of class `name`, `count` look like class `to` when turned."""

    name: str
    to: str
    count: int
    of: int


def moves(images_NSS: Pixels, labels_N: npt.NDArray[np.int64], classes: Sequence[str], kind: str) -> list[Move]:
    """The classes that this turn (a key of `TURNS`) makes look like others, by grey images of the training split."""
    picked = _some_of_each(labels_N)
    images, labels = smaller(images_NSS[picked], SIDE), labels_N[picked]
    rows, turned_rows = _normalised(images), _normalised(TURNS[kind](images))
    own, turned = _answers(rows, rows, labels), _answers(turned_rows, rows, labels)
    found = []
    for label in np.unique(labels).tolist():
        predictions, of = turned[labels == label], int((labels == label).sum())
        to = int(np.bincount(predictions).argmax())
        count = int((predictions == to).sum())
        if to != label and _mostly(count, of) and _mostly(int((own[labels == label] == label).sum()), of):
            found.append(Move(name=classes[label], to=classes[to], count=count, of=of))
    return found


def _some_of_each(labels_N: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    of_classes = [np.flatnonzero(labels_N == label) for label in np.unique(labels_N)[:MOST_CLASSES]]
    return np.concatenate([of[np.linspace(0, len(of) - 1, min(EACH, len(of))).astype(int)] for of in of_classes])


def _normalised(images: Pixels) -> npt.NDArray[np.float32]:
    rows = images.reshape(len(images), -1).astype(np.float32)
    rows -= rows.mean(axis=1, keepdims=True)
    lengths: npt.NDArray[np.float32] = np.linalg.norm(rows, axis=1, keepdims=True)
    rows /= np.maximum(lengths, 1e-6)
    return rows


def _answers(
    rows: npt.NDArray[np.float32], references: npt.NDArray[np.float32], labels: npt.NDArray[np.int64]
) -> npt.NDArray[np.int64]:
    """The class of most of the nearest references, each image itself left out (turned or not: it shows its own thing)."""
    likeness = rows @ references.T
    np.fill_diagonal(likeness, -np.inf)
    nearest = np.argsort(-likeness, axis=1, kind="stable")[:, : min(NEAREST, len(labels) - 1)]
    return np.array([np.bincount(row).argmax() for row in labels[nearest]])


def _mostly(count: int, of: int) -> bool:
    return wilson(count, of)[0] > MOST


def findings(
    splits: Splits, recipe: Recipe, train_NSS: Pixels | None, labels_N: npt.NDArray[np.int64]
) -> list[Finding]:
    """Turns that the augmentation shows, and the mirror where nobody said whether it keeps the class."""
    found = []
    for kind in TURNS:
        shown = augmented_by(kind, recipe.augment)
        if shown is None and (kind != "mirror" or splits.mirror is not None):
            continue
        looked = train_NSS is not None
        moved = moves(train_NSS, labels_N, splits.classes, kind) if train_NSS is not None else []
        found += _turned(kind, moved, shown, splits.mirror if kind == "mirror" else True, looked)
    return found


def _turned(kind: str, moves: Sequence[Move], shown: str | None, mirror: bool | None, looked: bool) -> list[Finding]:
    changes = bool(shown) and (bool(moves) or mirror is False)
    if not moves and mirror is not None and not changes:
        return []
    values = {
        "turn": kind,
        "shown": shown,
        "keeps": mirror,
        "looked": looked,
        "turned": [[move.name, move.to, move.count, move.of] for move in moves],
    }
    return [Finding(kind="mirror", severity="warning" if changes else "question", count=len(moves), values=values)]
