"""A run's mistakes on one split, looked at: images and their neighbours, possible label errors, where the network looked, turned images."""

from pathlib import Path

import numpy as np

from linnaeus import files
from linnaeus.evaluation.inspection import grad_cam, mistake_list, symmetry
from linnaeus.evaluation.inspection.fix_list import judged
from linnaeus.evaluation.inspection.gallery import Gallery
from linnaeus.evaluation.inspection.inspected import Clock, Subject
from linnaeus.evaluation.inspection.mistake_list import Mistakes
from linnaeus.events import Watcher
from linnaeus.record.folder import RunFolder
from linnaeus.record.inspection import Inspection, Symmetry

TURNED = 5_000  # images of a split, evenly spaced, that are turned


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
        maps, no_maps = grad_cam.of_mistakes(subject, mistakes.places_M[: mistake_list.CLOSE])
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
        errors=mistake_list.errors(mistakes),
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
