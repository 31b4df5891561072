"""Runs that differ in their seed alone, compared as one arm: the uncertainty that comes of the images, and that of the seeds.

Each arm is a table, seeds × images, of what was classified correctly. The variance of the difference of two means is that of the mean
differences by image, over n, plus the variance between seeds over their number: two random factors that cross, as readers and cases do
in trials of several readers (Obuchowski & Rockette 1995, "Hypothesis testing of diagnostic accuracy for multiple readers and multiple
tests", Communications in Statistics 24; Hillis 2007, "A comparison of denominator degrees of freedom methods for multiple observer ROC
analysis", Statistics in Medicine 26). Of the variance of the runs' accuracies, that part is taken off which even equal networks show on
n images (the mean square of seeds × images), for it is in the first term already. The arms share one variance between seeds, since a
few seeds hardly tell one; an arm of one run borrows it. Degrees of freedom: Satterthwaite 1946, "An approximate distribution of
estimates of variance components", Biometrics Bulletin 2, with the whole variance between runs. That seeds matter as images do:
Bouthillier et al. 2021, arXiv 2103.03098.

Simulated, 1,000 times each, n = 300 and 2,000, 2, 3 and 5 seeds: the intervals held the truth in 94 to 95 % where seeds spread
by 3 points, in 96 to 99 % where they hardly do: with few seeds they are too wide rather than too narrow.
"""

import itertools
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from linnaeus.errors import DataError, RunError, UsageError
from linnaeus.record.comparison import Comparison, Repeats, Spread, Started
from linnaeus.record.folder import RunFolder
from linnaeus.record.record import RunRecord
from linnaeus.record.scores import Score
from linnaeus.stats import paired
from linnaeus.stats.multiple import corrected
from linnaeus.stats.paired import Array, Side

SEED = re.compile(r"(.+)-seed\d+")
ENOUGH = 3  # seeds from which on their own spread is told

# Of two points of a study that are not trained yet: the share of images on which their answers differ, and what is reckoned with as the
# standard deviation of the accuracy between seeds.
AT_ODDS, SPREAD = 0.1, 0.01

