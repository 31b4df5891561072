"""Metrics agree with scikit-learn, and a one-number metric of one's own gets an interval too."""

from pathlib import Path

import numpy as np
import pytest
from sklearn import metrics as sk

from linnaeus.errors import RecipeError, UnknownName
from linnaeus.recipe import catalog
from linnaeus.recipe.spec import parse
from linnaeus.stats.score import METRICS, score

CLASSES = ("ant", "bee", "cat", "dog", "eel", "fox", "gnu")


def example(n=400, classes=7, seed=0):
    """Labels and probabilities (N, K); classes are uneven, one in seven answers is wrong or so."""
    rng = np.random.default_rng(seed)
    labels_N = rng.choice(classes, size=n, p=rng.dirichlet(np.full(classes, 5.0)))
    logits_NK = rng.normal(size=(n, classes))
    logits_NK[np.arange(n), labels_N] += 2.5
    probabilities_NK = np.exp(logits_NK)
    return labels_N, probabilities_NK / probabilities_NK.sum(1, keepdims=True)


def test_all_metrics_are_those_on_the_shelf():
    assert {parse(metric).name for metric in METRICS} == set(catalog.names("metrics"))


def test_agrees_with_scikit_learn():
    labels_N, probabilities_NK = example()
    predicted_N = probabilities_NK.argmax(1)
    report = sk.classification_report(labels_N, predicted_N, target_names=CLASSES, output_dict=True)
    found = score(labels_N, probabilities_NK, CLASSES, split="val")

    expected = {
        "accuracy": report["accuracy"],
        "top(k=5)": sk.top_k_accuracy_score(labels_N, probabilities_NK, k=5),
        "log_loss": sk.log_loss(labels_N, probabilities_NK),
    }
    for mean in ("macro", "weighted"):
        for ours, theirs in (("precision", "precision"), ("recall", "recall"), ("f1", "f1-score")):
            expected[f"{mean}_{ours}"] = report[f"{mean} avg"][theirs]
    assert {metric: found.metrics[metric].value for metric in METRICS} == pytest.approx(expected)

    for row in found.classes:
        theirs = report[row.name]
        assert (row.precision.value, row.recall.value, row.f1.value) == pytest.approx(
            (theirs["precision"], theirs["recall"], theirs["f1-score"])
        )
        assert row.support == theirs["support"]


def test_means_over_classes_leave_out_classes_that_do_not_occur_as_scikit_learn_does():
    labels_N = np.array([0, 0, 1, 1, 1])
    probabilities_NK = np.eye(5)[[0, 1, 1, 1, 3]]  # class 3 is answered and never true, 2 and 4 do not occur
    found = score(labels_N, probabilities_NK, "abcde", split="val").metrics
    predicted_N = probabilities_NK.argmax(1)
    assert found["macro_f1"].value == pytest.approx(sk.f1_score(labels_N, predicted_N, average="macro"))
    precision = sk.precision_score(labels_N, predicted_N, average="macro", zero_division=0)
    assert found["macro_precision"].value == pytest.approx(precision)
    recall = sk.recall_score(labels_N, predicted_N, average="macro", zero_division=0)
    assert found["macro_recall"].value == pytest.approx(recall)


def test_weighted_recall_is_accuracy_with_the_same_interval():
    found = score(*example(), CLASSES, split="val").metrics
    assert found["weighted_recall"] == found["accuracy"]


def test_top_1_is_accuracy_even_with_ties():
    rng = np.random.default_rng(0)
    labels_N = rng.integers(4, size=200)
    probabilities_NK = rng.integers(3, size=(200, 4)) / 3  # many ties
    top, accuracy = score(
        labels_N, probabilities_NK, "abcd", split="val", metrics=["top(k=1)", "accuracy"]
    ).metrics.values()
    assert top == accuracy


def test_a_classifier_that_says_the_same_of_all_classes_is_not_right_by_a_tie():
    labels_N = np.arange(10).repeat(10)
    found = score(labels_N, np.full((100, 10), 0.1), tuple("abcdefghij"), split="val").metrics
    assert found["top(k=5)"].value == 0.5
    assert found["accuracy"].value == 0.1


def test_log_loss_of_a_sure_mistake_is_finite_and_that_of_a_guess_is_log_k():
    labels_N = np.array([0, 1])
    sure = score(labels_N, np.eye(2)[[1, 0]], "ab", split="val", metrics=["log_loss"]).metrics["log_loss"]
    assert sure.value == pytest.approx(12 * np.log(10))
    guess = score(labels_N, np.full((2, 2), 0.5), "ab", split="val", metrics=["log_loss"]).metrics["log_loss"]
    assert guess.value == pytest.approx(np.log(2))


def test_top_5_is_left_out_where_it_says_nothing_and_refused_where_asked_for():
    labels_N, probabilities_NK = example(classes=5)
    assert "top(k=5)" not in score(labels_N, probabilities_NK, "abcde", split="val").metrics
    with pytest.raises(RecipeError, match="more than 5 classes"):
        score(labels_N, probabilities_NK, "abcde", split="val", metrics=["top(k=5)"])


def test_an_unknown_metric_is_named_with_near_names():
    with pytest.raises(UnknownName, match="macro_f1"):
        score(*example(), CLASSES, split="val", metrics=["macro_f"])
    with pytest.raises(RecipeError, match="k = 0"):
        score(*example(), CLASSES, split="val", metrics=["top(k=0)"])


def test_a_metric_of_ones_own_file_gets_an_interval(tmp_path: Path):
    file = tmp_path / "mine.py"
    file.write_text(
        "from sklearn.metrics import cohen_kappa_score\n"
        "def kappa():\n"
        "    return lambda labels, probabilities: cohen_kappa_score(labels, probabilities.argmax(1))\n"
        "def nothing():\n"
        "    return lambda labels, probabilities: float('nan')\n"
    )
    labels_N, probabilities_NK = example()
    metric = f"{file}:kappa"
    found = score(labels_N, probabilities_NK, CLASSES, split="val", metrics=[metric]).metrics[metric]
    assert found.value == pytest.approx(sk.cohen_kappa_score(labels_N, probabilities_NK.argmax(1)))
    assert found.value - 0.1 < found.low < found.value < found.high < found.value + 0.1
    with pytest.raises(RecipeError, match="not a number"):
        score(labels_N, probabilities_NK, CLASSES, split="val", metrics=[f"{file}:nothing"])
