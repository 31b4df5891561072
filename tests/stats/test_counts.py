"""Two published numbers without their images: read as written, never called better without ground."""

import numpy as np
import pytest
from scipy import stats

from linnaeus.errors import UsageError
from linnaeus.stats.counts import Count, compare, fisher, newcombe, of_texts, read
from linnaeus.stats.score import accuracy_score
from tests.reporting import said


def test_lab_s():
    (found,) = of_texts(["17/19", "19/19"])
    told = said.told(found)
    assert told.startswith("17/19 and 19/19 cannot be told apart") and "n = 19 each" in told
    assert told.endswith(
        "only differences of about 38.8 percentage points or more are detected in four of five trials. "
        "Not even a paired test on the very same images could establish it: p = 0.25 is the least possible."
    )
    assert found.difference.low < 0 < found.difference.high


def test_lab_t():
    (found,) = of_texts(["51.98%@10000", "52.12%@10000"])
    told = said.told(found)
    assert "cannot be told apart" in told and "n = 10,000 each" in told
    assert told.endswith("only differences of about 2.0 percentage points or more are detected in four of five trials.")
    assert found.p > 0.8
    assert found.least_p < 0.001  # the very same images could tell, if the two were hardly ever of two minds


def test_a_difference_that_holds():
    (found,) = of_texts(["850/1000", "920/1000"])
    better = (
        "920/1000 is better than 850/1000 by 7.0 percentage points (95 % interval 4.2–9.8; p < 0.001, n = 1,000 each)."
    )
    assert said.told(found) == better
    assert said.told(of_texts(["920/1000", "850/1000"])[0]) == better
    many = of_texts(["850/1000", "883/1000", "850/1000", "850/1000"])
    assert not many[0].distinguishable
    assert "as one of 3 comparisons it is not" in said.told(many[0])
    assert "n = 1,000 each). Both classify equally many images correctly. With" in said.told(many[1])


@pytest.mark.parametrize(
    ("text", "correct", "n"),
    [
        ("17/19", 17, 19),
        ("89.5%@19", 17, 19),
        ("0.8947@19", 17, 19),
        ("51.98%@10000", 5198, 10000),
        ("1@3", 3, 3),
        ("0/5", 0, 5),
    ],
)
def test_counts_are_read_as_they_are_written(text, correct, n):
    assert read(text) == Count(text=text, correct=correct, n=n)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("91.0%@19", "no whole number of 19 images gives 91.0%; 17 are 89.47%"),
        ("20/19", "more than all"),
        ("120%@10", "more than all"),
        ("3/0", "at least one image"),
        ("mb", "'mb' is no count of images"),
        ("-1/3", "no count"),
    ],
)
def test_what_is_no_count(text, message):
    with pytest.raises(UsageError, match=message):
        read(text)
    with pytest.raises(UsageError, match="two counts"):
        of_texts(["17/19"])


def test_the_test_is_fishers_less_half_of_what_was_seen():
    table = [[17, 2], [19, 0]]
    exact = stats.fisher_exact(table).pvalue
    seen = stats.hypergeom.pmf(17, 38, 36, 19)
    first, second = Count(text="", correct=17, n=19), Count(text="", correct=19, n=19)
    assert fisher(first, second) == pytest.approx(exact - seen / 2)
    assert fisher(second, second) == 1.0


@pytest.mark.parametrize(("n", "first", "second"), [(60, 0.9, 0.95), (60, 0.6, 0.6), (150, 0.85, 0.92)])
def test_the_interval_holds_the_truth_and_the_test_errs_seldom(n, first, second):
    """Exactly, over all outcomes."""
    k = np.arange(n + 1)
    weights = [stats.binom.pmf(k, n, rate) for rate in (first, second)]
    scores = [accuracy_score(int(one), n) for one in k]
    held = sum(
        weights[0][a] * weights[1][b]
        for a in k
        for b in k
        if weights[0][a] * weights[1][b] > 1e-9
        and (ends := newcombe(scores[a], scores[b]))[0] <= second - first <= ends[1]
    )
    assert 0.94 <= held <= 0.965


def test_the_test_errs_as_often_as_it_may():
    rng = np.random.default_rng(0)
    draws = rng.binomial(100, 0.85, (600, 2))
    errs = np.mean(
        [fisher(Count(text="", correct=a, n=100), Count(text="", correct=b, n=100)) < 0.05 for a, b in draws.tolist()]
    )
    assert 0.02 < errs < 0.07


@pytest.mark.parametrize(("share", "n", "other"), [(0.85, 400, 400), (0.6, 100, 300), (0.95, 19, 19)])
def test_the_smallest_difference_that_is_said_is_told_in_four_of_five_trials(share, n, other):
    right = [Count(text="", correct=round(share * images), n=images) for images in (n, other)]
    apart = compare(*right).detectable
    shares = np.array([share - apart / 2, share + apart / 2])
    shares -= max(0.0, shares[1] - 1)
    draws = np.random.default_rng(0).binomial([n, other], shares, size=(600, 2))
    told = [
        fisher(Count(text="", correct=a, n=n), Count(text="", correct=b, n=other)) < 0.05 for a, b in draws.tolist()
    ]
    assert 0.74 < np.mean(told) < 0.94  # of few images rather more
