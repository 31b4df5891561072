"""Two classifiers on the very same images: the difference of their accuracies, its interval, and a test of it.

Interval: Tango's score interval of the difference of paired proportions (Tango 1998, "Equivalence test and confidence interval for the
difference in proportions for the paired-sample design", Statistics in Medicine 17). At n = 300, where the two are expected to differ on
6 to 33 of them, it holds the truth in 94.0 to 95.6 % of cases, counted exactly; Newcombe's method 10 in 95.5 to 98.6 %.
Test: McNemar's, mid-p, from the exact binomial (Fagerland, Lydersen, Laake 2013, "The McNemar test for binary matched-pairs data").
The smallest difference that n images can tell: Connor 1987, "Sample size for testing differences in proportions for the paired-sample
design", Biometrics 43, solved for the difference. How many images a difference as large as the one seen would take is not told: near
zero that number has no upper end.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from linnaeus.errors import DataError, RunError, UnknownName, UsageError
from linnaeus.record.comparison import Comparison
from linnaeus.record.folder import RunFolder
from linnaeus.record.scores import Score, Z
from linnaeus.stats.differences import differences
from linnaeus.stats.groups import Things, effective, shrunk, things
from linnaeus.stats.multiple import corrected
from linnaeus.stats.score import share_score

Array = npt.NDArray[Any]

Z_POWER = 0.8416212335729143  # 80 %
SPLITS = ("train", "val", "test")


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """What one run says of each image of a split: `arrays` as `RunFolder.predictions` gives them, in the order of its classes."""

    run: str
    classes: Sequence[str]
    arrays: Mapping[str, Array]
    train_s: float | None = None


def of_runs(folders: Sequence[RunFolder], split: str) -> list[Comparison]:
    """Each run against the first, by the predictions that they have kept: nothing is computed anew, no split is opened.

    Raises:
        UsageError: fewer than two runs. RunError: a run has no predictions of that split. DataError: they saw no common image.
    """
    check_split(split)
    if len({folder.path.resolve() for folder in folders}) < 2:
        raise UsageError("a comparison needs two runs or more; name them: linnaeus compare RUN RUN")
    first, *others = [side(folder, split) for folder in folders]
    return corrected([compare(first, other, split) for other in others])


def check_split(split: str) -> None:
    """Raise UnknownName unless predictions of a split can have that name."""
    if split.partition("+")[0] not in SPLITS and not split.startswith("on-"):
        raise UnknownName("split", split, SPLITS)


def side(folder: RunFolder, split: str) -> Side:
    """What a finished run has kept of a split. Raises RunError."""
    record, arrays = folder.record().finished(), folder.predictions(split)
    plain, _, views = split.partition("+")
    tta = f" --tta {views}" if views else ""
    if arrays is None:
        raise RunError(
            f"{folder.name} has kept no predictions of its {split} split; write them first: "
            f"linnaeus evaluate {folder.name} --split {plain}{tta}"
        )
    if arrays["probabilities"].shape[1] != len(record.data.classes):
        raise RunError(
            f"{folder.name} knows {len(record.data.classes)} classes, its predictions of {split} "
            f"{arrays['probabilities'].shape[1]}; write them anew: linnaeus evaluate {folder.name} --split {plain}{tta}"
        )
    return Side(run=folder.name, classes=record.data.classes, arrays=arrays, train_s=record.time.train_s)


def compare(first: Side, second: Side, split: str) -> Comparison:
    """Images are matched by name, classes too: the two runs may have them in another order.

    Raises:
        DataError: no common images, or labels that contradict each other.
    """
    rows_first, rows_second = shared([first, second], split)
    n = len(rows_first)
    left_out = len(first.arrays["names"]) + len(second.arrays["names"]) - 2 * n
    shown = _shown(first, rows_first, second, rows_second)
    found = paired(
        right(first)[rows_first],
        right(second)[rows_second],
        first=first.run,
        second=second.run,
        split=split,
        shown=shown,
    )
    resampled = _resampled(first, rows_first, second, rows_second) if shown is None else {}
    return replace(found, left_out=left_out, train_s=(first.train_s, second.train_s), resampled=resampled)


def _shown(first: Side, rows_first: Array, second: Side, rows_second: Array) -> Things | None:
    """Which thing each image shows, by the run that knows."""
    for one, rows in ((first, rows_first), (second, rows_second)):
        if "groups" in one.arrays:
            return things(one.arrays["groups"][rows].tolist())
    return None


def _resampled(first: Side, rows_first: Array, second: Side, rows_second: Array) -> dict[str, Score]:
    """The bootstrap of the scores' differences; classes go by their names."""
    places = {name: place for place, name in enumerate(dict.fromkeys((*first.classes, *second.classes)))}

    def named(side: Side, numbers: Array) -> Array:
        return np.array([places[name] for name in side.classes], np.int64)[numbers]

    labels_N = named(first, first.arrays["labels"][rows_first])
    first_N = named(first, first.arrays["probabilities"].argmax(axis=1)[rows_first])
    second_N = named(second, second.arrays["probabilities"].argmax(axis=1)[rows_second])
    return differences(labels_N, first_N, second_N, len(places))


