"""Label errors among the labels of several splits, for the record and as the list that a person goes through."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from linnaeus import files
from linnaeus.data.dataset import Dataset
from linnaeus.evaluation.inspection import label_errors
from linnaeus.evaluation.inspection.gallery import Gallery
from linnaeus.events import Reading, Watcher
from linnaeus.record.inspection import FIXES, LabelError, LabelErrors
from linnaeus.record.scores import Reason
from linnaeus.stats.groups import things
from linnaeus.stats.score import share_of

Array = npt.NDArray[Any]

SHOWN = 24  # label errors with their pictures
MOST_PAIRS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """By what labels are judged: features, or probabilities of networks that never saw the image. Each by split."""

    source: str  # "own", the weights that give the features, or "retrained"
    seen: bool  # the features were trained on these very labels
    features: Mapping[str, Array] = field(default_factory=dict)  # (N, D)
    probabilities: Mapping[str, Array] = field(default_factory=dict)  # (N, K); then features are not looked at


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pool:
    """The images of all splits together, those of too rare classes left out."""

    labels_N: Array
    splits_N: Array
    places_N: Array
    left_out: tuple[str, ...]


def judged(
    datasets: Mapping[str, Dataset], judge: Judge, other: Judge | None, gallery: Gallery, tell: Watcher
) -> tuple[LabelErrors | None, Reason | None, str]:
    """The label errors, why there are none, and the list of them as CSV.

    `other` is a second judge; it is only told how many of its label errors are the same.
    """
    classes = next(iter(datasets.values())).classes
    pool = _pool(datasets, classes)
    if len(np.unique(pool.labels_N)) < 2:
        return None, Reason(kind="few_images", values={"folds": label_errors.FOLDS}), ""
    probabilities_NK = _probabilities(pool, judge, len(classes), tell)
    found = label_errors.find(pool.labels_N, probabilities_NK)
    both = None
    if other is not None:
        theirs = label_errors.find(pool.labels_N, _probabilities(pool, other, len(classes), tell))
        both = len(np.intersect1d(found.rows_S, theirs.rows_S))
    rows = [
        _label_error(datasets, pool, probabilities_NK, row, suggested, gallery if rank < SHOWN else None)
        for rank, (row, suggested) in enumerate(zip(found.rows_S, found.suggested_S, strict=True))
    ]
    right_N = probabilities_NK.argmax(axis=1) == pool.labels_N
    doubted_N = np.isin(np.arange(len(right_N)), found.rows_S)
    shown, every_N = things(_groups(datasets, pool)), np.full(len(right_N), True)
    if right_N.mean() < label_errors.RELIABLE:
        rows = [replace(row, action="keep") for row in rows]
    pairs = Counter((row.given, row.suggested) for row in rows).most_common(MOST_PAIRS)
    summary = LabelErrors(
        count=len(rows),
        share=share_of(doubted_N, every_N, shown),
        accuracy=share_of(right_N, every_N, shown),
        splits=tuple(datasets),
        features=judge.source,
        seen=judge.seen,
        folds=label_errors.FOLDS,
        relabel=sum(row.action == "relabel" for row in rows),
        both=both,
        left_out=pool.left_out,
        pairs=tuple((given, suggested, count) for (given, suggested), count in pairs),
        top=tuple(rows[:SHOWN]),
    )
    return summary, None, _csv(rows)


def _pool(datasets: Mapping[str, Dataset], classes: tuple[str, ...]) -> _Pool:
    labels_N = np.concatenate([dataset.labels_N for dataset in datasets.values()])
    splits_N = np.concatenate([np.full(len(dataset), split) for split, dataset in datasets.items()])
    places_N = np.concatenate([np.arange(len(dataset)) for dataset in datasets.values()])
    counts_K = np.bincount(labels_N, minlength=len(classes))
    kept_N = counts_K[labels_N] >= label_errors.FOLDS
    few = tuple(name for name, count in zip(classes, counts_K, strict=True) if 0 < count < label_errors.FOLDS)
    return _Pool(labels_N=labels_N[kept_N], splits_N=splits_N[kept_N], places_N=places_N[kept_N], left_out=few)


def _groups(datasets: Mapping[str, Dataset], pool: _Pool) -> list[str]:
    """What each image of the pool shows; nothing where the data set does not say."""
    if not all(dataset.groups for dataset in datasets.values()):
        return []
    return [datasets[split].groups[place] for split, place in zip(pool.splits_N, pool.places_N, strict=True)]


def _probabilities(pool: _Pool, judge: Judge, classes: int, tell: Watcher) -> Array:
    """Of each image of the pool, by what was fitted or trained without it (N, K)."""
    if judge.probabilities:
        return _gathered(pool, judge.probabilities)

    def fold_done(done: int, total: int) -> None:
        tell(Reading(done=done, total=total, what="folds"))

    return label_errors.out_of_fold(_gathered(pool, judge.features), pool.labels_N, classes, fold_done)


def _gathered(pool: _Pool, by_split: Mapping[str, Array]) -> Array:
    found = np.empty((len(pool.labels_N), next(iter(by_split.values())).shape[1]), np.float32)
    for split, values in by_split.items():
        rows = np.flatnonzero(pool.splits_N == split)
        found[rows] = values[pool.places_N[rows]]
    return found


def _label_error(
    datasets: Mapping[str, Dataset],
    pool: _Pool,
    probabilities_NK: Array,
    row: int,
    suggested: int,
    gallery: Gallery | None,
) -> LabelError:
    split, place, given = str(pool.splits_N[row]), int(pool.places_N[row]), int(pool.labels_N[row])
    dataset = datasets[split]
    of_given, of_suggested = (float(probabilities_NK[row, label]) for label in (given, suggested))
    sure = of_suggested >= label_errors.SURE and of_given <= label_errors.UNSURE
    return LabelError(
        name=dataset.names[place],
        split=split,
        given=dataset.classes[given],
        suggested=dataset.classes[suggested],
        of_given=round(of_given, 4),
        of_suggested=round(of_suggested, 4),
        action="relabel" if sure else "keep",
        picture=gallery.add(split, place) if gallery is not None else None,
    )


def _csv(rows: list[LabelError]) -> str:
    def line(row: LabelError) -> tuple[str, ...]:
        reason = f"possible label error in the {row.split} split: {row.suggested} is likelier than {row.given}"
        probabilities = f"{row.of_suggested:.4f}", f"{row.of_given:.4f}"
        return row.name, row.action, row.suggested, row.given, *probabilities, reason

    return files.csv_text([FIXES, *map(line, rows)])
