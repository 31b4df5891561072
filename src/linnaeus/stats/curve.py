"""The curves of a run as numbers, with what noise there is in them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import fmean

from linnaeus.record.facts import DataFacts
from linnaeus.record.record import RunRecord
from linnaeus.record.scores import Score, Z

Facts = Mapping[str, float | int]

MIXING = ("mix_up", "cut_mix")


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """A value an epoch. `window` is the last quarter of the epochs, `n` the number of validation images.

    Where several of them show one thing, they tell as much as `effective` images that show a thing each (the design effect: Kish 1965,
    "Survey Sampling").
    """

    n: int
    effective: float
    window: int
    loss: Sequence[float]
    loss_q1: Sequence[float]
    loss_q3: Sequence[float]
    train: Sequence[float]
    lr: Sequence[float]
    val: Sequence[float]
    val_loss: Sequence[float]
    loss_std: float  # of a mean validation loss, over images
    chance: float  # share of the most frequent class among the validation images
    score: Score | None  # validation accuracy of the kept weights
    mixes: bool
    augment: str
    in_stages: bool  # a head and last blocks, on what the frozen ones make of the images as they are

    @property
    def epochs(self) -> int:
        return len(self.val)

    @property
    def annealed(self) -> bool:
        return self.lr[-1] < 0.1 * max(self.lr)

    @property
    def end(self) -> tuple[float, float]:
        """Training accuracy, mean of the last epochs, and the validation score; without one, the mean of the last epochs again."""
        last = min(3, self.window)
        return fmean(self.train[-last:]), self.score.value if self.score else fmean(self.val[-last:])

    def std(self, accuracy: float) -> float:
        """Of a validation accuracy, over images or the things that they show; never zero."""
        return sqrt(max(accuracy * (1 - accuracy), 1 / self.effective) / self.effective)

    @property
    def seen(self) -> Facts:
        """How many images it is about, and things where they show fewer."""
        things = self.score.groups if self.score is not None else None
        return {"epochs": self.epochs, "n": self.n} | ({} if things is None else {"things": things})


def curve_of(record: RunRecord) -> Curve:
    """The curves of a run that has epochs, each with a validation score."""
    rows = record.history

    def column(name: str) -> list[float]:
        return [float(getattr(row, name)) for row in rows]

    augment = str(record.recipe.get("augment", "none"))
    n, val_loss = rows[-1].val_n or 0, column("val_loss")
    score = record.scores["val"].metrics.get("accuracy") if "val" in record.scores else None
    return Curve(
        n=n,
        effective=_effective(score, n),
        window=max(2, len(rows) // 4),
        loss=column("loss"),
        loss_q1=column("loss_q1"),
        loss_q3=column("loss_q3"),
        train=column("accuracy"),
        lr=column("lr"),
        val=column("val_accuracy"),
        val_loss=val_loss,
        loss_std=_loss_std(record, val_loss[-1], n),
        chance=_chance(record.data),
        score=score,
        mixes=any(name in augment for name in MIXING),
        augment=augment,
        in_stages=bool(record.stages),
    )


def _effective(score: Score | None, n: int) -> float:
    """By the interval of the score: as wide as one over so many images that show a thing each."""
    if score is None or score.groups is None:
        return n
    std = (score.high - score.low) / (2 * Z)
    return min(n, max(score.value * (1 - score.value), 1 / n) / std**2)


def _loss_std(record: RunRecord, loss: float, n: int) -> float:
    """From the interval of the scored log loss; where there is none, as if single losses spread twice as wide as their mean."""
    found = record.scores.get("val")
    if found is not None and "log_loss" in found.metrics:
        return (found.metrics["log_loss"].high - found.metrics["log_loss"].low) / (2 * Z)
    return 2 * loss / sqrt(n)


def _chance(data: DataFacts) -> float:
    counts = data.per_class.get("val", ())
    return max(counts) / sum(counts) if sum(counts) else 1 / max(1, len(data.classes))
