"""Repeats of seeds as one side: the interval accounts for other images and other seeds, and the repeats are found by name and recipe."""

import json
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from linnaeus.errors import DataError, RunError, UsageError
from linnaeus.record import codec
from linnaeus.record.comparison import Comparison
from linnaeus.stats import seeds as arms
from linnaeus.stats.seeds import Arm, compare, grouped, of_runs
from tests.reporting import said, synthetic


def arm(name, right_SN):
    runs = tuple(f"{name}-seed{seed}" for seed in range(len(right_SN)))
    return Arm(name=name, runs=runs, right_SN=np.asarray(right_SN, float), train_s=None)


def drawn(rng, seeds, n, std, gap):
    """Two arms whose images are unequally hard, for each arm in its own way, and whose seeds differ by `std`."""
    ease_N = rng.normal(2.2, 2.5, n)

    def one(shift):
        chance_N = (
            stats.logistic.cdf(ease_N + rng.normal(0, 0.7, n)) * (1 - 2 * 0.15) + 0.15 - shift
        )  # far from 0 and 1
        return rng.random((seeds, n)) < chance_N + rng.normal(0, std, (seeds, 1))

    return arm("a", one(0.0)), arm("b", one(gap))


@pytest.mark.parametrize(("seeds", "std"), [(2, 0.03), (3, 0.03), (5, 0.03), (3, 0.0)])
def test_the_interval_holds_the_truth(seeds, std):
    rng = np.random.default_rng(seeds)
    found = [compare(*drawn(rng, seeds, 300, std, 0.05), "val").difference for _ in range(250)]
    share = np.mean([one.low <= -0.05 <= one.high for one in found])
    assert 0.91 < share <= 1.0 if not std else 0.91 < share < 0.995  # where seeds do not matter it is a little too wide


def test_images_alone_would_not_do():
    """The interval by images, as of one run, misses the truth where seeds matter: it is why seeds are counted."""
    rng = np.random.default_rng(0)
    found = [compare(*drawn(rng, 3, 2000, 0.03, 0.0), "val") for _ in range(200)]
    by_images = np.mean([abs(one.difference.value) <= 1.96 * one.spread.images for one in found])
    assert by_images < 0.8
    assert np.mean([one.difference.low <= 0 <= one.difference.high for one in found]) > 0.91


@pytest.mark.parametrize("repeats", [2, 3, 5])
def test_what_a_study_foresees_is_found_in_four_of_five_trials(repeats):
    """Where the seeds spread as it reckons; with two of them sooner, since their spread is mostly told too small, or too large, by both."""
    rng, n = np.random.default_rng(repeats), 1000
    odds, least, apart = arms.foreseen(n, repeats)
    assert odds == arms.AT_ODDS and least < apart

    def seeds_of(right_N):
        """Each seed with some more of them right, or some fewer."""
        rows = np.tile(right_N, (repeats, 1))
        for row, shift in zip(rows, rng.normal(0, arms.SPREAD * n, repeats).round().astype(int), strict=True):
            row[rng.choice(np.flatnonzero(row == (shift < 0)), abs(shift), replace=False)] = shift > 0
        return rows

    told = 0
    for _ in range(200):
        kind_N = rng.choice(3, n, p=[1 - odds, (odds - apart) / 2, (odds + apart) / 2])
        first_N = np.where(kind_N == 0, rng.random(n) < 0.8, kind_N == 1)
        second_N = np.where(kind_N == 0, first_N, kind_N == 2)
        told += compare(arm("a", seeds_of(first_N)), arm("b", seeds_of(second_N)), "val").p < 0.05
    assert 0.7 < told / 200 < 0.97, told


def test_with_few_images_only_points_that_differ_on_many_can_be_told_apart():
    odds, least, _ = arms.foreseen(10, 1)
    assert odds == pytest.approx(0.785, abs=1e-3) and odds > least > 0.5
    assert arms.foreseen(3, 2) == (1.0, 1.0, 1.0)


