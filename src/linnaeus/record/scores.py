"""`Score`: a number that is never naked; what was measured on a split; classes that are confused."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import sqrt

from linnaeus.record.display import Shown

Z = 1.959963984540054  # the normal distribution's 97.5 % point


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """A value with its 95 % interval, from `n` images."""

    value: float
    low: float
    high: float
    n: int
    groups: int | None = None  # things that the images show, over which the interval is; None: each shows its own


def wilson(correct: float, n: float) -> tuple[float, float]:
    """The 95 % interval of `correct` of `n`. Of no images nothing is known: 0 to 1.

    Wilson 1927, "Probable inference, the law of succession, and statistical inference", Journal of the American Statistical Association 22.

    Of images that are not independent, `n` is their effective number, which need not be whole.

    SciPy's `binomtest(…).proportion_ci(method="wilson")` gives the same, after an import of `scipy.stats` that every command
    would wait for: 1.1 s of the 6.2 s of the processor that `linnaeus train digits --epochs 1` took (AMD EPYC, AVX2).
    """
    if n == 0:
        return 0.0, 1.0
    share = correct / n
    middle, reach = share + Z * Z / (2 * n), Z * sqrt(share * (1 - share) / n + (Z / (2 * n)) ** 2)
    low, high = (middle - reach) / (1 + Z * Z / n), (middle + reach) / (1 + Z * Z / n)
    return (low if correct else 0.0), (high if correct < n else 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassScores:
    """How one class fares: `support` images have it as their label, `predicted` were given it, `correct` are both."""

    name: str
    precision: Score | float | None  # of `predicted` images; None: there are none. A bare number in older records
    recall: Score  # of `support` images
    f1: Score | float | None  # of the images that have the label or were given it; None: there are none. As above
    support: int
    predicted: int
    correct: int
    confused_with: str | None = None  # the class it is most often confused with; None: no mistakes


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitScores(Shown):
    """All that was measured on one split.

    Intervals as `evaluate` makes them: Wilson 1927, "Probable inference, the law of succession, and statistical inference", of shares;
    Efron 1987, "Better Bootstrap Confidence Intervals", of means over classes.
    """

    split: str  # "train", "val" or "test"
    metrics: Mapping[str, Score]  # by the name of the metric
    classes: tuple[ClassScores, ...]  # in the order of the logits
    # images of other data that are known to the run and were left out, by kind: "trained_on" (by it or a run it descends from),
    # "validation", "sealed", and "thing" (further images of a thing that one of "trained_on" shows); of a cross-validation
    # "ancestor" (images that a run it descends from was trained on, and others of these things)
    left_out: Mapping[str, int] = field(default_factory=dict)
    opened: int = 0  # images of other data that are of the run's sealed test split, and were scored
    namesakes: int = 0  # images of other data that were scored, of things called as one that the run was trained on

    def weakest(self) -> ClassScores | None:
        """The class with the lowest recall, if any image was mistaken at all."""
        mistaken = [row for row in self.classes if row.correct < row.support]
        return min(mistaken, key=lambda row: row.recall.value) if mistaken else None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfusedPair:
    """`count` of the `support` images of class `name` were predicted as `confused_with`."""

    name: str
    confused_with: str
    count: int
    support: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why something is missing: a kind, told where it may occur, and the numbers that it rests on."""

    kind: str
    values: Mapping[str, float | int | str] = field(default_factory=dict)
