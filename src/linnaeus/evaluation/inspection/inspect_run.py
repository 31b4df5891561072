"""A run's mistakes on one split, looked at: images and their neighbours, possible label errors, where the network looked, turned images."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from linnaeus import files
from linnaeus.classifier.classifier import Classifier
from linnaeus.data.dataset import Dataset
from linnaeus.data.statistics import pictures
from linnaeus.evaluation.inspection import grad_cam, mistake_list, symmetry
from linnaeus.evaluation.inspection.fix_list import Judge, judged
from linnaeus.evaluation.inspection.gallery import Gallery
from linnaeus.evaluation.inspection.mistake_list import Mistakes
from linnaeus.events import Watcher
from linnaeus.recipe.recipe import Recipe
from linnaeus.record.folder import RunFolder
from linnaeus.record.inspection import Inspection, Symmetry
from linnaeus.record.scores import Reason
from linnaeus.stats.score import accuracy_score

Array = npt.NDArray[Any]

TURNED = 5_000  # images of a split, evenly spaced, that are turned


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What is inspected: a trained network and its predictions of a split. Labels are those of the network's classes."""

    trained: Classifier
    recipe: Recipe
    split: str
    datasets: Mapping[str, Dataset]  # by split: those whose labels may be looked at, "train" among them
    probabilities_NK: Array  # of the split
    own: Judge  # by the features of the network's own backbone
    other: Judge | None  # who judges the labels in its place

    @property
    def dataset(self) -> Dataset:
        return self.datasets[self.split]


@dataclass(frozen=True, slots=True)
class Clock:
    """Seconds by stage."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        began = time.perf_counter()
        yield
        self.seconds[name] = round(time.perf_counter() - began, 2)


def examine(
    subject: Subject, folder: RunFolder, fixes: Path, clock: Clock, tell: Watcher
) -> tuple[Inspection, bytes | None]:
    """Look at all of it: what the record shall hold, and the list of possible label errors, None where none were looked for.

    Pictures and the list of mistakes are written. The fix list is for the caller to write to `fixes`, after the record: it
    knows by the record whether somebody has edited it since.

    Raises:
        ImageError: a file cannot be read any more. RunError: the disk is full.
    """
    gallery = Gallery(subject.datasets, subject.recipe)
    with clock.stage("neighbours"):
        mistakes = _mistakes(subject)
        shown = mistake_list.shown(mistakes, gallery)
    with clock.stage("label_errors"):
        judge, second = (subject.other, subject.own) if subject.other is not None else (subject.own, None)
        label_errors, no_label_errors, fix_list = judged(subject.datasets, judge, second, gallery, tell)
    with clock.stage("attention"):
        maps, no_maps = _attention(subject, mistakes)
    with clock.stage("symmetry"):
        turned = _turned(subject)
    folder.save_mistakes(subject.split, mistake_list.as_csv(mistakes))
    folder.save_pictures(
        f"inspection-{subject.split}", gallery.arrays(maps, [one.picture or 0 for one in shown[: len(maps)]])
    )
    written = fix_list.encode("utf-8", "backslashreplace") if label_errors is not None else None
    found = Inspection(
        split=subject.split,
        n=len(subject.dataset),
        errors=accuracy_score(len(mistakes), len(subject.dataset)),
        mistakes=shown,
        listed=len(mistakes),
        pairs=mistake_list.pairs(mistakes),
        label_errors=label_errors,
        no_label_errors=no_label_errors,
        no_attention=no_maps,
        symmetry=turned,
        files=_files(folder, subject.split, fixes if written is not None else None),
        fixes_checksum=files.checksum_of(written) if written is not None else None,
        time_s=clock.seconds,
    )
    return found, written


def _mistakes(subject: Subject) -> Mistakes:
    features = subject.own.features
    return mistake_list.find(
        subject.split,
        subject.dataset,
        subject.datasets["train"],
        subject.probabilities_NK,
        features[subject.split],
        features["train"],
    )


def _attention(subject: Subject, mistakes: Mistakes) -> tuple[Array, Reason | None]:
    """Maps of the most confident mistakes for the answer and for the label, and why there are none."""
    places = mistakes.places_M[: mistake_list.CLOSE]
    if not len(places):
        return np.empty(0), Reason(kind="no_mistakes")
    predicted_N = subject.probabilities_NK[places].argmax(axis=1)
    try:
        images_NHWC = pictures(subject.dataset, places, subject.recipe)
        classes_N2 = np.stack([predicted_N, subject.dataset.labels_N[places]], axis=1)
        return grad_cam.maps(subject.trained, images_NHWC, classes_N2), None
    except grad_cam.NoMap as reason:
        return np.empty(0), Reason(kind=str(reason))


def _turned(subject: Subject) -> tuple[Symmetry, ...]:
    rows = np.unique(np.linspace(0, len(subject.dataset) - 1, min(TURNED, len(subject.dataset))).astype(np.int64))
    plain_N = subject.probabilities_NK[rows].argmax(axis=1)
    return symmetry.measure(subject.trained, subject.dataset.take(rows), plain_N, subject.recipe)


def _files(folder: RunFolder, split: str, fixes: Path | None) -> dict[str, str]:
    """Where things lie: names in the run's folder, or a path elsewhere."""
    found = {"mistakes": folder.mistakes(split).name, "pictures": folder.pictures_file(f"inspection-{split}").name}
    if fixes is not None:
        inside = fixes.absolute().parent == folder.path.absolute()
        found["fixes"] = fixes.name if inside else str(fixes.absolute())
    return found
