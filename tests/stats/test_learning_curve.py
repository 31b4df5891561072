"""Fit in words: each kind is told on a curve that shows it, with its numbers, and noise alone raises no alarm."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from linnaeus.record.facts import Stage
from linnaeus.record.record import RunRecord
from linnaeus.record.scores import Score, SplitScores
from linnaeus.stats.learning_curve import least_gap, remarks
from linnaeus.stats.score import accuracy_score
from tests.record import made

AT = np.arange(1, 41) / 40  # 40 epochs
ANNEALED = 0.1 * np.cos(AT * np.pi / 2 * 0.999)
CONSTANT = np.full(40, 0.1)
LEARNT = 1 - np.exp(-10 * AT)
FALLING = 2.3 * np.exp(-5 * AT) + 0.05


def run(
    *, val, train=None, loss=FALLING, val_loss=FALLING, rate=ANNEALED, n=5000, augment="crop(pad=4) | flip", **scores
):
    train = val if train is None else train
    columns = zip(loss, train, val, val_loss, rate, strict=True)
    rows = tuple(
        made.row(
            epoch,
            lr=float(r),
            loss=float(a),
            loss_q1=0.9 * float(a),
            loss_q3=1.1 * float(a),
            accuracy=float(t),
            val_loss=float(b),
            val_accuracy=float(v),
            val_n=n,
        )
        for epoch, (a, t, v, b, r) in enumerate(columns, 1)
    )
    return RunRecord(
        name="x",
        status="finished",
        recipe={"augment": augment},
        data=made.data("abcdefghij"),
        environment=made.ENVIRONMENT,
        model=made.MODEL,
        history=rows,
        **scores,
    )


def keys(record):
    return [one.key for one in remarks(record)]


def test_over_fitting_by_the_loss():
    val_loss = np.where(AT < 0.4, 2 * np.exp(-5 * AT), 2 * np.exp(-2) + 0.5 * (AT - 0.4))
    (found, *_) = remarks(run(val=0.9 * LEARNT, train=LEARNT, val_loss=val_loss))
    assert found.key == "over_fitting.loss"
    assert 15 <= found.facts["since"] <= 18
    assert found.facts["val_loss_now"] > found.facts["val_loss_then"]
    assert found.facts["train_loss_now"] < found.facts["train_loss_then"]
    assert (found.advice, found.values["epochs"]) == ("stop_earlier", found.facts["since"])


def test_a_rise_of_the_loss_within_its_interval_is_no_over_fitting():
    val_loss = np.where(AT < 0.4, 2 * np.exp(-5 * AT), 2 * np.exp(-2) + 0.5 * (AT - 0.4))
    wide = SplitScores(split="val", metrics={"log_loss": Score(value=0.5, low=0.0, high=1.0, n=30)}, classes=())
    said = keys(run(val=0.9 * LEARNT, train=LEARNT, val_loss=val_loss, scores={"val": wide}))
    assert "over_fitting.loss" not in said


def test_over_fitting_by_the_gap():
    (found,) = remarks(run(val=0.85 * LEARNT + 0.02 * AT, train=np.minimum(1, 0.8 + 0.25 * AT) * LEARNT))
    assert found.key == "over_fitting.gap"
    assert found.facts["low"] < found.facts["gap"] < found.facts["high"]
    assert found.facts["gap"] == pytest.approx(0.13, abs=0.01)
    assert found.facts["gap_then"] < 0.05
    assert found.values == {"augment": "crop(pad=4) | flip | erase"}
    erased = run(val=0.85 * LEARNT + 0.02 * AT, train=np.minimum(1, 0.8 + 0.25 * AT) * LEARNT, augment="erase")
    assert remarks(erased)[0].advice == "more_images"
    tuned = run(val=0.85 * LEARNT + 0.02 * AT, train=np.minimum(1, 0.8 + 0.25 * AT) * LEARNT, augment="none")
    assert remarks(tuned)[0].values == {"augment": "erase"}
    staged = replace(tuned, stages=(Stage(train="head"), Stage(train="last(2)")))
    assert remarks(staged)[0].advice == "more_images", "images are not augmented on their way to frozen blocks"
    mixed = run(val=0.85 * LEARNT + 0.02 * AT, train=np.minimum(1, 0.8 + 0.25 * AT) * LEARNT, augment="mix_up")
    assert keys(mixed) == []


@pytest.mark.parametrize(("train", "val"), [(1.0, 0.6), (1.0, 0.8), (0.75, 0.62)])
def test_a_gap_that_opens_early_is_told_as_one_that_grows(train, val):
    (found, *_) = remarks(run(val=np.full(40, val), train=np.full(40, train), n=300))
    assert found.key == "over_fitting.gap" and found.facts["gap_then"] == pytest.approx(found.facts["gap"])


def test_a_gap_is_told_only_where_the_images_could_show_it():
    record = run(val=np.full(40, 0.9), train=np.full(40, 0.98), n=40)
    assert "over_fitting.gap" not in keys(record) and least_gap(record) > 0.08
    assert least_gap(run(val=np.full(40, 0.9), train=np.full(40, 0.98), n=40_000)) < 0.054


def test_the_interval_of_chance_level_is_that_of_the_score():
    """A normal approximation went from −11.5 to 11.5 % beside a score of 0.0 % (0.0–18.4)."""
    val = accuracy_score(0, 17)
    scored = SplitScores(split="val", metrics={"accuracy": val}, classes=())
    (found, *_) = remarks(run(val=np.zeros(40), train=np.full(40, 0.05), n=17, scores={"val": scored}))
    assert found.key == "under_fitting.chance"
    assert (found.facts["low"], found.facts["high"]) == (val.low, val.high) and found.facts["low"] >= 0


def test_under_fitting():
    (found,) = remarks(run(val=0.6 * LEARNT, train=0.61 * LEARNT))
    assert (found.key, found.advice) == ("under_fitting", "larger")
    assert (found.facts["train"], found.facts["val"]) == (pytest.approx(0.61, abs=0.001), pytest.approx(0.6, abs=0.001))
    assert keys(run(val=0.6 * LEARNT, train=0.61 * LEARNT, augment="flip | cut_mix(1.0)")) != ["under_fitting"]


def test_nothing_learnt():
    (found,) = remarks(run(val=np.full(40, 0.101), train=np.full(40, 0.11)))
    assert (found.key, found.advice) == ("under_fitting.chance", "lower_lr")
    assert found.facts["chance"] == 0.1


def test_too_short():
    (found,) = remarks(run(val=0.3 + 0.5 * AT, train=0.3 + 0.5 * AT, rate=CONSTANT))
    assert (found.key, found.advice, found.values) == ("too_short", "continue", {"epochs": 20})
    assert found.facts["slope"] == pytest.approx(0.5 / 40)
    assert found.facts["rise"] == pytest.approx(found.facts["slope"] * found.facts["over"])
    few = run(val=0.3 + 0.5 * AT, train=0.3 + 0.5 * AT, rate=CONSTANT, n=19)
    assert keys(few) == []  # a rise of 12 points is two images


def test_too_short_where_the_rate_has_fallen():
    (found,) = remarks(run(val=0.3 + 0.5 * AT, train=0.32 + 0.5 * AT))
    assert (found.key, found.values) == ("too_short.annealed", {"epochs": 40})
    assert found.facts["gap"] == pytest.approx(0.02)
    learnt = run(val=0.3 + 0.5 * AT, train=np.minimum(1, 0.4 + 0.8 * AT))
    assert keys(learnt) == ["over_fitting.gap"]  # nothing is missed in training


def test_a_leap_of_the_loss():
    loss = FALLING.copy()
    loss[24] = 3.0
    (found, *_) = remarks(run(val=0.97 * LEARNT, loss=loss, rate=CONSTANT))
    assert (found.key, found.facts["epoch"], found.advice) == ("unstable.loss", 25, "lower_lr")
    assert found.facts["loss"] == 3.0
    restarted = np.where(np.arange(40) < 24, ANNEALED, 0.1)  # the rate leaps too: that is why
    assert "unstable.loss" not in keys(run(val=0.97 * LEARNT, loss=loss, rate=restarted))


def test_swings():
    val = 0.9 * LEARNT
    val[[30, 33, 36]] -= 0.2
    val[33] -= 0.05
    (found, *_) = remarks(run(val=val, train=0.97 * LEARNT, rate=CONSTANT))
    assert (found.key, found.facts["epoch"]) == ("unstable.swings", 34)
    assert found.facts["drop"] == pytest.approx(0.25, abs=0.01)
    assert "unstable.swings" not in keys(run(val=val, train=0.97 * LEARNT, rate=CONSTANT, n=12))


def test_an_early_plateau():
    early = 0.97 * (1 - np.exp(-60 * AT))
    (found,) = remarks(run(val=early, val_loss=np.full(40, 0.1)))
    assert (found.key, found.advice) == ("early_plateau", "fewer_epochs")
    assert found.facts["since"] <= 4
    assert found.facts["low"] <= found.facts["gain"] <= found.facts["high"] < 0.01
    (constant,) = remarks(run(val=early, val_loss=np.full(40, 0.1), rate=CONSTANT))
    assert (constant.advice, constant.values) == ("anneal", {"epochs": 10, "lr": pytest.approx(0.01)})


def test_nothing_is_said_without_ground():
    assert keys(run(val=0.985 * LEARNT, train=0.99 * LEARNT)) == []
    bare = {
        "name": "x",
        "status": "finished",
        "recipe": {},
        "data": made.data(),
        "environment": made.ENVIRONMENT,
        "model": made.MODEL,
    }
    assert remarks(RunRecord(**bare)) == ()
    unscored = tuple(made.row(epoch, loss=3.0, accuracy=0.1) for epoch in range(1, 41))
    assert remarks(RunRecord(**bare, history=unscored)) == ()


@pytest.mark.parametrize("n", [50, 300, 5000])
@pytest.mark.parametrize("top", [0.92, 0.985])
def test_noise_raises_no_alarm(n, top):
    """200 healthy runs whose scores scatter as those of n fresh images would, the worst case: each alarm in less than one of 20."""
    rng = np.random.default_rng(n)
    said = Counter()
    for _ in range(200):
        val = rng.binomial(n, top * LEARNT) / n
        train = np.clip((top + 0.01) * LEARNT + rng.normal(0, 0.004, 40), 0, 1)
        scatter = np.exp(rng.normal(0, 2 / np.sqrt(n), 40))
        said.update(keys(run(val=val, train=train, val_loss=FALLING * scatter, n=n)))
    assert all(count < 10 for count in said.values()), said


@pytest.mark.parametrize("n", [50, 300, 5000])
def test_a_flat_curve_is_a_plateau_and_nothing_else(n):
    rng = np.random.default_rng(n)
    said = Counter()
    for _ in range(200):
        scatter = np.exp(rng.normal(0, 2 / np.sqrt(n), 40))
        flat = run(
            val=rng.binomial(n, 0.95, 40) / n, train=np.full(40, 0.96), val_loss=0.2 * scatter, rate=CONSTANT, n=n
        )
        said.update(keys(flat))
    assert all(count < 10 for key, count in said.items() if key != "early_plateau"), said
    assert (said["early_plateau"] > 100) == (n == 5000)  # fewer images cannot tell a plateau from a gain of a point


def over_things(groups: int | None) -> RunRecord:
    """A gap of 20 points on 270 images; of 18 things, whose interval is that of so many, or each of its own."""
    reach = 0.06 if groups is None else 0.22
    score = Score(value=0.7, low=0.7 - reach, high=0.7 + reach, n=270, groups=groups)
    scored = SplitScores(split="val", metrics={"accuracy": score}, classes=())
    return run(val=0.7 * LEARNT, train=0.9 * LEARNT, n=270, scores={"val": scored})


def test_intervals_are_over_things_where_images_share_them():
    (gap,) = [one for one in remarks(over_things(None)) if one.key == "over_fitting.gap"]
    assert "things" not in gap.facts
    assert gap.facts["low"] > 0.1
    assert not [one for one in remarks(over_things(18)) if one.key == "over_fitting.gap"]  # 18 things cannot show it
    assert least_gap(over_things(18)) == pytest.approx(
        0.22 + least_gap(over_things(None)) - 1.96 * np.sqrt(0.21 / 270), abs=1e-3
    )


def test_things_are_counted_beside_images():
    record = over_things(18)
    wide = replace(record, history=tuple(replace(row, accuracy=1.0) for row in record.history))
    (gap,) = [one for one in remarks(wide) if one.key == "over_fitting.gap"]
    assert (gap.facts["n"], gap.facts["things"]) == (270, 18)
    assert gap.facts["low"] == pytest.approx(0.3 - 0.22, abs=1e-3)
