"""Fit in words: what the curves of a run say of its fit, each remark with the numbers that it rests on and what to try next.

`remarks(record)` gives the `Remark`s of a run, the most important first; none: nothing to remark. A remark is made only where
its evidence goes beyond noise: differences of validation accuracy are judged by 95 % intervals from the number of images, and
they must matter too (`LEAST_GAIN`, `LEAST_GAP`). Shares are 0 … 1, epochs count from 1 within the run, `n` is of
validation; where several of these images show one thing, `things` stands beside it, and intervals are over things.

    key                  facts                                                                            advice
    over_fitting.loss    since, epochs, val_loss_then, val_loss_now, train_loss_then, train_loss_now,     stop_earlier
                         val_then, val_now, n: the validation loss has risen since epoch `since`
    over_fitting.gap     train, val, gap, low, high, gap_then, epochs, n: training accuracy is above      erase · more_images
                         validation; `gap_then`: after a third
    under_fitting.chance train, val, chance, low, high, epochs, n: no better than always to answer with the       lower_lr
                         most frequent class of the validation images
    under_fitting        train, val, gap, over, epochs, n: flat for `over` epochs, training images        larger
                         missed too, and no gap
    too_short            rise, low, high, slope, over, epochs, n: validation accuracy still rose in       continue
                         the last `over` epochs, by `slope` an epoch
    too_short.annealed   the same, train, gap: it rose as the learning rate fell, and more is missed in   continue
                         training than lies between training and validation
    unstable.loss        epoch, loss, before, lr, epochs, n: the training loss leapt in `epoch`         lower_lr
    unstable.swings      epoch, drop, low, high, lr, epochs, n: validation accuracy fell in `epoch`,    lower_lr
                         which is one of the last third
    early_plateau        since, val_then, val_now, gain, low, high, epochs, n: since epoch `since`        fewer_epochs · anneal
                         accuracy has gained less than a point, with 97.5 % certainty

    advice         values         what to try
    stop_earlier   epochs         train for so many epochs (or `--set choose=best`)
    erase          augment        train with this augmentation: the one that was used, and random erasing
    more_images                   more images, or a smaller network: erasing is there already, or nothing can be augmented
    larger                        a larger network, or less augmentation and weight decay
    continue       epochs         linnaeus continue RUN --epochs N
    lower_lr       lr             this highest learning rate, lower than the one that was used
    fewer_epochs   epochs         as good after so many
    anneal         epochs, lr     linnaeus continue RUN --epochs N with a tenth of the learning rate, which never fell

`too_short.annealed`, both `under_fitting` and `over_fitting.gap` read the training accuracy: none of runs whose augmentation mixes
images. Bias against variance: A. Ng, Machine Learning Yearning, chapters 20 to 32. A trend of the loss: Mann's test
(Mann 1945, "Nonparametric tests against trend", Econometrica 13).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import hypot, sqrt
from statistics import NormalDist, fmean, stdev

from linnaeus.recipe.spec import parse
from linnaeus.record.record import RunRecord
from linnaeus.record.scores import Z, wilson
from linnaeus.stats.curve import Curve, Facts, curve_of

Z_SURE = 2.33  # 99 %, one-sided: several rules look at one curve, and all of them together may not cry often
LEAST_EPOCHS = 4
LEAST_GAIN = 0.01  # of validation accuracy: less is not worth a remark
LEAST_GAP = 0.05  # of training over validation accuracy
LEAST_DROP = 0.05
ENOUGH = 0.95  # of training accuracy: from here on the network has learnt its images
POOR = 0.9  # of training accuracy: below it the images are not learnt
LEAP = 1.5  # of the training loss, from one epoch to the next


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """One thing that the curves show; keys, facts and values are told above."""

    key: str
    facts: Facts
    advice: str
    values: Mapping[str, float | int | str] = field(default_factory=dict)


def is_judged(record: RunRecord) -> bool:
    """True where there are epochs enough to judge the fit by, and validation images."""
    rows = record.history
    return len(rows) >= LEAST_EPOCHS and all(row.val_accuracy is not None for row in rows)


def least_gap(record: RunRecord) -> float:
    """The smallest gap between training and validation accuracy that the validation images of a judged run could have shown."""
    curve = curve_of(record)
    return LEAST_GAP + Z * curve.std(curve.end[1])


def remarks(record: RunRecord) -> tuple[Remark, ...]:
    """What is to be said of a run's fit, the most important first; nothing where it cannot be judged."""
    if not is_judged(record):
        return ()
    curve = curve_of(record)
    found: list[Remark] = []
    for rule in RULES:
        said = rule(curve, [one.key for one in found])
        found += [said] if said is not None else []
    return tuple(found)


