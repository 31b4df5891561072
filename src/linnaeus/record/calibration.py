"""`Calibration`: how far the probabilities of a classifier can be believed on one split, and what they are good for.

Shares and probabilities are 0 … 1. A split that has too few images (`LEAST`) has none. Where a temperature was fitted on these very
images, all figures but `raw` are cross-fitted: each image is judged by what the other folds' images say.
"""

from dataclasses import dataclass

from linnaeus.record.scores import Reason, Score

LEAST = 20  # images: fewer say nothing of probabilities
SHOWN = 0.9  # the level of prediction sets that is told of first


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """Images of similar confidence (the probability of the predicted class), from `lower` to `upper`."""

    lower: float
    upper: float
    count: int
    confidence: float  # the mean
    accuracy: Score


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """How good one set of probabilities is."""

    ece: Score  # expected calibration error, in bins of equal mass; biased upwards, as its interval shows
    log_loss: Score
    brier: Score
    bins: tuple[Bin, ...]  # the reliability diagram, by confidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """The most confident `coverage` of the images: those of confidence `threshold` and above."""

    coverage: float
    threshold: float
    accuracy: Score


@dataclass(frozen=True, slots=True, kw_only=True)
class Sets:
    """Prediction sets that are to hold the right class with probability `level`."""

    level: float
    threshold: float  # raw probability from which a class is in the set that has no threshold of its own
    size: Score  # mean number of classes
    cover: Score  # share of the images whose set holds the right class
    sizes: tuple[int, ...]  # images whose set has 0, 1, 2, … classes
    # `cover` of the images of each class; None: there are none. Empty in older records
    by_class: tuple[Score | None, ...] = ()
    thresholds: tuple[float | None, ...] = ()  # of each class; None: too few calibrating images. Empty in older records


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """Images whose confidence is below `threshold` are called unknown."""

    threshold: float
    accepted: Score  # of all images: those that keep a class
    kept: Score  # of the correctly classified
    accuracy: Score | None  # of the accepted; None: there are none
    refused: Score | None  # share of the mistakes that are called unknown; None: there are none


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """One split, of `n` images."""

    split: str
    n: int
    fitted_here: bool  # the temperature and thresholds were fitted on these very images
    temperature: Score | None  # what is kept with the classifier, fitted on validation images; `n`: how many those were
    reason: Reason | None  # why there is none: "few_images" (n, least), "few_mistakes" (mistakes, n, least)
    raw: Quality  # of the network's own probabilities, those of predictions-SPLIT.npz
    tempered: Quality | None  # of the probabilities that `predict` gives; None without a temperature
    risk: tuple[Point, ...]  # the most confident images first, up to coverage 1
    aurc: Score  # area under the risk–coverage curve, risk being the share of mistakes; less is better
    sets: tuple[Sets, ...]
    unknown: Unknown | None
    groups: int | None = None  # things that the images show, over which the intervals are; None: each shows its own
