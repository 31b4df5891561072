"""From a record to the rows that the page shows. Counting and choosing happens here, so that the templates only lay out."""

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from markupsafe import Markup

from linnaeus.record.record import RunRecord
from linnaeus.record.scores import ClassScores, ConfusedPair, Score, SplitScores
from linnaeus.reporting.cells import Mistakes
from linnaeus.reporting.pictures import shares
from linnaeus.reporting.words import Words
from linnaeus.stats.confusion import confused_pairs

Array = npt.NDArray[Any]

OFF = {
    "budget": 0,
    "ema": 0,
    "swa": 0,
    "progressive": 0,
    "clip_norm": 0,
    "val": 0,
    "test": 0,
    "augment": "none",
    "weights": "",
    "accumulate": 1,
    "tta": "none",
    "views": 0,
    "adjust": 0,
    "distill": 0,
    "backbone_lr_factor": 1,
    "layer_decay": 1,
}  # values that mean: not done


# The fields of the recipe in groups.
ROOMS: dict[str, tuple[str, ...]] = {
    "data": (
        "data",
        "image_size",
        "channels",
        "resize",
        "val",
        "test",
        "split_seed",
        "strict",
        "drop_leaks",
        "loading",
    ),
    "training": (
        "model",
        "weights",
        "normalise",
        "rows",
        "train",
        "head",
        "views",
        "backbone_lr_factor",
        "layer_decay",
        "augment",
        "loss",
        "optimizer",
        "schedule",
        "epochs",
        "budget",
        "batch_size",
        "accumulate",
        "sampling",
        "share",
        "replay",
        "adjust",
        "distill",
        "seed",
        "ema",
        "swa",
        "progressive",
        "clip_norm",
        "choose",
        "tta",
    ),
    "machine": ("device", "precision", "threads", "workers", "compile", "track", "save_every"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A value and its interval as places on an axis, in percent of its length."""

    low: float
    value: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassRow:
    scores: ClassScores
    interval: Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassTable:
    rows: tuple[ClassRow, ...]
    start: float  # recall at the left end of the intervals' axis; its right end is 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    count: int
    opacity: float
    right: bool
    link: str | None  # the fragment that opens its images


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixRow:
    name: str
    link: str | None  # the fragment that opens all mistakes of the class
    cells: tuple[Cell, ...]
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CountRow:
    name: str
    counts: tuple[int, ...]  # a number a split
    width: float  # of the bar for training images, in percent of the largest class


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldRow:
    name: str
    value: str
    meaning: str


def metrics(record: RunRecord, splits: Sequence[str]) -> list[tuple[str, list[Score | None]]]:
    """A row a metric, a score a split."""
    names = dict.fromkeys(name for split in splits for name in record.scores[split].metrics)
    return [(name, [record.scores[split].metrics.get(name) for split in splits]) for name in names]


def place(score: Score, start: float) -> Interval:
    """Where a score lies on an axis from `start` to 1."""
    length = max(1 - start, 1e-9)
    low, value, high = (100 * min(max((end - start) / length, 0), 1) for end in (score.low, score.value, score.high))
    return Interval(low=low, value=value, high=high)


def start(scores: Sequence[Score]) -> float:
    """A round left end, in tenths, for an axis that holds these scores and ends at 1."""
    return max(0.0, math.floor(10 * min((score.low for score in scores), default=0) - 0.1) / 10)


def by_class(found: SplitScores, weakest_first: bool) -> ClassTable:
    """Classes in their order, or those with the lowest recall first; classes without images come last."""
    left = start([row.recall for row in found.classes if row.support])
    rows = [ClassRow(scores=row, interval=place(row.recall, left)) for row in found.classes]
    if weakest_first:
        rows.sort(key=lambda row: (row.scores.support == 0, row.scores.recall.value))
    return ClassTable(rows=tuple(rows), start=left)


def matrix(confusion_KK: Array, classes: Sequence[str], mistakes: Mistakes) -> list[MatrixRow]:
    """Each cell with the strength of its shade: by its share of the row, as a root, so that a few mistakes can be seen."""
    opacity_KK = np.sqrt(shares(confusion_KK))
    galleries = {gallery.label: gallery.id for gallery in mistakes.classes}
    return [
        MatrixRow(
            name=name,
            link=galleries.get(name),
            cells=tuple(
                Cell(
                    count=int(confusion_KK[row, column]),
                    opacity=float(opacity_KK[row, column]),
                    right=row == column,
                    link=mistakes.links.get((row, column)),
                )
                for column in range(len(classes))
            ),
            total=int(confusion_KK[row].sum()),
        )
        for row, name in enumerate(classes)
    ]


def pairs(confusion_KK: Array, classes: Sequence[str]) -> list[ConfusedPair]:
    """The commonest mistakes; what happened once is worth a line only where there is little else."""
    found = confused_pairs(confusion_KK, classes, most=15)
    return [pair for place, pair in enumerate(found) if place < 5 or pair.count > 1]


def counts(data: Mapping[str, Any]) -> list[CountRow]:
    """Images by class and split."""
    per_class: Mapping[str, Sequence[int]] = data.get("per_class", {})
    columns = list(per_class.values())
    most = max((max(column, default=0) for column in columns[:1]), default=0) or 1
    return [
        CountRow(name=name, counts=tuple(numbers), width=100 * min(numbers[0] / most, 1))
        for name, *numbers in zip(data.get("classes", ()), *columns, strict=False)
        if numbers
    ]


def baseline(record: RunRecord, split: str) -> float | None:
    """Accuracy on a split of an answer that is always its commonest class."""
    numbers = record.data.per_class.get(split, ())
    return max(numbers) / sum(numbers) if sum(numbers) else None


def recipe(values: Mapping[str, Any], words: Words) -> list[tuple[str, list[FieldRow]]]:
    """Fields in groups; a field that no group knows comes in one of its own."""
    known = {name for room in ROOMS.values() for name in room}
    rooms = {**ROOMS, "other": tuple(name for name in values if name not in known)}
    return [
        (room, [_field(name, values[name], words) for name in names if name in values])
        for room, names in rooms.items()
        if any(name in values for name in names)
    ]


def _field(name: str, value: Any, words: Words) -> FieldRow:
    if isinstance(value, bool):
        text = "true" if value else "false"
    elif isinstance(value, float):
        text = f"{value:g}"
    else:
        text = str(value)
    if name in OFF and value == OFF[name]:
        text = str(words("recipe.off"))
    return FieldRow(name=name, value=text, meaning=words.fields.get(name, ""))


def times(found: Mapping[str, Any], words: Words) -> list[tuple[str, str]]:
    """What was timed: the key of its words, and the duration or speed."""
    epochs = found.get("epochs_s")
    shown = [
        ("time.train", words.seconds(found["train_s"]) if found.get("train_s") else None),
        ("time.epoch", words.seconds(statistics.median(epochs)) if epochs else None),
        ("time.speed", words.count(round(found["images_per_s"])) if found.get("images_per_s") else None),
        ("time.total", words.seconds(found["total_s"]) if found.get("total_s") else None),
    ]
    return [(key, text) for key, text in shown if text is not None]


def shape(output: Sequence[int]) -> str:
    """`6 × 28 × 28`"""
    return " × ".join(map(str, output))


def breakable(name: str) -> Markup:
    """A file's name that may go on in a new line after each folder."""
    return Markup("/<wbr>").join(name.split("/"))


def kept_epoch(record: RunRecord) -> int | None:
    """The epoch to be marked in the curve, where the recipe chose the best of several; counted as the curve counts."""
    if record.recipe.get("choose") != "best" or record.status != "finished" or len(record.history) < 2:
        return None
    kept = record.kept_epoch()
    return len(record.earlier) + kept if kept else None
