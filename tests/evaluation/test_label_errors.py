"""Confident learning: by hand, beside its authors' package, and on labels that were planted wrong."""

import numpy as np
import pytest
from sklearn.datasets import load_digits

from linnaeus.evaluation.inspection import label_errors
from linnaeus.record.scores import wilson


def test_by_hand():
    labels_N = np.array([0, 0, 0, 0, 1, 1, 1])
    probabilities_NK = np.array([[0.9, 0.1], [0.8, 0.2], [0.7, 0.3], [0.2, 0.8], [0.1, 0.9], [0.4, 0.6], [0.97, 0.03]])
    # Thresholds are the means 0.65 and 0.51: the fourth image reaches that of 1, the last that of 0.
    found = label_errors.find(labels_N, probabilities_NK)
    assert found.rows_S.tolist() == [6, 3]  # a margin of -0.94, and one of -0.6
    assert found.suggested_S.tolist() == [0, 1]


def test_a_class_that_is_never_sure_has_a_low_bar_and_a_likely_label_is_no_suspect():
    labels_N = np.array([0, 0, 1, 1])
    probabilities_NK = np.array([[0.9, 0.1], [0.55, 0.45], [0.7, 0.3], [0.5, 0.5]])
    # The bar of 1 is 0.4, which the second image reaches, yet its own label is likelier.
    assert label_errors.find(labels_N, probabilities_NK).rows_S.tolist() == []


def test_classes_without_images_are_never_suggested():
    probabilities_NK = np.array([[0.1, 0.1, 0.8], [0.9, 0.05, 0.05], [0.1, 0.9, 0.0]])
    assert label_errors.find(np.array([0, 0, 1]), probabilities_NK).suggested_S.tolist() in ([], [1])


def planted(share: float):
    """Digits, some under another label, and which those are."""
    digits, rng = load_digits(), np.random.default_rng(0)
    labels_N = digits.target.astype(np.int64)
    wrong = rng.choice(len(labels_N), round(share * len(labels_N)), replace=False)
    labels_N[wrong] = (labels_N[wrong] + rng.integers(1, 10, len(wrong))) % 10
    return digits.data.astype(np.float32), labels_N, wrong


@pytest.fixture(scope="module")
def judged():
    """(labels, out-of-fold probabilities, rows that are wrong) of digits with 2 % wrong labels."""
    features_ND, labels_N, wrong = planted(0.02)
    done: list[tuple[int, int]] = []
    probabilities_NK = label_errors.out_of_fold(features_ND, labels_N, 10, lambda *fold: done.append(fold))
    assert done == [(number, 5) for number in range(1, 6)]
    return labels_N, probabilities_NK, wrong


def test_planted_wrong_labels_are_found_and_come_first(judged):
    labels_N, probabilities_NK, wrong = judged
    found = label_errors.find(labels_N, probabilities_NK)
    of_wrong = np.isin(found.rows_S, wrong)
    # Of raw pixels: 29 of the 36, and 29 of 34 label errors are wrong labels. Trained features find more.
    assert wilson(int(of_wrong.sum()), len(wrong))[0] > 0.6
    assert wilson(int(of_wrong.sum()), len(found))[0] > 0.65
    assert of_wrong[:18].all()
    truth = load_digits().target[found.rows_S]
    assert (found.suggested_S[of_wrong] == truth[of_wrong]).mean() > 0.9


def test_a_new_label_is_advised_only_where_it_is_right(judged):
    labels_N, probabilities_NK, wrong = judged
    found = label_errors.find(labels_N, probabilities_NK)
    of_given, of_suggested = (
        probabilities_NK[found.rows_S, label] for label in (labels_N[found.rows_S], found.suggested_S)
    )
    sure = (of_suggested >= label_errors.SURE) & (of_given <= label_errors.UNSURE)
    assert sure.sum() >= 10
    assert np.isin(found.rows_S[sure], wrong).all()


def test_probabilities_are_of_models_that_never_saw_the_image(judged):
    _, probabilities_NK, _ = judged
    assert probabilities_NK.sum(axis=1) == pytest.approx(1)
    rng = np.random.default_rng(1)
    noise_ND, labels_N = rng.normal(size=(400, 300)).astype(np.float32), rng.integers(0, 2, 400)
    blind = label_errors.out_of_fold(noise_ND, labels_N, 2, lambda *_: None)
    assert 0.4 < (blind.argmax(axis=1) == labels_N).mean() < 0.6  # fitted to them, it would be right everywhere


def test_the_same_as_its_authors_package(judged):
    filters = pytest.importorskip("cleanlab.filter")
    labels_N, probabilities_NK, _ = judged
    theirs = filters.find_label_issues(
        labels_N,
        probabilities_NK,
        filter_by="confident_learning",
        return_indices_ranked_by="normalized_margin",
        n_jobs=1,
    )
    ours = label_errors.find(labels_N, probabilities_NK)
    assert sorted(theirs.tolist()) == sorted(ours.rows_S.tolist())
    assert theirs[:10].tolist() == ours.rows_S[:10].tolist()