def paired(
    first_N: Array, second_N: Array, *, first: str, second: str, split: str, shown: Things | None = None
) -> Comparison:
    """The comparison of two classifiers from whether each classifies image i correctly; at least one image.

    `shown`: which thing each image shows, where several show one. Then Tango's interval is taken at the effective number of images
    (see `groups`), and p is of Student's t with the variance between things (Obuchowski 1998, "On the comparison of correlated
    proportions for clustered data", Statistics in Medicine 17).
    """
    n = len(first_N)
    only_first, only_second = int((first_N & ~second_N).sum()), int((second_N & ~first_N).sum())
    p, effect = mcnemar(only_first, only_second), 1.0
    low, high = tango(only_first, only_second, n)
    if shown is not None:
        p, low, high, effect = _over_things(second_N.astype(np.int64) - first_N, shown)
    return Comparison(
        first=first,
        second=second,
        split=split,
        n=n,
        score_first=share_score(first_N, shown),
        score_second=share_score(second_N, shown),
        difference=Score(
            value=(only_second - only_first) / n, low=low, high=high, n=n, groups=shown.count if shown else None
        ),
        only_first=only_first,
        only_second=only_second,
        p=p,
        p_holm=p,
        detectable=detectable((only_first + only_second) / n, n / effect),
    )


def _over_things(apart_N: Array, shown: Things) -> tuple[float, float, float, float]:
    """p, both ends of the interval, and the design effect of differences −1, 0 or 1 (N,)."""
    from scipy.special import stdtr

    n, net = len(apart_N), float(apart_N.mean())
    images, effect = effective(apart_N, shown)
    share = min(float(n), shrunk(images, effect, shown.count)) / n
    only_first, only_second = float((apart_N < 0).sum()) * share, float((apart_N > 0).sum()) * share
    low, high = tango(only_first, only_second, n * share)
    error = math.sqrt(max(float(apart_N.var()), 1e-12) / images)
    return (
        float(2 * stdtr(max(1, shown.count - 1), -abs(net) / error)) if net else 1.0,
        low,
        high,
        effect,
    )


def mcnemar(only_first: int, only_second: int) -> float:
    """Two-sided mid-p: half the probability of what was seen, and all of what is farther out, twice."""
    from scipy.stats import binom  # takes most of a second to import

    differing, fewer = only_first + only_second, min(only_first, only_second)
    if only_first == only_second:
        return 1.0
    return float(min(1.0, 2 * binom.cdf(fewer, differing, 0.5) - binom.pmf(fewer, differing, 0.5)))


