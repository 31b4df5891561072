"""From labels and probabilities to `SplitScores`: every number with its interval and its n."""

import inspect
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from linnaeus.errors import DataError, RecipeError, RunError
from linnaeus.recipe import catalog
from linnaeus.recipe.spec import parse
from linnaeus.record.scores import ClassScores, Score, SplitScores, wilson
from linnaeus.stats import groups
from linnaeus.stats.confusion import confusion
from linnaeus.stats.groups import Things
from linnaeus.stats.intervals import BCA_UP_TO, Statistics, bootstrap, skewed_mean, spread

__all__ = ["METRICS", "accuracy_score", "confusion", "mean_scores", "score"]

Array = npt.NDArray[Any]

METRICS = (
    "accuracy",
    "top(k=5)",  # where there are more than 5 classes
    "macro_precision",
    "macro_recall",
    "macro_f1",
    "weighted_precision",
    "weighted_recall",
    "weighted_f1",
    "log_loss",
)

LARGE = {"log_loss": math.log(2)}  # of an image whose class was held to be less likely than all others together
NEARLY_ALL = 0.9999  # what is more is written as 1.0000
RESAMPLES_OF_CALLS = 400  # of a statistic that must be called once a resample


def accuracy_score(correct: int, n: int) -> Score:
    """`correct` of `n` images as a score. Cheap: fit for every epoch."""
    low, high = wilson(correct, n)
    return Score(value=correct / n if n else 0.0, low=low, high=high, n=n)


def score(
    labels_N: Array,
    probabilities_NK: Array,
    classes: Sequence[str],
    *,
    split: str,
    metrics: Sequence[str] | None = None,
    shown: Things | None = None,
) -> SplitScores:
    """All scores of one split. `metrics` are parts in the notation, and become the names in the record.

    `shown`: which thing each image shows, where several show one: then intervals are over things.

    Of a single image, a metric whose interval needs the spread between images is left out.

    Raises:
        DataError: the split has no images.
        RunError: a probability is not a number.
        UnknownName, RecipeError: no such metric, or one that does not fit this data.
    """
    _check(labels_N, probabilities_NK, split)
    if metrics is None:
        metrics = [metric for metric in METRICS if metric != "top(k=5)" or len(classes) > 5]
    predicted_N = probabilities_NK.argmax(axis=1)
    return SplitScores(
        split=split,
        metrics=_scores(labels_N, predicted_N, probabilities_NK, metrics, shown),
        classes=_by_class(labels_N, predicted_N, classes, shown),
    )


def _check(labels_N: Array, probabilities_NK: Array, split: str) -> None:
    if len(labels_N) == 0:
        raise DataError(f"the {split} split has no images, so there is nothing to score; choose another split")
    broken = int((~np.isfinite(probabilities_NK).all(axis=1)).sum())
    if broken:
        raise RunError(
            f"for {broken:,} of {len(labels_N):,} images of the {split} split the classifier's probabilities are not "
            "numbers; its weights are damaged or its training diverged: train again, with a smaller learning rate"
        )


def _scores(
    labels_N: Array, predicted_N: Array, probabilities_NK: Array, metrics: Sequence[str], shown: Things | None
) -> Mapping[str, Score]:
    """Sorts the metrics by the kind of interval they need, see `parts/metrics`."""
    found: dict[str, Score] = {}
    shares: dict[str, Callable[..., Array]] = {}  # functions of the counts by class
    means: dict[str, Array] = {}  # numbers (N,)
    for metric in metrics:
        function = catalog.build("metrics", parse(metric))
        if len(inspect.signature(function).parameters) == 3:
            shares[metric] = function
            continue
        try:
            result = np.asarray(function(labels_N, probabilities_NK))
        except ValueError as error:
            raise RecipeError(f"metric {metric}: {error}") from error
        if not np.isfinite(result).all():
            raise RecipeError(f"metric {metric} is not a number for these images; leave it out")
        if result.dtype == np.bool_:
            found[metric] = share_score(result, shown)
        elif result.ndim:
            means[metric] = result
        else:
            found |= _of_call(metric, function, labels_N, probabilities_NK, shown)
    found |= _of_shares(shares, labels_N, predicted_N, probabilities_NK.shape[1], shown)
    found |= mean_scores(means, shown)
    return {metric: found[metric] for metric in metrics if metric in found}


