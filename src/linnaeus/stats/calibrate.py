"""How far probabilities can be believed: fitted on validation images, measured on any split.

On the images that it was fitted on, a temperature looks better than it is, and so do thresholds. There each image is judged by
what was fitted on the other folds' images; the classifier keeps what was fitted on all of them. Where several images show one thing,
it lies in one fold, and things count: in the intervals, and in what thresholds promise.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from linnaeus.classifier.confidence import KEPT, LEVELS, Certainty
from linnaeus.record.calibration import LEAST, Calibration, Quality
from linnaeus.record.scores import Reason, Score
from linnaeus.stats import conformal, groups, reliability, selective, temperature
from linnaeus.stats.groups import Things
from linnaeus.stats.score import mean_scores

Array = npt.NDArray[Any]

FOLDS = 5
SEED = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """What validation images say; `reason`: why there is no temperature."""

    certainty: Certainty
    temperature: Score | None
    reason: Reason | None


NOTHING = Fitted(certainty=Certainty(), temperature=None, reason=Reason(kind="few_images", values={"least": LEAST}))


def fit(labels_N: Array, raw_NK: Array, shown: Things | None = None) -> Fitted:
    """Temperature and thresholds by validation images, from the raw probabilities of a network: what they suffice for."""
    if len(labels_N) < LEAST:
        return NOTHING
    right_N = raw_NK.argmax(axis=1) == labels_N
    reason = temperature.why_not(right_N, shown)
    found = temperature.fit(labels_N, raw_NK, shown) if reason is None else None
    return Fitted(certainty=_certainty(labels_N, raw_NK, found, shown), temperature=found, reason=reason)


def _certainty(labels_N: Array, raw_NK: Array, found: Score | None, shown: Things | None) -> Certainty:
    bare = Certainty(temperature=found.value if found else 1.0)
    right_N = raw_NK.argmax(axis=1) == labels_N
    true_N = raw_NK[np.arange(len(labels_N)), labels_N]
    thresholds = {level: conformal.threshold(true_N, level, shown) for level in LEVELS}
    kept = {level: least for level, least in thresholds.items() if least is not None}
    sure_N = bare.probabilities(raw_NK[right_N]).max(axis=1)
    return Certainty(
        temperature=bare.temperature,
        unknown_below=conformal.threshold(sure_N, KEPT, groups.among(shown, right_N)),
        set_from=kept,
        class_from={level: conformal.by_class(labels_N, true_N, raw_NK.shape[1], level, shown) for level in kept},
    )


def again(kept: Certainty | None, calibration: Mapping[str, Calibration]) -> Fitted:
    """What was fitted when the run was trained, from what its classifier and its record hold."""
    val = calibration.get("val")
    if kept is None or val is None:
        return NOTHING
    return Fitted(certainty=kept, temperature=val.temperature, reason=val.reason)


def measure(
    labels_N: Array,
    raw_NK: Array,
    fitted: Fitted,
    *,
    split: str,
    fitted_here: bool = False,
    shown: Things | None = None,
) -> Calibration | None:
    """Raw and tempered probabilities, prediction sets and the threshold of unknown images on one split.

    `fitted_here`: these are the images that `fitted` comes from. None: too few images to say anything.
    """
    if len(labels_N) < LEAST:
        return None
    read = _cross_read(labels_N, raw_NK, fitted, shown) if fitted_here else _read(raw_NK, fitted.certainty)
    right_N = raw_NK.argmax(axis=1) == labels_N
    means = {"raw": raw_NK} | ({"tempered": read.probabilities_NK} if fitted.temperature else {})
    sizes = mean_scores({str(level): mask_NK.sum(axis=1) for level, mask_NK in read.sets.items()}, shown)

    def quality(name: str) -> Quality:
        losses = mean_scores(reliability.losses(labels_N, means[name]), shown)
        ece, bins = reliability.ece(right_N, means[name].max(axis=1), shown)
        return Quality(ece=ece, log_loss=losses["log_loss"], brier=losses["brier"], bins=bins)

    confidence_N, threshold = read.probabilities_NK.max(axis=1), fitted.certainty.unknown_below
    return Calibration(
        split=split,
        n=len(labels_N),
        groups=shown.count if shown else None,
        fitted_here=fitted_here,
        temperature=fitted.temperature,
        reason=fitted.reason,
        raw=quality("raw"),
        tempered=quality("tempered") if fitted.temperature else None,
        risk=selective.curve(right_N, confidence_N, shown),
        aurc=selective.area(right_N, confidence_N, shown),
        sets=tuple(
            conformal.sets(labels_N, mask_NK, fitted.certainty, level, sizes[str(level)], shown)
            for level, mask_NK in read.sets.items()
        ),
        unknown=selective.unknown(right_N, read.unknown_N, threshold, shown) if threshold is not None else None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """Raw probabilities as a certainty reads them."""

    probabilities_NK: Array
    sets: Mapping[float, Array]
    unknown_N: Array


def _read(raw_NK: Array, certainty: Certainty) -> _Read:
    return _Read(
        probabilities_NK=certainty.probabilities(raw_NK),
        sets={level: certainty.sets(raw_NK, level) for level in certainty.set_from},
        unknown_N=certainty.is_unknown(raw_NK),
    )


def _folds(labels_N: Array, right_N: Array, shown: Things | None) -> Array:
    """fold_N; right and wrong images of each class are spread evenly over the folds, or things by their share of right images."""
    if shown is None:
        chance_N = np.random.default_rng(SEED).random(len(labels_N))
        fold_N = np.empty(len(labels_N), int)
        fold_N[np.lexsort((chance_N, labels_N, right_N))] = np.arange(len(labels_N)) % FOLDS
        return fold_N
    chance_G = np.random.default_rng(SEED).random(shown.count)
    label_G, right_G = (shown.sums(values_N) / shown.sizes_G for values_N in (labels_N, right_N))
    fold_G = np.empty(shown.count, int)
    fold_G[np.lexsort((chance_G, label_G, right_G))] = np.arange(shown.count) % FOLDS
    return fold_G[shown.of_N]


def _cross_read(labels_N: Array, raw_NK: Array, fitted: Fitted, shown: Things | None) -> _Read:
    """Each fold read by what the other folds say."""
    fold_N = _folds(labels_N, raw_NK.argmax(axis=1) == labels_N, shown)
    whole = _read(raw_NK, fitted.certainty)
    probabilities_NK, unknown_N = whole.probabilities_NK.copy(), whole.unknown_N.copy()
    # too few for a threshold: all classes
    sets = {level: np.ones_like(mask_NK) for level, mask_NK in whole.sets.items()}
    for fold in range(FOLDS):
        here_N = fold_N == fold
        others = labels_N[~here_N], raw_NK[~here_N]
        found = temperature.fit(*others) if fitted.temperature else None
        part = _read(raw_NK[here_N], _certainty(*others, found, groups.among(shown, ~here_N)))
        probabilities_NK[here_N], unknown_N[here_N] = part.probabilities_NK, part.unknown_N
        for level, mask_NK in part.sets.items():
            sets[level][here_N] = mask_NK
    return _Read(probabilities_NK=probabilities_NK, sets=sets, unknown_N=unknown_N)