def _over_fitting_by_loss(curve: Curve, said: Sequence[str]) -> Remark | None:
    """Means of three epochs: their least, and the last."""
    smooth = [fmean(curve.val_loss[place : place + 3]) for place in range(curve.epochs - 2)]
    least = smooth.index(min(smooth))
    since = smooth[least:]
    if len(since) < 4:
        return None
    rise = since[-1] - since[0]
    steps = [later - earlier for earlier, later in pairwise(since)]
    noise = max(curve.loss_std, stdev(steps) * sqrt(1.5))  # three-epoch means differ by 2/9 of a variance, two of them
    learns = fmean(curve.loss[-3:]) < fmean(curve.loss[least : least + 3])
    if rise <= max(2 * noise, 0.05 * since[0]) or _trend(curve.val_loss[least + 1 :]) < Z_SURE or not learns:
        return None
    facts = {
        "since": least + 2,  # the middle of the three
        "val_loss_then": since[0],
        "val_loss_now": since[-1],
        "train_loss_then": fmean(curve.loss[least : least + 3]),
        "train_loss_now": fmean(curve.loss[-3:]),
        "val_then": fmean(curve.val[least : least + 3]),
        "val_now": fmean(curve.val[-3:]),
        **curve.seen,
    }
    return Remark(key="over_fitting.loss", facts=facts, advice="stop_earlier", values={"epochs": least + 2})


def _trend(values: Sequence[float]) -> float:
    """Mann's statistic in standard deviations: how many more pairs rise than fall."""
    n = len(values)
    pairs = [(values[a], values[b]) for a in range(n) for b in range(a + 1, n)]
    net = sum((later > earlier) - (later < earlier) for earlier, later in pairs)
    return net / sqrt(n * (n - 1) * (2 * n + 5) / 18) if n > 1 else 0.0


def _unstable_loss(curve: Curve, said: Sequence[str]) -> Remark | None:
    """The largest leap whose quartiles do not touch those of the epoch before; a learning rate that rises is a reason of its own."""
    leaps = [
        (curve.loss[epoch] - curve.loss[epoch - 1], epoch)
        for epoch in range(1, curve.epochs)
        if curve.loss[epoch] > max(LEAP * curve.loss[epoch - 1], curve.loss[epoch - 1] + 0.1)
        and curve.loss_q1[epoch] > curve.loss_q3[epoch - 1]
        and curve.lr[epoch] < 1.5 * curve.lr[epoch - 1]
    ]
    if not leaps:
        return None
    _, epoch = max(leaps)
    facts = {
        "epoch": epoch + 1,
        "loss": curve.loss[epoch],
        "before": curve.loss[epoch - 1],
        "lr": curve.lr[epoch],
        **curve.seen,
    }
    return Remark(key="unstable.loss", facts=facts, advice="lower_lr", values={"lr": max(curve.lr) / 3})


