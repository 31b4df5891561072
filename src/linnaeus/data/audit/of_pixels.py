"""What the pixels of all splits tell together: copies, classes that a mirror exchanges, images on which little is to be seen."""

import numpy as np
from threadpoolctl import threadpool_limits

from linnaeus.data import row_file
from linnaeus.data.audit import bursts, copies, duplicates, mirrored, quality, thumbnails
from linnaeus.data.dataset import SPLITS, Dataset, Source, Splits, joined
from linnaeus.events import Watcher, nobody
from linnaeus.recipe.recipe import Recipe
from linnaeus.record.facts import Finding


def findings(splits: Splits, recipe: Recipe, tell: Watcher | None, source: Source | None = None) -> list[Finding]:
    """Without a watcher, near copies are only those that are known already. `source`: where the images' files
    are asked when they were taken."""
    # One thread: products this small gain nothing by two, which wait for each other wherever a core is busy. With two, 1,797 digits took
    # 13.9 s of the processor beside other work, with one 1.0.
    with threadpool_limits(1, "blas"):
        return _findings(splits, recipe, tell, source)


def _findings(splits: Splits, recipe: Recipe, tell: Watcher | None, source: Source | None) -> list[Finding]:
    whole, split_N = _together(splits)
    images_NSS = thumbnails.grey(whole, recipe, tell or nobody)
    near = tell is not None or duplicates.known(images_NSS)
    of_training = split_N == 0
    found = copies.find(whole, images_NSS, tell or nobody, near=near)
    row_file.let_go(whole.store)  # from here on the small grey images do
    return [
        *copies.findings(found, whole, split_N),
        *mirrored.findings(splits, recipe, images_NSS[of_training], whole.labels_N[of_training]),
        *quality.findings(quality.measure(images_NSS), whole.labels_N, whole.names),
        *bursts.findings(whole, images_NSS, split_N, bursts.times(source) if source is not None else {}),
    ]


def _together(splits: Splits) -> tuple[Dataset, duplicates.Pairs]:
    """The images of all splits in the order of the store that they share, and the split of each."""
    parts = splits.present()
    whole = joined([*parts.values()])
    order = np.argsort(whole.rows_N, kind="stable")
    split_N = np.repeat([SPLITS.index(name) for name in parts], [len(part) for part in parts.values()])
    return whole.take(order), split_N[order]
