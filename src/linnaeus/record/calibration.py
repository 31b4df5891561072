"""`Calibration`: how far the probabilities of a classifier can be believed on one split, and what they are good for.

`record.calibration[SPLIT]` holds `to_plain()` of it; `from_plain` reads it back. A score is {"value", "low", "high", "n"} with
its 95 % interval; shares and probabilities are 0 … 1. A split that has too few images (`LEAST`) has no entry.

    {"split": "val", "n": 4986,
     "fitted_here": true,          # the temperature and thresholds below were fitted on these very images: then all figures
                                   # but "raw" are cross-fitted, each image judged by what the other folds' images say
     "temperature": score | null,  # what is kept with the classifier, fitted on validation images; n: how many those were
     "reason": null | "…",         # why there is none
     "raw": {                      # the network's own probabilities, those of predictions-SPLIT.npz
        "ece": score,              # expected calibration error, in bins of equal mass; biased upwards, as its interval shows
        "log_loss": score, "brier": score,
        "bins": [{"lower", "upper", "count", "confidence", "accuracy": score}, …]},   # the reliability diagram, by confidence
     "tempered": {…} | null,       # the same of the probabilities that `predict` gives; null without a temperature
     "risk": [{"coverage": 0.05, "threshold": 0.99, "accuracy": score}, …, {"coverage": 1.0, …}],   # most confident images first
     "aurc": score,                # area under the risk–coverage curve, risk being the share of mistakes; less is better
     "sets": [{"level": 0.9, "threshold": 0.31, "size": score, "cover": score, "sizes": [0, 4101, …]}, …],
                                   # prediction sets: mean number of classes; how often the right one is in; images by size
     "unknown": {"threshold": 0.62, "accepted": score, "kept": score, "accuracy": score | null, "refused": score | null} | null,
                                   # below the threshold an image is called unknown: share of all images that keep a name,
                                   # share of the rightly named that do, accuracy of those, share of mistakes that do not
     "sentence": "ECE 2.1 % (…)"}  # in one line of English
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from linnaeus.record.scores import Score

LEAST = 20  # images: fewer say nothing of probabilities
SHOWN = 0.9  # the level of prediction sets that the sentence tells of


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """Images of like confidence (the probability of the likeliest class), from `lower` to `upper`."""

    lower: float
    upper: float
    count: int
    confidence: float  # the mean
    accuracy: Score


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """What one set of probabilities is worth."""

    ece: Score
    log_loss: Score
    brier: Score
    bins: tuple[Bin, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """The most confident `coverage` of the images, those of confidence `threshold` and above."""

    coverage: float
    threshold: float
    accuracy: Score


@dataclass(frozen=True, slots=True, kw_only=True)
class Sets:
    """Prediction sets that are to hold the right class with probability `level`."""

    level: float
    threshold: float  # raw probability from which a class is in the set
    size: Score
    cover: Score
    sizes: tuple[int, ...]  # images whose set has 0, 1, 2, … classes


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """Images whose confidence is below `threshold` are called unknown."""

    threshold: float
    accepted: Score  # of all images
    kept: Score  # of the rightly named
    accuracy: Score | None  # of the accepted; None: there are none
    refused: Score | None  # of the mistakes; None: there are none


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """One split; the fields are told above."""

    split: str
    n: int
    fitted_here: bool
    temperature: Score | None
    reason: str | None
    raw: Quality
    tempered: Quality | None
    risk: tuple[Point, ...]
    aurc: Score
    sets: tuple[Sets, ...]
    unknown: Unknown | None

    def sentence(self) -> str:
        """`ECE 2.1 % (1.5–2.9, n 4,986), 1.3 % (0.6–1.9) after temperature 1.40 · sets at 90 %: 1.3 classes, cover 90.4 % (…)`"""
        text = f"ECE {self.raw.ece.percent()}"
        if self.temperature is not None and self.tempered is not None:
            found = self.tempered.ece
            text += f", {100 * found.value:.1f} % ({100 * found.low:.1f}–{100 * found.high:.1f}) after temperature "
            text += f"{self.temperature.value:.2f}" + (", cross-fitted" if self.fitted_here else "")
        else:
            text += f", no temperature: {self.reason}"
        for row in self.sets:
            if row.level == SHOWN:
                cover = f"{100 * row.cover.value:.1f} % ({100 * row.cover.low:.1f}–{100 * row.cover.high:.1f})"
                text += f" · sets at {100 * row.level:.0f} %: {row.size.value:.2f} classes, cover {cover}"
        return text

    def to_plain(self) -> dict[str, Any]:
        return {**asdict(self), "sentence": self.sentence()}


def from_plain(plain: Mapping[str, Any]) -> Calibration:
    """What `to_plain` wrote. Raises KeyError, TypeError where something is missing or malformed."""
    return Calibration(
        split=plain["split"],
        n=plain["n"],
        fitted_here=plain["fitted_here"],
        temperature=_score(plain["temperature"]),
        reason=plain["reason"],
        raw=_quality(plain["raw"]),
        tempered=_quality(plain["tempered"]) if plain["tempered"] is not None else None,
        risk=tuple(Point(**{**row, "accuracy": Score(**row["accuracy"])}) for row in plain["risk"]),
        aurc=Score(**plain["aurc"]),
        sets=tuple(map(_sets, plain["sets"])),
        unknown=_unknown(plain["unknown"]) if plain["unknown"] is not None else None,
    )


def of_split(found: Mapping[str, Mapping[str, Any]], split: str) -> Calibration | None:
    """What a record's `calibration` holds of a split; None where it holds nothing."""
    return from_plain(found[split]) if split in found else None


def _score(plain: Mapping[str, Any] | None) -> Score | None:
    return Score(**plain) if plain is not None else None


def _quality(plain: Mapping[str, Any]) -> Quality:
    scores = {name: Score(**plain[name]) for name in ("ece", "log_loss", "brier")}
    bins = (Bin(**{**row, "accuracy": Score(**row["accuracy"])}) for row in plain["bins"])
    return Quality(**scores, bins=tuple(bins))


def _sets(plain: Mapping[str, Any]) -> Sets:
    return Sets(
        level=plain["level"],
        threshold=plain["threshold"],
        size=Score(**plain["size"]),
        cover=Score(**plain["cover"]),
        sizes=tuple(plain["sizes"]),
    )


def _unknown(plain: Mapping[str, Any]) -> Unknown:
    return Unknown(
        threshold=plain["threshold"],
        accepted=Score(**plain["accepted"]),
        kept=Score(**plain["kept"]),
        accuracy=_score(plain["accuracy"]),
        refused=_score(plain["refused"]),
    )