def test_the_parts_of_the_error_by_hand():
    a, b = arm("a", [[1, 1, 0, 0], [1, 1, 1, 1]]), arm("b", [[1, 0, 0, 0], [1, 0, 0, 0]])
    found = compare(a, b, "val")
    assert found.difference.value == pytest.approx(0.25 - 0.75)
    assert (found.spread.std_first, found.spread.std_second) == (pytest.approx(0.3536, abs=1e-4), 0.0)
    per_image = np.array([0.0, -1.0, -0.5, -0.5])
    assert found.spread.images == pytest.approx(
        np.sqrt(max(per_image.var(ddof=1), 1 / 4) / 4)
    )  # as if one image at least differed
    between = (0.125 + 0.0) / 2  # mean of the two arms' variances
    rest = np.array([[0.25, 0.25, -0.25, -0.25], [-0.25, -0.25, 0.25, 0.25]])
    noise = (rest**2).sum() / 3 / 4 / 2  # of a alone: b's runs agree
    assert found.spread.seeds == pytest.approx(np.sqrt(between - noise))  # over 2 and 2: 1/2 + 1/2 of it
    assert (found.only_first, found.only_second) == (2, 0)


def test_where_seeds_tell_more_than_images():
    rng = np.random.default_rng(1)
    one = arm("a", [rng.random(2000) < chance for chance in (0.80, 0.90, 0.86)])
    other = arm("b", [rng.random(2000) < chance for chance in (0.81, 0.90, 0.88)])
    found = compare(one, other, "val")
    assert found.spread.seeds > found.spread.images and found.detectable > 2.8 * found.spread.seeds
    assert "n = 2,000, 3 + 3 seeds). With this many images" in said.told(found)
    assert said.told(found).endswith("further seeds would tell more than further images.")


def test_equal_arms_and_one_run_against_several():
    right = np.arange(300) % 10 > 0
    same = compare(arm("a", [right, right]), arm("b", [right, right]), "val")
    assert (same.difference.value, same.p) == (0.0, 1.0)
    assert same.difference.low < 0 < same.difference.high
    assert "Both classify equally many images correctly." in said.told(same)
    few = compare(arm("a", [right, np.roll(right, 1), right]), arm("b", [np.zeros(300, bool)]), "val")
    assert few.distinguishable
    assert few.spread.std_second is None
    assert said.told(few).startswith("a is better than b by 90.0 percentage points")
    with pytest.raises(UsageError):
        compare(arm("a", [right]), arm("b", [right]), "val")


def test_it_survives_being_written():
    found = compare(*drawn(np.random.default_rng(0), 3, 100, 0.01, 0.0), "val")
    assert codec.from_plain(Comparison, json.loads(json.dumps(codec.to_plain(found)))) == found


@pytest.fixture
def seeded(tmp_path):
    recipe = synthetic.RECIPE
    runs = {
        name: synthetic.run(tmp_path, name=name, recipe=recipe | {"model": model, "seed": seed})
        for name, model, seed in [
            ("a-seed0", "lenet", 0),
            ("a-seed1", "lenet", 1),
            ("b-seed0", "mlp", 0),
            ("b-seed1", "mlp", 1),
            ("b-seed2", "linear", 2),
        ]
    }
    return list(runs.values())


def test_repeats_go_together_by_name_and_recipe(seeded):
    names = [[folder.name for folder in group] for group in grouped(seeded)]
    assert names == [["a-seed0", "a-seed1"], ["b-seed0", "b-seed1"], ["b-seed2"]]
    found = of_runs(seeded, "val")
    assert [(one.first, one.second, one.family) for one in found] == [("a", "b", 2), ("a", "b-seed2", 2)]
    assert found[0].spread.runs_second == ("b-seed0", "b-seed1")
    assert found[0].train_s == (5.13, 5.13)


def test_repeats_of_one_recipe_alone_are_compared_as_runs(seeded):
    (found,) = of_runs(seeded[:2], "val")
    assert (found.first, found.second, found.spread) == ("a-seed0", "a-seed1", None)
    (pair,) = of_runs([seeded[0], seeded[2]], "val")
    assert pair.spread is None


def test_what_cannot_be_compared(seeded, tmp_path):
    arrays = seeded[3].predictions("val")
    seeded[3].save_predictions("val", {**arrays, "names": np.char.add("other ", arrays["names"])})
    with pytest.raises(DataError, match="a-seed0 and b-seed1 have no val images in common"):
        of_runs(seeded[:4], "val")
    seeded[3].save_record(replace(seeded[3].record(), status="running"))
    with pytest.raises(RunError, match="linnaeus resume b-seed1"):
        of_runs(seeded[:4], "val")
    assert arms.SEED.fullmatch("seed0") is None