def _unstable_swings(curve: Curve, said: Sequence[str]) -> Remark | None:
    """The largest fall of the last third, beyond what the largest of so many would be by chance."""
    late = range(max(1, curve.epochs - curve.epochs // 3), curve.epochs)
    drops = [
        (curve.val[epoch - 1] - curve.val[epoch], epoch)
        for epoch in late
        if curve.lr[epoch] <= 1.1 * curve.lr[epoch - 1]
    ]
    if not drops:
        return None
    drop, epoch = max(drops)
    std = hypot(curve.std(curve.val[epoch - 1]), curve.std(curve.val[epoch]))
    strict = NormalDist().inv_cdf(1 - 0.01 / len(late))
    if drop < LEAST_DROP or drop <= strict * std:
        return None
    facts = {
        "epoch": epoch + 1,
        "drop": drop,
        "low": drop - Z * std,
        "high": drop + Z * std,
        "lr": curve.lr[epoch],
        **curve.seen,
    }
    return Remark(key="unstable.swings", facts=facts, advice="lower_lr", values={"lr": max(curve.lr) / 3})


def _rise(curve: Curve) -> tuple[float, float]:
    """Of validation accuracy over the last window, by a line through it; and its standard deviation."""
    values = curve.val[-curve.window - 1 :]
    places = [place - curve.window / 2 for place in range(len(values))]
    spread = sum(place**2 for place in places)
    slope = sum(place * value for place, value in zip(places, values, strict=True)) / spread
    mean = fmean(values)
    rest = [value - mean - slope * place for place, value in zip(places, values, strict=True)]
    scatter = sqrt(sum(one**2 for one in rest) / (len(values) - 2) / spread) * curve.window
    return slope * curve.window, hypot(scatter, sqrt(2) * curve.std(values[-1]))


def _too_short(curve: Curve, said: Sequence[str]) -> Remark | None:
    rise, std = _rise(curve)
    train, val = curve.end
    if "over_fitting.loss" in said or rise < LEAST_GAIN or rise - Z_SURE * std <= 0:
        return None
    facts: dict[str, float | int] = {
        "rise": rise,
        "low": rise - Z * std,
        "high": rise + Z * std,
        "slope": rise / curve.window,
        "over": curve.window,
        **curve.seen,
    }
    if not curve.annealed:
        return Remark(key="too_short", facts=facts, advice="continue", values={"epochs": (curve.epochs + 1) // 2})
    if curve.mixes or train >= ENOUGH or 1 - train < train - val:
        return None
    facts |= {"train": train, "gap": train - val}
    return Remark(key="too_short.annealed", facts=facts, advice="continue", values={"epochs": curve.epochs})


def _chance_level(curve: Curve, said: Sequence[str]) -> Remark | None:
    """Said where even the upper end of the interval matters little, of networks that in training do no better."""
    train, val = curve.end
    low, high = (curve.score.low, curve.score.high) if curve.score else wilson(val * curve.n, curve.n)
    if curve.chance > POOR or max(train, high) > curve.chance + 2 * LEAST_GAP:
        return None
    facts = {"train": train, "val": val, "chance": curve.chance, "low": low, "high": high, **curve.seen}
    return Remark(key="under_fitting.chance", facts=facts, advice="lower_lr", values={"lr": max(curve.lr) / 10})


def _under_fitting(curve: Curve, said: Sequence[str]) -> Remark | None:
    rise, std = _rise(curve)
    train, val = curve.end
    rises = rise >= LEAST_GAIN or rise - Z * std > 0
    learns = train + Z * curve.std(train) >= POOR or train - val > min(LEAST_GAP, 1 - train)
    if rises or learns or curve.mixes or {"over_fitting.loss", "under_fitting.chance"} & set(said):
        return None
    facts = {
        "train": train,
        "val": val,
        "gap": train - val,
        "over": curve.window,
        **curve.seen,
    }
    return Remark(key="under_fitting", facts=facts, advice="larger")


def _over_fitting_by_gap(curve: Curve, said: Sequence[str]) -> Remark | None:
    if curve.mixes or "over_fitting.loss" in said:
        return None
    third, last = max(1, curve.epochs // 3), min(3, curve.window)
    train, val = curve.end
    then = fmean(curve.train[third - 1 : third - 1 + last]) - fmean(curve.val[third - 1 : third - 1 + last])
    gap, std = train - val, hypot(curve.std(val), stdev(curve.train[-last:]) / sqrt(last))
    if gap - Z * std <= LEAST_GAP:
        return None
    facts = {
        "train": train,
        "val": val,
        "gap": gap,
        "low": gap - Z * std,
        "high": gap + Z * std,
        "gap_then": then,
        **curve.seen,
    }
    if curve.in_stages or "erase" in curve.augment or "cutout" in curve.augment:
        return Remark(key="over_fitting.gap", facts=facts, advice="more_images")
    names = [part.name for part in parse(curve.augment).operands()]
    augment = "erase" if names == ["none"] else f"{curve.augment} | erase"
    return Remark(key="over_fitting.gap", facts=facts, advice="erase", values={"augment": augment})


def _early_plateau(curve: Curve, said: Sequence[str]) -> Remark | None:
    """The first window after which no later one, to the end, gains a point.

    How far two networks of the plateau differ on other images is told by how far they differ on these from epoch to epoch:
    what flips on one image flips at random on another.
    """
    half = curve.epochs // 2
    if curve.epochs < 2 * LEAST_EPOCHS or {"over_fitting.loss", "under_fitting", "under_fitting.chance"} & set(said):
        return None
    later = curve.val[half:]
    steps = [after - before for before, after in pairwise(later)]
    std = max(stdev(steps), sqrt(2) / curve.effective)
    now, loss_now = fmean(curve.val[-curve.window :]), fmean(curve.val_loss[-curve.window :])
    for start in range(half):
        then = fmean(curve.val[start : start + curve.window])
        loss_then = fmean(curve.val_loss[start : start + curve.window])
        if now - then + Z * std < LEAST_GAIN and loss_now > 0.95 * loss_then:
            break
    else:
        return None
    facts = {
        "since": start + 1,
        "val_then": then,
        "val_now": now,
        "gain": now - then,
        "low": now - then - Z * std,
        "high": now - then + Z * std,
        **curve.seen,
    }
    if curve.lr[-1] > 0.5 * max(curve.lr):
        values = {"epochs": max(2, curve.epochs // 4), "lr": max(curve.lr) / 10}
        return Remark(key="early_plateau", facts=facts, advice="anneal", values=values)
    enough = start + curve.window
    return Remark(key="early_plateau", facts=facts, advice="fewer_epochs", values={"epochs": enough})


Rule = Callable[[Curve, Sequence[str]], Remark | None]

RULES: tuple[Rule, ...] = (  # the most important first; each is told which remarks stand before its own
    _chance_level,
    _over_fitting_by_loss,
    _unstable_loss,
    _unstable_swings,
    _too_short,
    _under_fitting,
    _over_fitting_by_gap,
    _early_plateau,
)
