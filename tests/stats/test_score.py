"""Scores of ordinary and of extreme splits."""

import json

import numpy as np
import pytest

from linnaeus.errors import DataError, RunError
from linnaeus.record import codec
from linnaeus.record.scores import SplitScores
from linnaeus.reporting.words import words
from linnaeus.stats.score import accuracy_score, confusion, score
from tests.reporting import said


def sure(predicted_N, classes):
    return np.eye(classes, dtype=np.float32)[np.asarray(predicted_N)]


def test_a_class_says_what_it_is_confused_with():
    labels_N, predicted_N = np.array([0, 0, 0, 0, 1, 1, 2]), np.array([0, 2, 2, 1, 1, 1, 2])
    ant, bee, cat = score(labels_N, sure(predicted_N, 3), ("ant", "bee", "cat"), split="val").classes
    assert (ant.support, ant.predicted, ant.correct, ant.confused_with) == (4, 1, 1, "cat")
    assert (ant.precision.value, ant.recall.value, ant.f1.value) == pytest.approx((1.0, 0.25, 0.4))
    assert (ant.precision.n, ant.recall.n, ant.f1.n) == (1, 4, 4)
    assert (bee.precision.value, bee.recall.value, bee.confused_with) == (2 / 3, 1.0, None)
    assert ant.recall.n == 4 and ant.recall.low < 0.25 < ant.recall.high
    assert cat.predicted == 3


def test_a_class_without_images_is_known_to_be_unknown():
    found = score(np.array([0, 1]), sure([0, 2], 3), ("ant", "bee", "cat"), split="val")
    cat = found.classes[2]
    assert (cat.support, cat.recall.value, cat.recall.low, cat.recall.high, cat.recall.n) == (0, 0, 0, 1, 0)
    assert (cat.precision.value, cat.precision.n, cat.f1.value, cat.confused_with) == (0, 1, 0, None)
    assert found.weakest() is not None and found.weakest().name == "bee"


def test_all_right_is_not_certainty():
    labels_N = np.arange(30) % 3
    found = score(labels_N, sure(labels_N, 3), "abc", split="val")
    for metric in ("accuracy", "macro_f1", "macro_precision", "macro_recall", "weighted_f1"):
        assert found.metrics[metric].value == found.metrics[metric].high == 1
        assert 0.88 < found.metrics[metric].low < 0.89  # Wilson for 30 of 30
    assert found.weakest() is None


def test_all_wrong_is_not_certainty():
    labels_N = np.arange(30) % 3
    macro = score(labels_N, sure((labels_N + 1) % 3, 3), "abc", split="val").metrics["macro_f1"]
    assert macro.value == macro.low == 0 and 0.11 < macro.high < 0.12


def test_one_image():
    found = score(np.array([1]), np.array([[0.4, 0.6]]), "ab", split="val")
    assert "log_loss" not in found.metrics  # no spread to see, so no interval, so no number
    assert (found.metrics["accuracy"].value, found.metrics["accuracy"].n) == (1, 1)
    assert found.metrics["macro_f1"].low == pytest.approx(0.2065, abs=1e-4)


def test_nothing_to_score_is_a_clear_error():
    with pytest.raises(DataError, match="the test split has no images"):
        score(np.empty(0, np.int64), np.empty((0, 3)), "abc", split="test")


def test_probabilities_that_are_not_numbers_are_a_clear_error():
    probabilities_NK = np.full((4, 2), 0.5)
    probabilities_NK[1, 0] = np.nan
    with pytest.raises(RunError, match="for 1 of 4 images of the val split"):
        score(np.zeros(4, np.int64), probabilities_NK, "ab", split="val")


def test_intervals_are_the_same_each_time_and_hold_their_value():
    rng = np.random.default_rng(3)
    labels_N, probabilities_NK = rng.integers(4, size=120), rng.dirichlet(np.ones(4), size=120)
    first, second = (score(labels_N, probabilities_NK, "abcd", split="val") for _ in range(2))
    assert first == second
    assert all(found.low <= found.value <= found.high for found in first.metrics.values())
    assert {found.n for found in first.metrics.values()} == {120}


def test_scores_survive_the_record_file():
    labels_N = np.array([0, 1, 1, 0, 1])
    found = score(labels_N, sure([0, 1, 0, 0, 1], 2), "ab", split="val")
    text = json.dumps(codec.to_plain(found), allow_nan=False)
    assert codec.from_plain(SplitScores, json.loads(text)) == found


def test_half_precision_probabilities_score_as_the_full_ones_do():
    rng = np.random.default_rng(5)
    labels_N, probabilities_NK = rng.integers(3, size=50), rng.dirichlet(np.ones(3), size=50)
    full = score(labels_N, probabilities_NK, "abc", split="val").metrics["log_loss"]
    half = score(labels_N, probabilities_NK.astype(np.float16), "abc", split="val").metrics["log_loss"]
    assert half.value == pytest.approx(full.value, rel=2e-3)


def test_accuracy_of_counts():
    found = accuracy_score(266, 270)
    assert said.plain(words("en").score(found)) == "98.5 % (96.3–99.4, n 270)"
    assert (accuracy_score(0, 0).low, accuracy_score(0, 0).high, accuracy_score(0, 0).n) == (0, 1, 0)


def test_confusion_has_labels_as_rows():
    assert confusion(np.array([0, 0, 2]), np.array([1, 1, 2]), 3).tolist() == [[0, 2, 0], [0, 0, 0], [0, 0, 1]]
