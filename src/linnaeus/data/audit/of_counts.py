"""What the numbers of images tell: unreadable ones, unequal classes, splits that are small or lack a class."""

from dataclasses import asdict
from itertools import combinations

import numpy as np

from linnaeus.data.audit import copies, masks
from linnaeus.data.dataset import Dataset, Splits
from linnaeus.record.facts import Expected, Finding
from linnaeus.record.scores import wilson

UNBALANCED = 5  # times as many images in the largest class as in the smallest
EXPECTED = 0.9  # accuracy for which it is told how well a split will know it
NAMED = 5  # classes without validation images that a finding names
TINY = 0.08  # half width of its interval; above, two recipes can hardly be told apart


def findings(splits: Splits) -> list[Finding]:
    """All that a look at the counts can tell."""
    names = [name for dataset in splits.present().values() for name in dataset.names]
    return [
        *_unreadable(splits),
        *masks.findings(names, splits.classes),
        *_balance(splits),
        *_small_splits(splits),
        *_unvalidated(splits),
        *_shared_things(splits),
        *copies.dropped(splits.dropped),
    ]


def _unreadable(splits: Splits) -> list[Finding]:
    if not splits.skipped:
        return []
    names = tuple(name for name, _ in splits.skipped)
    return [Finding(kind="unreadable", severity="warning", count=len(names), files=names)]


def _balance(splits: Splits) -> list[Finding]:
    counts = splits.train.counts()
    largest, smallest = int(np.argmax(counts)), int(np.argmin(counts))
    most, least = counts[largest], counts[smallest]
    if most < UNBALANCED * least:
        return []
    names = splits.classes[largest], splits.classes[smallest]
    return [
        Finding(
            kind="balance",
            severity="warning",
            count=most - least,
            values={"largest": names[0], "smallest": names[1], "most": most, "least": least},
        )
    ]


def expected(dataset: Dataset) -> Expected:
    """What a split's images, or the things that they show, will tell of an accuracy of 90 %: Wilson's interval, all numbers from 0 to 1."""
    things = len(set(dataset.groups))
    n = things or len(dataset)
    low, high = (round(end, 4) for end in wilson(round(EXPECTED * n), n))
    return Expected(
        accuracy=EXPECTED, n=len(dataset), things=things, low=low, high=high, half=round((high - low) / 2, 4)
    )


def _small_splits(splits: Splits) -> list[Finding]:
    found = []
    if splits.val is None:
        most = max(sum(counts) for counts in zip(*(one.counts() for one in splits.present().values()), strict=True))
        found.append(Finding(kind="no_validation", severity="warning", count=0, values={"most": most}))
    for name, dataset in (("val", splits.val), ("test", splits.test)):
        told = expected(dataset) if dataset is not None else None
        if told is not None and told.half >= TINY:
            values = {"split": name, **asdict(told)}
            found.append(Finding(kind="small_split", severity="warning", count=told.n, values=values))
    return found


def _unvalidated(splits: Splits) -> list[Finding]:
    """Classes without validation images: nothing will be known of them."""
    counts = splits.val.counts() if splits.val is not None else []
    names = [name for name, count in zip(splits.classes, counts, strict=False) if not count]
    if not names:
        return []
    return [Finding(kind="unvalidated", severity="warning", count=len(names), values={"names": names[:NAMED]})]


def _shared_things(splits: Splits) -> list[Finding]:
    """Things with images in two splits, as only a data set can have them that brings its splits."""
    found, there = [], splits.present()
    for split, other in combinations(there, 2):
        both = set(there[split].groups) & set(there[other].groups)
        names = tuple(
            name for name, group in zip(there[other].names, there[other].groups, strict=False) if group in both
        )
        if names:
            values = {"split": split, "other": other, "things": len(both), "of": len(there[other])}
            found.append(Finding(kind="shared_thing", severity="warning", count=len(names), files=names, values=values))
    return found
