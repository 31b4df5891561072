"""Two runs on the same images: the interval holds the truth as often as it says, the test is exact, names decide who is matched."""

import numpy as np
import pytest
from scipy import stats

from linnaeus.errors import DataError, RunError, UnknownName, UsageError
from linnaeus.stats.multiple import corrected, holm
from linnaeus.stats.paired import Side, compare, detectable, mcnemar, of_runs, paired, tango
from tests.reporting import said, synthetic


def held(n, only_first, only_second):
    """Exact, not simulated: the weight of all outcomes whose interval holds the true difference."""
    total = share = 0.0
    most_first, most_second = (int(stats.binom.isf(1e-6, n, rate)) + 1 for rate in (only_first, only_second))
    for a in range(most_first + 1):
        for b in range(most_second + 1):
            rates = [only_first, only_second, 1 - only_first - only_second]
            weight = stats.multinomial.pmf([a, b, n - a - b], n, rates)
            low, high = tango(a, b, n)
            total += weight
            share += weight * (low <= only_second - only_first <= high)
    assert total > 0.9999
    return share


@pytest.mark.parametrize("rates", [(0.01, 0.01), (0.01, 0.03), (0.02, 0.02), (0.02, 0.05)])
def test_the_interval_holds_the_truth_as_often_as_it_says(rates):
    assert 0.94 <= held(300, *rates) <= 0.96


@pytest.mark.slow
@pytest.mark.parametrize("rates", [(0.05, 0.05), (0.03, 0.08), (0.1, 0.02)])
def test_the_interval_at_more_discordance(rates):
    assert 0.94 <= held(300, *rates) <= 0.96


