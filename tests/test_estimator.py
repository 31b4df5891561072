"""scikit-learn's own checks, as far as they apply to images, and what they do not look at."""

import numpy as np
import pytest
from sklearn.datasets import load_digits
from sklearn.model_selection import cross_val_score
from sklearn.utils.estimator_checks import parametrize_with_checks

import linnaeus

QUICK = {
    "precision": "fp32",
    "threads": 1,
    "compile": "off",
    "batch_size": 16,
    "schedule": "constant",
    "optimizer.lr": 0.02,
}


@parametrize_with_checks([linnaeus.ImageClassifier("linear", epochs=30, changes=QUICK | {"augment": "none"})])
def test_scikit_learns_checks(estimator, check) -> None:
    check(estimator)


@pytest.fixture(scope="module")
def digits():
    found = load_digits()
    return found.images, found.target


def test_images_with_and_without_channels_and_rows_of_pixels_are_the_same(digits) -> None:
    images, labels = digits[0][:300], digits[1][:300]
    answers = [
        linnaeus.ImageClassifier("linear", epochs=3, changes=QUICK).fit(X, labels).predict_proba(X)
        for X in (images, images[..., None], images.reshape(300, 64))
    ]
    assert np.array_equal(answers[0], answers[1])
    assert np.array_equal(answers[0], answers[2])


def test_digits_are_learned_and_the_columns_follow_classes(digits) -> None:
    images, labels = digits
    names = np.array(["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"])[labels]
    estimator = linnaeus.ImageClassifier("convnet(width=8)", epochs=6, changes=QUICK | {"optimizer.lr": 0.005}).fit(
        images[:1200], names[:1200]
    )
    assert estimator.score(images[1200:], names[1200:]) > 0.85
    assert estimator.classes_.tolist() == sorted(set(names))
    probabilities = estimator.predict_proba(images[1200:1210])
    assert (estimator.classes_[probabilities.argmax(1)] == estimator.predict(images[1200:1210])).all()


def test_it_cross_validates(digits) -> None:
    scores = cross_val_score(
        linnaeus.ImageClassifier("linear", epochs=5, changes=QUICK), digits[0][:200], digits[1][:200], cv=2
    )
    assert len(scores) == 2
    assert scores.min() > 0.3