Over = Literal["seeds", "images"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """Runs of one recipe: whether each classifies each image correctly, right_SN."""

    name: str
    runs: tuple[str, ...]
    right_SN: Array
    train_s: float | None

    @property
    def std(self) -> float | None:
        """Of the accuracies of its runs."""
        return float(self.right_SN.mean(axis=1).std(ddof=1)) if len(self.runs) > 1 else None


def of_runs(folders: Sequence[RunFolder], split: str) -> list[Comparison]:
    """Each arm against the first; where no two runs are repeats of one recipe, each run against the first. See `paired.of_runs`."""
    started = _started(folders)
    return [replace(one, started=started) for one in _of_runs(folders, split)]


def _of_runs(folders: Sequence[RunFolder], split: str) -> list[Comparison]:
    groups = grouped(folders)
    if len(groups) < 2 or len(groups) == len(folders):
        return paired.of_runs(folders, split)
    paired.check_split(split)
    sides = [[paired.side(folder, split) for folder in group] for group in groups]
    first, *others = sides
    return corrected([_of_sides(first, other, split) for other in others])


def of_pairs(folders: Sequence[RunFolder], split: str) -> list[Comparison]:
    """Every arm against every other, the most accurate first: it against the second, it against the third, …, the second against the third.

    Raises:
        RunError: a run has no score of that split.
    """
    groups = sorted(grouped(folders), key=lambda group: -_mean(group, split))
    pairs = [[*first, *second] for first, second in itertools.combinations(groups, 2)]
    started = _started(folders)
    return corrected([replace(_of_runs(pair, split)[0], started=started) for pair in pairs])


def compared(folders: Sequence[RunFolder]) -> list[Comparison]:
    """Each run against the first on validation images, else on test images, as far as predictions were kept; nothing is computed anew.

    Where the first has no images in common with the others, or other classes, the next takes its place. Repeats over seeds
    are one side together, as in `linnaeus compare`.
    """
    for first, split in itertools.product(range(len(folders) - 1), ("val", "test")):
        kept = [folder for folder in folders[first:] if folder.predictions(split) is not None]
        if len(kept) > 1 and folders[first] in kept:
            try:
                return of_runs(kept, split)
            except (DataError, RunError):  # no common image, or other classes: there is nothing to say of the pairs
                continue
    return []


def _mean(group: Sequence[RunFolder], split: str) -> float:
    """The accuracy of an arm."""
    values = []
    for folder in group:
        if (scored := folder.record().scores.get(split)) is None:
            raise RunError(
                f"{folder.name} has no score of the split {split}: linnaeus evaluate {folder.name} --split {split}"
            )
        values.append(scored.metrics["accuracy"].value)
    return sum(values) / len(values)


def _started(folders: Sequence[RunFolder]) -> tuple[Started, ...]:
    """The runs whose weights came from elsewhere and know the classes already.

    Where all began with the same weights, none has a lead by them. Of weights whose training images are known, those of one's
    own and the bundled ones, these images were left out of the scores.
    """
    records = [folder.record() for folder in folders]
    starts = [record.model.start for record in records]
    if len({start.checksum if start is not None else None for start in starts}) == 1:
        return ()
    return tuple(
        Started(run=record.name, weights=start.weights)
        for folder, record, start in zip(folders, records, starts, strict=True)
        if start is not None and start.head in ("whole", "rows") and record.parent is None and not _known(folder)
    )


def _known(folder: RunFolder) -> bool:
    """True where the run has kept which images its weights were trained on before."""
    held = folder.images()
    return held is not None and len(held["ancestry"]) > 0


def grouped(folders: Sequence[RunFolder]) -> list[list[RunFolder]]:
    """Runs NAME-seed0, NAME-seed1, … whose recipes differ in the seed alone, together; in the order of their first."""
    groups: dict[str, list[RunFolder]] = {}
    for folder in dict.fromkeys(folders):
        stem = SEED.fullmatch(folder.name)
        recipe = {**folder.record().recipe, "seed": None}
        groups.setdefault(f"{stem[1]} {sorted(recipe.items())}" if stem else folder.name, []).append(folder)
    return list(groups.values())


def _of_sides(first: Sequence[Side], second: Sequence[Side], split: str) -> Comparison:
    sides = [*first, *second]
    rows = paired.shared(sides, split)
    right = [paired.right(side)[held] for side, held in zip(sides, rows, strict=True)]
    arm_first, arm_second = _arm(first, right[: len(first)]), _arm(second, right[len(first) :])
    left_out = sum(len(side.arrays["names"]) for side in sides) - len(sides) * len(rows[0])
    return replace(compare(arm_first, arm_second, split), left_out=left_out)


def _arm(sides: Sequence[Side], right: Sequence[Array]) -> Arm:
    names = tuple(side.run for side in sides)
    stem = SEED.fullmatch(names[0])
    taken = [side.train_s for side in sides if side.train_s is not None]
    return Arm(
        name=stem[1] if stem and len(names) > 1 else names[0],
        runs=names,
        right_SN=np.stack(right).astype(float),
        train_s=float(np.mean(taken)) if taken else None,
    )


def compare(first: Arm, second: Arm, split: str) -> Comparison:
    """Two arms on the same images, at least one of them of several runs.

    Raises:
        UsageError: both are of one run.
    """
    from scipy import stats  # takes most of a second to import

    n, runs = first.right_SN.shape[1], (len(first.runs), len(second.runs))
    if max(runs) < 2:
        raise UsageError("of one run each, seeds cannot be told apart from images; compare them as runs")
    between, noise, pairs = _between_seeds(first, second)
    per_image = second.right_SN.mean(axis=0) - first.right_SN.mean(axis=0)
    images = _over_images(per_image)
    weight = 1 / runs[0] + 1 / runs[1]
    seeds = max(0.0, between - noise) * weight
    freedom = (images + seeds) ** 2 / (images**2 / max(1, n - 1) + (between * weight) ** 2 / pairs)
    value, error = float(per_image.mean()), math.sqrt(images + seeds)
    reach = float(stats.t.ppf(0.975, freedom)) * error
    p = float(2 * stats.t.sf(abs(value) / error, freedom))
    return Comparison(
        first=first.name,
        second=second.name,
        split=split,
        n=n,
        score_first=_score(first, max(0.0, between - noise), pairs),
        score_second=_score(second, max(0.0, between - noise), pairs),
        difference=Score(value=value, low=max(-1.0, value - reach), high=min(1.0, value + reach), n=n),
        only_first=_only(first, second),
        only_second=_only(second, first),
        p=p,
        p_holm=p,
        detectable=min(1.0, float(stats.t.ppf(0.975, freedom) + stats.t.ppf(0.8, freedom)) * error),
        train_s=(first.train_s, second.train_s),
        spread=Spread(
            runs_first=first.runs,
            runs_second=second.runs,
            std_first=first.std,
            std_second=second.std,
            images=math.sqrt(images),
            seeds=math.sqrt(seeds),
            freedom=freedom,
        ),
    )


def foreseen(n: int, repeats: int) -> tuple[float, float, float]:
    """What a study can tell of two points of `repeats` seeds each, before they are trained: the share of the n images (or things) on which
    their answers are taken to differ, the smallest difference that is then detected with a power of 80 %, and the same where the
    accuracies of a point's seeds have the standard deviation `SPREAD`.

    Two points are taken to differ on `AT_ODDS`, or on as many as it takes for any difference to be detected at all.
    """
    from scipy import stats

    odds = min(1.0, max(AT_ODDS, paired.least_odds(n)))
    least = paired.detectable(odds, n)
    if repeats < 2:
        return odds, least, least
    images, seeds = odds / n, 2 * SPREAD**2 / repeats
    freedom = (images + seeds) ** 2 / (images**2 / max(1, n - 1) + seeds**2 / (2 * (repeats - 1)))
    reach = float(stats.t.ppf(0.975, freedom) + stats.t.ppf(0.8, freedom)) * math.sqrt(images + seeds)
    return odds, least, min(1.0, max(least, reach))


def _between_seeds(*arms: Arm) -> tuple[float, float, int]:
    """Variance of the runs' accuracies within arms; what of it chance on these images explains; its degrees of freedom."""
    several = [arm for arm in arms if len(arm.runs) > 1]
    freedom = [len(arm.runs) - 1 for arm in several]
    n = several[0].right_SN.shape[1]
    between = [arm.right_SN.mean(axis=1).var(ddof=1) for arm in several]
    rest = [
        arm.right_SN - arm.right_SN.mean(axis=1, keepdims=True) - arm.right_SN.mean(axis=0) + arm.right_SN.mean()
        for arm in several
    ]
    noise = [(one**2).sum() / (free * max(1, n - 1)) / n for one, free in zip(rest, freedom, strict=True)]
    return float(np.average(between, weights=freedom)), float(np.average(noise, weights=freedom)), sum(freedom)


def covariance(arms: Sequence[Arm]) -> Array:
    """(A, A): of the errors of the arms' mean accuracies: by the images, which they share, and by the seeds, which each has alone."""
    means_AN = np.stack([arm.right_SN.mean(axis=0) for arm in arms])
    found = np.atleast_2d(np.cov(means_AN)) / means_AN.shape[1]
    between, noise, _ = _between_seeds(*arms) if any(len(arm.runs) > 1 for arm in arms) else (0.0, 0.0, 0)
    least = 1 / means_AN.shape[1] ** 2  # as if at least one image differed
    own = [max(0.0, between - noise) / len(arm.runs) + max(0.0, least - found[a, a]) for a, arm in enumerate(arms)]
    return np.asarray(found + np.diag(own))


def _over_images(values_N: Array) -> float:
    """Variance of a mean over images; as if at least one of them differed."""
    n = len(values_N)
    return float(max(values_N.var(ddof=1) if n > 1 else 1.0, 1 / n) / n)


def _score(arm: Arm, between: float, freedom: int) -> Score:
    """Mean accuracy of an arm on other images, under other seeds."""
    from scipy import stats

    n, images = arm.right_SN.shape[1], _over_images(arm.right_SN.mean(axis=0))
    seeds = between / len(arm.runs)
    free = (images + seeds) ** 2 / (images**2 / max(1, n - 1) + seeds**2 / freedom)
    value, reach = float(arm.right_SN.mean()), float(stats.t.ppf(0.975, free)) * math.sqrt(images + seeds)
    return Score(value=value, low=max(0.0, value - reach), high=min(1.0, value + reach), n=n)


def _only(right: Arm, wrong: Arm) -> int:
    """Images that one arm alone classifies correctly, mean over pairs of runs."""
    return round(float((right.right_SN.mean(axis=0) * (1 - wrong.right_SN.mean(axis=0))).sum()))


def interval(scores: Sequence[Score]) -> tuple[float, float, Over]:
    """The 95 % interval of the mean of scores under several seeds, on the same images, and what it is over.

    Student's over seeds, but never narrower than that of the images, which the seeds share: runs that happen to agree are no surer than
    their images. Below `ENOUGH` seeds it is that of the images alone: two seeds do not tell how far others would be.
    """
    from scipy.special import stdtrit

    values = np.array([score.value for score in scores])
    mean, count = float(values.mean()), len(values)
    low = mean - float(np.mean([score.value - score.low for score in scores]))
    high = mean + float(np.mean([score.high - score.value for score in scores]))
    if count < ENOUGH:
        return low, high, "images"
    half = float(stdtrit(count - 1, 0.975)) * float(values.std(ddof=1)) / count**0.5
    return min(low, mean - half), max(high, mean + half), "seeds"


def summarise(records: Sequence[RunRecord]) -> Repeats:
    """The mean over at least two finished runs that have a validation score, its standard deviation and 95 % interval."""
    scores = tuple(record.scores["val"].metrics["accuracy"] for record in records)
    values = np.array([score.value for score in scores])
    mean, std = float(values.mean()), float(values.std(ddof=1))
    low, high, over = interval(scores)
    return Repeats(
        runs=tuple(record.name for record in records),
        seeds=tuple(record.recipe["seed"] for record in records),
        scores=scores,
        mean=mean,
        std=std,
        low=max(0.0, low),
        high=min(1.0, high),
        over=over,
    )