def tango(only_first: float, only_second: float, n: float) -> tuple[float, float]:
    """The 95 % interval of second − first: all differences whose score statistic lies within ±1.96."""
    from scipy.optimize import brentq

    net = only_second - only_first

    def excess(difference: float) -> float:
        """How far the statistic at that difference goes beyond what is seen, times its standard deviation: no division by zero."""
        b = -only_first - only_second + (2 * n - net) * difference
        c = -only_first * difference * (1 - difference)
        # of images that only the first classifies correctly
        share = (math.sqrt(max(b * b - 8 * n * c, 0.0)) - b) / (4 * n)
        variance = n * (2 * share + difference * (1 - difference))
        return float(Z * math.sqrt(max(variance, 0.0)) - abs(net - n * difference))

    seen, beside = net / n, 1e-12  # where both are zero, what is seen is a root of its own, and not the end
    low = float(brentq(excess, -1.0, seen - beside)) if seen > -1 else -1.0
    high = float(brentq(excess, seen + beside, 1.0)) if seen < 1 else 1.0
    return low, high


def detectable(rate: float, n: float) -> float:
    """The smallest difference that n images tell with a power of 80 %, where `rate` of them are right for one side alone.

    A rate so low that even a one-sided lead of all of it would go unseen is raised to the least that would not.
    """
    rate = max(rate, least_odds(n))
    middle, rest = Z * math.sqrt(rate * n), (Z**2 - Z_POWER**2) * rate
    return min(1.0, (middle + math.sqrt(max(0.0, middle**2 - (n + Z_POWER**2) * rest))) / (n + Z_POWER**2))


def least_odds(n: float) -> float:
    """The least share of n images, right for one side alone, that is told with a power of 80 % where it is all lead; above 1: none is."""
    return (Z + Z_POWER) ** 2 / n


def shared(sides: Sequence[Side], split: str) -> list[Array]:
    """For each side the rows of the images that all of them have: of equal content, or of equal name where a run kept no contents.

    What comes several times is matched in its order.

    Raises:
        DataError: no common images, or labels that contradict each other.
    """
    first, *others = sides
    known_by = "hashes" if all("hashes" in one.arrays for one in sides) else "names"
    places = [{key: row for row, key in enumerate(_numbered(one.arrays[known_by]))} for one in others]
    numbered = {key: row for row, key in enumerate(_numbered(first.arrays[known_by]))}
    keys = [key for key in numbered if all(key in found for found in places)]
    if not keys:
        apart = next((one for one, found in zip(others, places, strict=True) if not numbered.keys() & found), others[0])
        raise DataError(
            f"{first.run} and {apart.run} have no {split} images in common, so they cannot be compared; "
            "train them on the same data with the same split_seed"
        )
    rows = [np.array([found[key] for key in keys], np.int64) for found in (numbered, *places)]
    for other, others_rows in zip(others, rows[1:], strict=True):
        _check(first, rows[0], other, others_rows)
    return rows


def _check(first: Side, rows_first: Array, second: Side, rows_second: Array) -> None:
    labels, others = _labels(first, rows_first), _labels(second, rows_second)
    contrary = np.flatnonzero(labels != others)
    if len(contrary):
        name = first.arrays["names"][rows_first[contrary[0]]]
        raise DataError(
            f"{len(contrary):,} of {len(labels):,} images that {first.run} and {second.run} share have other labels, the first being "
            f"{name}: {labels[contrary[0]]} and {others[contrary[0]]}; the runs did not see the same data"
        )


def _numbered(names: Array) -> list[tuple[str | bytes, int]]:
    seen: Counter[str | bytes] = Counter()
    keys = []
    for name in names.tolist():
        keys.append((name, seen[name]))
        seen[name] += 1
    return keys


def _labels(side: Side, rows: Array) -> Array:
    return np.array(side.classes, dtype=object)[side.arrays["labels"][rows]]


def right(side: Side) -> Array:
    """Whether each image is classified correctly (N,)."""
    return np.asarray(side.arrays["probabilities"].argmax(axis=1) == side.arrays["labels"])
