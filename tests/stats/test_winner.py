"""The interval of the best of several holds its true score, though it was picked."""

import numpy as np
import pytest

from linnaeus.stats.winner import of_winner


def test_of_one_it_is_the_usual_interval():
    value, low, high = of_winner(np.array([0.8]), np.array([[0.0004]]))
    assert value == pytest.approx(0.8, abs=1e-6)
    assert (low, high) == pytest.approx((0.8 - 1.96 * 0.02, 0.8 + 1.96 * 0.02), abs=1e-3)


def test_far_ahead_it_is_as_if_nobody_had_picked():
    value, low, high = of_winner(np.array([0.9, 0.5, 0.4]), np.eye(3) * 0.0004)
    assert value == pytest.approx(0.9, abs=1e-6)
    assert (low, high) == pytest.approx((0.9 - 0.0392, 0.9 + 0.0392), abs=1e-3)


def test_narrowly_ahead_it_lies_lower():
    value, low, high = of_winner(np.array([0.9, 0.899, 0.898]), np.eye(3) * 0.0004)
    assert low < 0.9 - 0.0392 and value < 0.9 < high


def test_noise_that_all_share_picks_nobody():
    shared = np.full((2, 2), 0.0004) + np.eye(2) * 1e-12
    value, low, high = of_winner(np.array([0.9, 0.89]), shared)
    assert (value, low, high) == pytest.approx((0.9, 0.9 - 0.0392, 0.9 + 0.0392), abs=1e-3)


def held(points: int, spread: float, shared: float, trials: int) -> tuple[float, float]:
    """How often the interval held the winner's true score, and the plain interval beside it. Noise is 1, `shared` of it common."""
    rng = np.random.default_rng(points)
    covariance = np.full((points, points), shared) + np.eye(points) * (1 - shared)
    root = np.linalg.cholesky(covariance)
    corrected = plain = 0
    for _ in range(trials):
        true = rng.normal(0, spread, points)
        scores = true + root @ rng.normal(size=points)
        best = scores.argmax()
        _, low, high = of_winner(scores, covariance)
        corrected += low <= true[best] <= high
        plain += abs(scores[best] - true[best]) <= 1.96
    return corrected / trials, plain / trials


@pytest.mark.slow
@pytest.mark.parametrize("points", [2, 8, 32])
@pytest.mark.parametrize("spread", [0.0, 0.5, 3.0])
@pytest.mark.parametrize("shared", [0.0, 0.7])
def test_the_interval_holds_the_winners_true_score(points, spread, shared):
    """2,000 trials tell ±1 point."""
    corrected, plain = held(points, spread, shared, 2_000)
    print(points, spread, shared, corrected, plain)
    assert 0.93 <= corrected <= 0.975
