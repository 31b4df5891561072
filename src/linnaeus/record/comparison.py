"""Runs beside runs on the very same images: `Comparison`, `Forgetting`, `Transfers`, `Repeats`; and published counts: `Unpaired`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from linnaeus.record.display import Shown
from linnaeus.record.scores import ConfusedPair, Score

ALPHA = 0.05  # of the test; the intervals are 95 % accordingly


@dataclass(frozen=True, slots=True, kw_only=True)
class Tested(Shown):
    """A difference of accuracies, second − first, and whether it can be told from zero.

    `p_holm` is `p` after Holm's correction where it is one of `family` comparisons.
    """

    first: str  # name of a run
    second: str  # name of the run held against it
    score_first: Score  # accuracy of the first
    score_second: Score  # accuracy of the second
    difference: Score  # in −1 … 1
    p: float
    p_holm: float
    family: int = 1

    @property
    def distinguishable(self) -> bool:
        """Both the test and the interval must say so: on their edge they may differ."""
        return self.p_holm < ALPHA and not self.difference.low <= 0 <= self.difference.high

    @property
    def better(self) -> str | None:
        """The run of the two that is better; None: they cannot be told apart."""
        if not self.distinguishable:
            return None
        return self.second if self.difference.value > 0 else self.first

    @property
    def lost_to_correction(self) -> bool:
        """Whether the correction alone stands between the test and a difference."""
        return self.p < ALPHA <= self.p_holm


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Where the uncertainty of a difference comes from, when a side is several runs that differ in their seed alone."""

    runs_first: tuple[str, ...]
    runs_second: tuple[str, ...]
    std_first: float | None  # of the accuracies of its runs, with n − 1; None: it is one run
    std_second: float | None
    images: float  # standard error of the difference that comes of the images
    seeds: float  # … of the seeds
    freedom: float  # degrees of freedom of both together
    needed_seeds: int | None = None  # in older records alone


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """A run that began with weights from elsewhere whose head knows the classes already: they may have seen these images."""

    run: str
    weights: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison(Tested):
    """Two runs, or two sets of repeats, on the `n` images that all of them have seen.

    `p` is of McNemar's mid-p test, or of Student's t where there are repeats (`spread`; then `only_first` and `only_second`
    are means over pairs of runs, rounded). `detectable` is the smallest true difference, from 0 to 1, that this many such
    images and seeds tell in four of five trials; None: an older record did not ask.

    Interval: Tango 1998, "Equivalence test and confidence interval for the difference in proportions for the paired-sample design"; test:
    Fagerland, Lydersen & Laake 2013, "The McNemar test for binary matched-pairs data".
    """

    split: str  # whose images were compared
    n: int
    left_out: int = 0  # images that not all have seen
    only_first: int  # images that only the first classifies correctly
    only_second: int
    detectable: float | None = None
    needed: int | None = None  # in older records alone: without its range it said more than is known
    train_s: tuple[float | None, float | None] = (None, None)  # seconds of training; of repeats the mean
    spread: Spread | None = None
    # second − first of accuracy, macro_f1, by the bootstrap
    resampled: Mapping[str, Score] = field(default_factory=dict)
    started: tuple[Started, ...] = ()  # of the runs compared, where not all began with the same weights


@dataclass(frozen=True, slots=True, kw_only=True)
class Unpaired(Tested):
    """Two published counts, as if of different images. `p` is of Fisher's mid-p test; `detectable` as in `Comparison`.

    `least_p`: the least p of a paired test that such counts allow, if both are of the very same images; None: they cannot be.
    """

    detectable: float | None = None
    least_p: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Of the images of a class, or of a group of classes: how many are correct. `before` is None where it was not known then."""

    name: str
    is_new: bool
    n: int
    before: Score | None
    after: Score


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossed:
    """Images of one group of classes that are predicted as one of the other: how many of how many, and the most frequent pairs."""

    count: int
    of: int
    pairs: tuple[ConfusedPair, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgetting:
    """What a network to which classes were added has lost on the old ones and gained on the new, on one split.

    `paired` compares before with after on the images of the old classes; None where there are none.
    """

    split: str
    old: tuple[str, ...]
    new: tuple[str, ...]
    groups: tuple[Change, ...]  # "old" and "new"
    paired: Comparison | None
    classes: tuple[Change, ...]  # in the order of the label space
    old_as_new: Crossed
    new_as_old: Crossed

    @property
    def of_new(self) -> Change:
        """All new classes together."""
        return next(group for group in self.groups if group.is_new)


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One run: a way of training on a share of the training images, and what came of it on validation."""

    way: str  # "scratch", or a word of the recipe's `train`
    share: float
    images: int  # that it was trained on
    run: str
    score: Score
    train_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfers(Shown):
    """Several ways from trained weights to another task, on several shares of its data.

    `comparisons` are, for each share, of every way but the first against the first, on the same validation images.
    """

    data: str  # in the notation of recipes
    weights: str  # with which all but scratch begin
    ways: tuple[Way, ...]  # a run each
    comparisons: tuple[tuple[float, Comparison], ...]
    picture: str | None = None  # file that was drawn


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeats(Shown):
    """One recipe under several seeds: validation accuracy. All runs share their splits, so the spread is that of training alone.

    The interval is Student's, of the mean over seeds, and no narrower than that of the images; of two seeds it is that of the images.

    That seeds matter as images do: Bouthillier et al. 2021, arXiv 2103.03098.
    """

    runs: tuple[str, ...]  # their names
    seeds: tuple[int, ...]  # one a run
    scores: tuple[Score, ...]  # of each run, with its interval over images
    mean: float  # of the accuracies
    std: float  # of the runs, with n − 1
    low: float  # of the interval
    high: float  # of the interval
    over: Literal["seeds", "images"] = "seeds"  # what the interval rests on