def test_the_interval_where_there_is_nothing_to_tell():
    for n in (1, 2, 19, 300):
        for a, b in ((0, 0), (0, n), (n, 0), (n // 2, n - n // 2)):
            low, high = tango(a, b, n)
            assert -1 <= low <= (b - a) / n <= high <= 1
            assert (-high, -low) == pytest.approx(tango(b, a, n))
    assert tango(0, 0, 300) == pytest.approx((-0.01264, 0.01264), abs=1e-5)


def test_mid_p_is_the_exact_p_less_half_of_what_was_seen():
    exact = stats.binomtest(5, 19).pvalue
    assert mcnemar(5, 14) == mcnemar(14, 5) == pytest.approx(exact - stats.binom.pmf(5, 19, 0.5))
    assert mcnemar(0, 0) == mcnemar(3, 3) == 1.0
    assert mcnemar(0, 2) == pytest.approx(0.25)


def test_the_test_errs_as_often_as_it_may():
    """At 60 images that differ, exactly. Mid-p may err a little more often than in 5 %, as its authors say."""
    outcomes = np.arange(61)
    errs = sum(stats.binom.pmf(k, 60, 0.5) for k in outcomes if mcnemar(k, 60 - k) < 0.05)
    assert 0.03 < errs < 0.055


@pytest.mark.parametrize(("rate", "n"), [(0.02, 2000), (0.1, 270), (0.3, 270), (0.0, 270), (0.0, 60)])
def test_the_smallest_difference_that_is_said_is_told_in_four_of_five_trials(rate, n):
    apart = detectable(rate, n)
    both = max(0.0, rate - apart) / 2  # either side gives so many of its lead back
    draws = np.random.default_rng(0).multinomial(n, [both, both + apart, 1 - 2 * both - apart], size=2000)
    told = np.mean([mcnemar(a, b) < 0.05 for a, b, _ in draws.tolist()])
    assert 0.77 < told < 0.91  # the test is of whole images: of a few of them it rather tells more


def test_holm():
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([0.5, 0.9]) == [1.0, 1.0]
    assert holm([]) == []


def right(count, n):
    return np.arange(n) < count


def test_seventeen_and_nineteen_of_nineteen_are_not_told_apart():
    found = paired(right(17, 19), right(19, 19), first="a", second="b", split="val")
    assert not found.distinguishable
    assert said.told(found).startswith("a and b cannot be told apart") and "n = 19)" in said.told(found)
    assert said.told(found).endswith(
        "only differences of about 38.8 percentage points or more are detected in four of five trials."
    )
    assert (found.only_first, found.only_second) == (0, 2)


def test_half_of_a_permille_is_not_told_apart():
    """51.98 and 52.12 % of 10,000 images, of which 2,000 are classified correctly by one of the two alone."""
    found = paired(
        np.r_[np.ones(4205, bool), np.ones(993, bool), np.zeros(1007, bool), np.zeros(3795, bool)],
        np.r_[np.ones(4205, bool), np.zeros(993, bool), np.ones(1007, bool), np.zeros(3795, bool)],
        first="a",
        second="b",
        split="test",
    )
    assert not found.distinguishable
    assert "n = 10,000). With this many images, only differences of about 1.3 percentage points" in said.told(found)


def test_a_difference_that_holds_is_said_with_its_interval():
    found = paired(right(850, 1000), right(862, 1000), first="a", second="b", split="val")
    assert found.distinguishable
    told = "b is better than a by 1.2 percentage points (95 % interval 0.7–2.1; p < 0.001, n = 1,000)."
    assert said.told(found) == told
    turned = paired(right(862, 1000), right(850, 1000), first="a", second="b", split="val")
    assert said.told(turned) == told.replace("b is better than a", "a is better than b")


def test_many_comparisons_are_corrected():
    alone = paired(right(91, 100), right(97, 100), first="a", second="b", split="val")
    assert alone.distinguishable
    others = [paired(right(91, 100), right(91, 100), first="a", second=name, split="val") for name in "cd"]
    one = corrected([alone, *others])[0]
    assert one.p_holm == pytest.approx(3 * one.p)
    family = corrected([alone, *others, *others])[0]
    assert not family.distinguishable
    assert "p = 0.078" in said.told(family)  # corrected
    assert "significant (p = 0.016); as one of 5 comparisons it is not." in said.told(family)
    assert "n = 100). Both classify equally many images correctly. With" in said.told(others[0])


def side(run, classes, names, labels, answers):
    probabilities = np.eye(len(classes))[[classes.index(name) for name in answers]]
    arrays = {
        "names": np.array(names),
        "labels": np.array([classes.index(name) for name in labels]),
        "probabilities": probabilities,
    }
    return Side(run=run, classes=classes, arrays=arrays)


def test_images_and_classes_go_by_name():
    one = side("a", ["cat", "dog"], ["1", "2", "3"], ["cat", "dog", "dog"], ["cat", "cat", "dog"])
    other = side(
        "b", ["fox", "dog", "cat"], ["3", "9", "1", "2"], ["dog", "fox", "cat", "dog"], ["dog", "fox", "cat", "dog"]
    )
    found = compare(one, other, "val")
    assert (found.n, found.left_out) == (3, 1)
    assert (found.score_first.value, found.score_second.value) == (pytest.approx(2 / 3), 1.0)


def test_what_cannot_be_compared():
    one = side("a", ["cat", "dog"], ["1", "2"], ["cat", "dog"], ["cat", "dog"])
    with pytest.raises(DataError, match="no val images in common"):
        compare(one, side("b", ["cat", "dog"], ["3"], ["cat"], ["cat"]), "val")
    with pytest.raises(DataError, match=r"1 of 2 images .* the first being 2: dog and cat"):
        compare(one, side("b", ["cat", "dog"], ["1", "2"], ["cat", "cat"], ["cat", "cat"]), "val")


def test_equal_names_are_matched_in_their_order():
    one = side("a", ["cat", "dog"], ["1", "1"], ["cat", "dog"], ["cat", "dog"])
    assert compare(one, one, "val").n == 2


def test_runs(tmp_path):
    one, other = synthetic.run(tmp_path, name="one"), synthetic.run(tmp_path, name="other")
    (found,) = of_runs([one, other], "val")
    assert (found.first, found.second, found.n, found.p, found.train_s) == ("one", "other", 270, 1.0, (5.13, 5.13))
    with pytest.raises(RunError, match="linnaeus evaluate one --split test"):
        of_runs([one, other], "test")
    with pytest.raises(RunError, match=r"linnaeus evaluate one --split val --tta flip"):
        of_runs([one, other], "val+flip")
    with pytest.raises(UsageError, match="two runs"):
        of_runs([one, one], "val")
    with pytest.raises(UnknownName, match="split"):
        of_runs([one, other], "valid")
