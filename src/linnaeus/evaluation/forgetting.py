"""What a network forgets when classes are added to it: the old network and the new one on the very same images."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from linnaeus.classifier.classifier import Classifier
from linnaeus.data.dataset import Dataset
from linnaeus.data.load import reshape
from linnaeus.errors import DataError
from linnaeus.evaluation.predictions import Predictions, in_the_classes_of, predictions
from linnaeus.recipe.recipe import Recipe
from linnaeus.record.comparison import Change, Crossed, Forgetting
from linnaeus.record.folder import RunFolder
from linnaeus.stats.confusion import confused_pairs, confusion
from linnaeus.stats.paired import paired
from linnaeus.stats.score import accuracy_score

Array = npt.NDArray[Any]

MOST_PAIRS = 12


def measure(before: Classifier, after: Predictions, dataset: Dataset, recipe: Recipe, *, split: str) -> Forgetting:
    """`after` are the new network's predictions of `dataset`, in its order; those of the old network are computed here.

    The old network sees the images of its own classes only: to the others it has no answer that could be right.

    Raises:
        DataError: predictions of other images than those of the data set.
    """
    if after.names != dataset.names:
        raise DataError(f"the predictions of the new network are not those of the {split} split; evaluate it anew")
    known = np.array([name in before.classes for name in dataset.classes], bool)
    rows = np.flatnonzero(known[dataset.labels_N])
    before_NK = np.zeros((len(dataset), len(before.classes)), np.float32)
    if len(rows):
        before_NK[rows] = predictions(before, _as_seen_by(before, dataset.take(rows)), recipe).probabilities_NK
    return forgetting(dataset.labels_N, dataset.classes, after.probabilities_NK, before_NK, before.classes, split=split)


def keep(folder: RunFolder, before: Classifier, dataset: Dataset, recipe: Recipe, split: str) -> None:
    """`measure` by the predictions that the run has kept, written into its record."""
    held = folder.predictions(split)
    if held is None:
        return
    said = Predictions(names=dataset.names, labels_N=held["labels"], probabilities_NK=held["probabilities"])
    found = measure(before, said, dataset, recipe, split=split)
    record = folder.record()
    folder.save_record(replace(record, forgetting={**record.forgetting, split: found}))


def _as_seen_by(before: Classifier, dataset: Dataset) -> Dataset:
    """The same images under the old labels, of the size that the old network takes; streamed ones are decoded to it anyway."""
    known, preprocessing = in_the_classes_of(before, dataset), before.preprocessing
    if not isinstance(known.store, np.ndarray):
        return known
    images = reshape(
        known.store[known.rows_N], size=preprocessing.size, channels=preprocessing.channels, resize=preprocessing.resize
    )
    return replace(known, store=images, rows_N=np.arange(len(known)))


def forgetting(
    labels_N: Array,
    classes: Sequence[str],
    after_NK: Array,
    before_NJ: Array,
    old_classes: Sequence[str],
    *,
    split: str,
) -> Forgetting:
    """From predictions over `classes` (K) and earlier ones over `old_classes` (J) to the same images; classes go by name.

    Rows of `before_NJ` whose label is no old class are not looked at. A class counts as old if it is in both label spaces.
    """
    place = {name: column for column, name in enumerate(old_classes)}
    to_old_K = np.array([place.get(name, -1) for name in classes], np.int64)
    is_old_K = to_old_K >= 0
    predicted_N = after_NK.argmax(axis=1)
    right_after_N = predicted_N == labels_N
    right_before_N = before_NJ.argmax(axis=1) == to_old_K[labels_N]
    of_old_N = is_old_K[labels_N]

    def change(name: str, rows_N: Array, is_new: bool) -> Change:
        n = int(rows_N.sum())
        before = None if is_new else accuracy_score(int(right_before_N[rows_N].sum()), n)
        after = accuracy_score(int(right_after_N[rows_N].sum()), n)
        return Change(name=name, is_new=is_new, n=n, before=before, after=after)

    confused_KK = confusion(labels_N, predicted_N, len(classes))
    return Forgetting(
        split=split,
        old=tuple(name for name, old in zip(classes, is_old_K, strict=True) if old),
        new=tuple(name for name, old in zip(classes, is_old_K, strict=True) if not old),
        groups=(change("old", of_old_N, False), change("new", ~of_old_N, True)),
        paired=paired(right_before_N[of_old_N], right_after_N[of_old_N], first="before", second="after", split=split)
        if of_old_N.any()
        else None,
        classes=tuple(change(name, labels_N == label, not is_old_K[label]) for label, name in enumerate(classes)),
        old_as_new=_crossed(confused_KK, classes, is_old_K, ~is_old_K),
        new_as_old=_crossed(confused_KK, classes, ~is_old_K, is_old_K),
    )


def _crossed(confused_KK: Array, classes: Sequence[str], of_K: Array, for_K: Array) -> Crossed:
    """The mistakes from one group of classes into the other; supports stay those of all images of a class."""
    across_KK = np.where(of_K[:, None] & for_K[None], confused_KK, 0)
    np.fill_diagonal(across_KK, 0)
    # what is not across goes to the diagonal, which no pair is made of: so each row keeps its support
    inside_K = confused_KK.sum(axis=1) - across_KK.sum(axis=1)
    pairs = confused_pairs(across_KK + np.diag(inside_K), classes, most=MOST_PAIRS)
    return Crossed(count=int(across_KK.sum()), of=int(confused_KK[of_K].sum()), pairs=tuple(pairs))