def share_score(right_N: Array, shown: Things | None) -> Score:
    """The share of images that are right, over things where several images show one."""
    return groups.share(right_N, shown) if shown is not None else accuracy_score(int(right_N.sum()), len(right_N))


def _of_shares(
    shares: Mapping[str, Callable[..., Array]],
    labels_N: Array,
    predicted_N: Array,
    classes: int,
    shown: Things | None,
) -> dict[str, Score]:
    """Scores of functions of the counts by class; one draw of the resamples serves them all."""
    n = len(labels_N)
    right_N = np.where(labels_N == predicted_N, labels_N, classes)  # mistakes fall into a bin of their own
    counts_GK = [_by_thing(values_N, classes, shown) for values_N in (right_N, labels_N, predicted_N)] if shown else []

    def statistics(places: Array, axis: int = -1) -> Array:
        if shown is not None:
            drawn = counted(np.arange(shown.count), places, shown.count)
            correct, support, predicted = (drawn @ one_GK for one_GK in counts_GK)
        else:
            correct = counted(right_N, places, classes + 1)[..., :classes]
            support, predicted = counted(labels_N, places, classes), counted(predicted_N, places, classes)
        return np.stack([share(correct, support, predicted) for share in shares.values()])

    found = _bootstrapped(list(shares), statistics, n, shown) if shares else {}
    for metric, share in found.items():
        if share.low == share.high:  # all right, or all wrong: no spread to resample, yet no surer than a proportion
            found[metric] = share_score(np.arange(n) < round(share.value * n), shown)
    if shown is None and found and (n <= BCA_UP_TO or max(share.high for share in found.values()) > NEARLY_ALL):
        errors = spread(statistics, n)[1].tolist()
        found = {metric: _at_least(share, error) for (metric, share), error in zip(found.items(), errors, strict=True)}
    return found


def _at_least(share: Score, error: float) -> Score:
    """No surer than Wilson's interval at as many images as have this standard error, and no end at 1 where mistakes were seen.

    Resamples hold no mistake that was not seen: of 38 images the bootstrap alone is too sure below, and where some resamples
    hold none at all, its upper end is 1 (Korn and Graubard 1998, "Confidence intervals for proportions with small expected number
    of positive counts estimated from survey data", Survey Methodology 24, on the effective number).
    """
    if not error or not 0 < share.value < 1:
        return share
    images = share.value * (1 - share.value) / error**2
    low, high = wilson(share.value * images, images)
    return replace(share, low=min(low, share.low), high=high if share.high > NEARLY_ALL else max(high, share.high))


def _by_thing(values_N: Array, bins: int, shown: Things) -> Array:
    """counts (G, bins) of the values 0 … bins − 1 among the images of each thing."""
    inside = values_N < bins
    places = shown.of_N[inside] * bins + values_N[inside]
    return np.bincount(places, minlength=bins * shown.count).reshape(shown.count, bins)


def counted(values_N: Array, places: Array, bins: int) -> Array:
    """counts (..., bins) of the values 0 … bins − 1 among those at `places` (..., n)."""
    rows = places.reshape(-1, places.shape[-1])
    shifted = values_N[rows] + bins * np.arange(len(rows))[:, None]  # one bincount for all resamples
    return np.bincount(shifted.ravel(), minlength=bins * len(rows)).reshape(*places.shape[:-1], bins)


