"""scikit-learn's own checks, as far as they apply to images, and what they do not look at."""

import numpy as np
import pytest
from PIL import Image
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


def coloured(labels: np.ndarray, shape: tuple[int, int] = (24, 72)) -> np.ndarray:
    """Images whose middle has the colour of the class, and whose sides that of the other one."""
    rng = np.random.default_rng(0)
    colours = np.array([[200, 40, 40], [40, 40, 200]])
    images = np.broadcast_to(colours[1 - labels][:, None, None], (len(labels), *shape, 3)).copy()
    side = (shape[1] - shape[0]) // 2
    images[:, :, side:-side] = colours[labels][:, None, None]
    return np.clip(images + rng.normal(0, 20, images.shape), 0, 255).astype(np.uint8)


def test_predict_sees_images_as_fit_did() -> None:
    labels = np.arange(60) % 2
    images = coloured(labels)
    estimator = linnaeus.ImageClassifier("convnet(width=8)", epochs=12).fit(images, labels)
    assert (estimator.predict(images) == labels).mean() > 0.9
    assert (estimator.predict(images[:, :, 12:60]) == labels).mean() > 0.9  # less of the sides


def test_predict_takes_images_of_another_height_and_width_than_fit() -> None:
    labels = np.arange(60) % 2
    images = coloured(labels, (24, 24))
    estimator = linnaeus.ImageClassifier("convnet(width=8)", epochs=12).fit(images[:, :, 4:20], labels)
    assert (estimator.predict(images.repeat(2, axis=1).repeat(2, axis=2)) == labels).mean() > 0.9


@pytest.mark.parametrize("shape", [(10, 10), (10, 12), (10, 10, 3)])
def test_one_image_in_place_of_many_is_refused(shape: tuple[int, ...]) -> None:
    images = np.random.default_rng(0).integers(0, 256, (12, *shape), np.uint8)
    estimator = linnaeus.ImageClassifier("linear", epochs=1, changes=QUICK).fit(images, [0, 1] * 6)
    with pytest.raises(ValueError, match=r"of one image, predict X\[None\]"):
        estimator.predict(images[0])
    assert len(estimator.predict(images[:1])) == 1


@pytest.mark.parametrize(("fit", "predict"), [(255.0, 1.0), (1.0, 1 / 255), (1.0, 1 / 60)])
def test_pixels_that_are_scaled_otherwise_than_in_fit_are_warned_about(fit: float, predict: float, digits) -> None:
    images, labels = digits[0][:60] / 16, digits[1][:60]
    estimator = linnaeus.ImageClassifier("linear", epochs=1, changes=QUICK).fit(images / fit, labels)
    with pytest.warns(UserWarning, match=r"X lies between 0 and \S+, and the images of fit between 0 and .*: scale it"):
        estimator.predict(images / predict)
    estimator.predict(images[:5] / fit / 1.5)
    byte = (images * 255).astype(np.uint8)
    with pytest.warns(UserWarning, match="scale it as they were"):
        linnaeus.ImageClassifier("linear", epochs=1, changes=QUICK).fit(byte, labels).predict(images)


@pytest.mark.parametrize(
    "labels", [[9, 0, 1, 2], ["Cat", "cat", "dog", "fox"], [1.0, 0.0, 2.0, 3.0], ["", "a", "b", "c"]]
)
def test_a_class_of_one_image_is_named_as_the_caller_names_it(labels, digits) -> None:
    y = np.array([labels[0], *(labels[1:] * 10)])
    with pytest.raises(ValueError, match=rf"one image only of {y[0]}; each class needs at least two"):
        linnaeus.ImageClassifier("linear", epochs=1).fit(digits[0][: len(y)], y)
    twice = np.array([labels[0], labels[0], *(labels[1:] * 10)])
    found = linnaeus.ImageClassifier("linear", epochs=1, changes=QUICK).fit(digits[0][: len(twice)], twice)
    assert set(found.predict(digits[0][:20])) <= set(labels)


def test_the_state_of_chance_is_as_scikit_learn_has_it(digits) -> None:
    def fitted(state: object) -> np.ndarray:
        estimator = linnaeus.ImageClassifier("linear", epochs=1, random_state=state, changes=QUICK)
        return estimator.fit(digits[0][:60], digits[1][:60]).predict_proba(digits[0][:60])

    one = fitted(np.random.RandomState(3))
    assert np.array_equal(one, fitted(np.random.RandomState(3)))
    assert np.array_equal(fitted(7), fitted(np.int64(7)))
    assert not np.array_equal(fitted(None), fitted(None))
    shared = np.random.RandomState(3)
    assert np.array_equal(one, fitted(shared))
    assert not np.array_equal(one, fitted(shared))  # it goes on from where it was


def test_no_clock_decides(digits, monkeypatch: pytest.MonkeyPatch) -> None:
    def timed(*_: object) -> None:
        raise AssertionError("a short trial chose the machine")

    monkeypatch.setattr("linnaeus.training.timing.seconds", timed)
    estimator = linnaeus.ImageClassifier("linear", epochs=2).fit(digits[0][:100], digits[1][:100])
    assert estimator.classifier_.precision == "fp32"


def test_it_begins_at_the_weights_that_are_named(digits) -> None:
    """Features once, and a head that is fitted to its features: more than chance from a dozen images a class."""
    images, labels = digits[0][:160], digits[1][:160]
    estimator = linnaeus.ImageClassifier(
        weights="imagenet", changes={"image_size": 64, "precision": "fp32", "threads": 1}
    )
    assert estimator.fit(images[:120], labels[:120]).score(images[120:], labels[120:]) > 0.5


def test_pictures_of_pillow_are_taken(digits) -> None:
    arrays = (digits[0][:40] * 15).astype(np.uint8)
    pictures = [Image.fromarray(array) for array in arrays]
    fitted = [
        linnaeus.ImageClassifier("linear", epochs=1, changes=QUICK).fit(X, digits[1][:40]) for X in (arrays, pictures)
    ]
    assert np.array_equal(*(one.predict_proba(X) for one, X in zip(fitted, (pictures, arrays), strict=True)))


def test_channels_at_the_wrong_place_and_several_sizes_are_said_in_words(digits) -> None:
    images = np.zeros((6, 3, 16, 16), np.uint8)
    with pytest.raises(ValueError, match=r"move the channels to the end, X.transpose\(0, 2, 3, 1\)"):
        linnaeus.ImageClassifier().fit(images, [0, 1] * 3)
    mixed = [np.zeros((16, 16 + number % 2, 3), np.uint8) for number in range(6)]
    with pytest.raises(ValueError, match=r"of 2 sizes, such as \(16, 16\) and \(16, 17\)"):
        linnaeus.ImageClassifier().fit(mixed, [0, 1] * 3)
