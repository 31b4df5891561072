"""The paired permutation test: right by enumeration, right in its level, and choosing among candidates is paid for."""

from itertools import product

import numpy as np
import pytest

from linnaeus.stats import permutation
from linnaeus.stats.groups import things


def test_it_is_the_share_of_exchanges() -> None:
    """Against all 2⁸ exchanges of signs."""
    gains = np.array([0.9, 0.2, -0.1, 0.4, 0.3, -0.2, 0.6, 0.1])
    wanted = np.mean([(np.array(signs) * gains).sum() >= gains.sum() - 1e-12 for signs in product((1, -1), repeat=8)])
    (found,) = permutation.less(gains, np.zeros((1, 8)))
    assert found == pytest.approx(wanted, abs=0.01)


def test_equal_losses_are_no_evidence() -> None:
    assert permutation.less(np.ones(5), np.ones((2, 5))).tolist() == [1.0, 1.0]


@pytest.mark.parametrize("candidates", [1, 4])
def test_its_level_holds(candidates: int) -> None:
    """Nothing is better, and losses have long tails: no more than 5 % of 400 sets find something, but for chance (7.1 % at most)."""
    draws = np.random.default_rng(1)
    found = 0
    for _ in range(400):
        before_N, after_CN = draws.exponential(size=60) ** 2, draws.exponential(size=(candidates, 60)) ** 2
        found += permutation.less(before_N, after_CN).min() < 0.05
    assert 0.015 * 400 <= found <= 0.071 * 400


def test_what_is_better_is_found_among_candidates() -> None:
    draws = np.random.default_rng(2)
    before_N = draws.exponential(size=200)
    after_CN = np.stack([before_N + draws.normal(0, 0.3, 200), before_N - 0.1 + draws.normal(0, 0.3, 200)])
    same, better = permutation.less(before_N, after_CN)
    assert better < 0.01 < same


def test_images_of_one_thing_are_exchanged_together() -> None:
    """Three things of 30 images: whatever they say, 2 · 2 · 2 exchanges cannot give less than an eighth."""
    before_N = np.ones(90)
    assert permutation.less(before_N, np.zeros((1, 90)))[0] < 0.001
    shown = things(["a"] * 30 + ["b"] * 30 + ["c"] * 30)
    assert permutation.less(before_N, np.zeros((1, 90)), shown)[0] == pytest.approx(1 / 8, abs=0.02)