def mean_scores(means: Mapping[str, Array], shown: Things | None = None) -> dict[str, Score]:
    """Scores of numbers (N,) by their mean, no less than 0; none of a single image, which has no spread."""
    names, n = list(means), len(next(iter(means.values()), ()))
    if n < 2:
        return {}
    if shown is None:
        rows = ((name, *skewed_mean(means[name], LARGE.get(name, math.inf))) for name in names)
        return {name: Score(value=value, low=low, high=high, n=n) for name, value, low, high in rows}
    sums_GM = np.stack([shown.sums(means[name]) for name in names], axis=1)

    def statistics(places: Array, axis: int = -1) -> Array:
        drawn = counted(np.arange(shown.count), places, shown.count)
        means_M = drawn @ sums_GM / (drawn @ shown.sizes_G)[..., None]
        return np.moveaxis(means_M.round(12), -1, 0)  # equal means are equal in whatever order they were summed

    return _bootstrapped(names, statistics, n, shown, top=np.inf)


def _of_call(
    metric: str, function: Callable[..., Any], labels_N: Array, probabilities_NK: Array, shown: Things | None
) -> dict[str, Score]:
    """The score of a statistic that is known only as a function of all images: called once a resample."""
    images_G = [np.flatnonzero(shown.of_N == thing) for thing in range(shown.count)] if shown is not None else []

    def statistics(places: Array, axis: int = -1) -> Array:
        rows = [*places.reshape(-1, places.shape[-1])]
        if images_G:
            rows = [np.concatenate([images_G[thing] for thing in row]) for row in rows]
        found = [float(function(labels_N[row], probabilities_NK[row])) for row in rows]
        return np.array(found).reshape(1, *places.shape[:-1])

    n = len(labels_N)
    if n < 2:
        return {}
    return _bootstrapped([metric], statistics, n, shown, resamples=RESAMPLES_OF_CALLS, bottom=-np.inf, top=np.inf)


def _bootstrapped(
    metrics: Sequence[str],
    statistics: Statistics,
    n: int,
    shown: Things | None,
    *,
    resamples: int | None = None,
    bottom: float = 0.0,
    top: float = 1.0,
) -> dict[str, Score]:
    """Scores of `n` images, by resamples of them, or of the things that they show; within `bottom` and `top`."""
    ends = bootstrap(statistics, shown.count if shown is not None else n, resamples)
    found = {
        metric: Score(value=float(value), low=float(low), high=float(high), n=n)
        for metric, value, low, high in zip(metrics, *ends, strict=True)
    }
    if shown is None:
        return found
    return {metric: groups.widened(one, shown.count, ends=(bottom, top)) for metric, one in found.items()}


def _by_class(
    labels_N: Array, predicted_N: Array, classes: Sequence[str], shown: Things | None
) -> tuple[ClassScores, ...]:
    confusion_KK = confusion(labels_N, predicted_N, len(classes))
    correct_K, support_K, predicted_K = confusion_KK.diagonal(), confusion_KK.sum(axis=1), confusion_KK.sum(axis=0)
    taken_K = (confusion_KK - np.diag(correct_K)).argmax(axis=1)
    right_N = labels_N == predicted_N
    rows = []
    for k, name in enumerate(classes):
        correct, support, predicted = int(correct_K[k]), int(support_K[k]), int(predicted_K[k])
        own_N, given_N = labels_N == k, predicted_N == k
        row = ClassScores(
            name=name,
            precision=share_of(right_N, given_N, shown) if predicted else None,
            recall=share_of(right_N, own_N, shown),
            f1=f1_score(share_of(right_N, own_N | given_N, shown)) if support + predicted else None,
            support=support,
            predicted=predicted,
            correct=correct,
            confused_with=classes[taken_K[k]] if correct < support else None,
        )
        rows.append(row)
    return tuple(rows)


def share_of(right_N: Array, among_N: Array, shown: Things | None) -> Score:
    """The share of some images that are right, over the things that these show."""
    return share_score(right_N[among_N], groups.among(shown, among_N))


def f1_score(overlap: Score) -> Score:
    """F1 = 2 J / (1 + J), of the share J that is correct of the images that have the label or were given it: of these J is a
    proportion, and F1 only another scale for it (Lam, Gopal, Qian 2023, "Confidence Intervals for the F1 Score", arXiv 2309.14621)."""
    value, low, high = (2 * share / (1 + share) for share in (overlap.value, overlap.low, overlap.high))
    return replace(overlap, value=value, low=low, high=high)
