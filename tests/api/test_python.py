"""Python's verbs with Python's objects, from end to end: arrays and datasets in, records on, images of any kind to predict."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from sklearn.datasets import load_digits

import linnaeus
from linnaeus.errors import ImageError, LinnaeusError
from linnaeus.record.folder import RunFolder
from tests.settings import given
from tests.training.small import FIXED

pytestmark = pytest.mark.filterwarnings("ignore:.*os.fork.*:DeprecationWarning")
QUICK = {**given(*FIXED), "model": "linear", "epochs": 8, "optimizer": "adam(lr=0.01)", "progress": False}
X = (load_digits().images[:400] * 15).astype(np.uint8)
Y = np.array([f"digit {label}" for label in load_digits().target[:400]])


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    folder = tmp_path_factory.mktemp("python")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LINNAEUS_DATA", str(folder / "cache"))
        patch.setenv("LINNAEUS_RUNS", str(folder / "runs"))
        yield folder


@pytest.fixture(scope="module")
def record(place):
    return linnaeus.train((X, Y), name="arrays", lr=0.02, **QUICK)


def test_arrays_are_named_by_what_they_are(record):
    assert record.recipe["optimizer"] == "adam(lr=0.02)"
    assert record.data.source == "arrays, 400 × 8 × 8 × 1"
    assert record.data.classes == tuple(f"digit {label}" for label in range(10))


def test_a_record_is_a_run_for_every_verb(record, place):
    assert linnaeus.evaluate(record, progress=False) == record.scores["val"]
    assert linnaeus.resume(record, progress=False).name == "arrays"
    assert linnaeus.report(record, out=place / "page.html").exists()
    assert len(linnaeus.show(record, count=2, progress=False).images) == 2
    more = linnaeus.continue_(record, name="more", report=False, **{**QUICK, "epochs": 1})
    assert more.parent == "arrays"
    (one,) = linnaeus.compare(record, more)
    assert (one.first, one.second) == ("arrays", "more")


def test_one_image_in_any_form_has_one_answer(record, place):
    file = place / "six.png"
    Image.fromarray(X[6]).save(file)
    answers = [
        linnaeus.predict(record, image, progress=False).predictions
        for image in (file, str(file), Image.open(file), X[6], X[6][..., None], [X[6]])
    ]
    assert {len(answer) for answer in answers} == {1}
    assert {answer[0].labels for answer in answers} == {("digit 6",)}
    many = linnaeus.predict(record.folder, X[:5], progress=False)
    assert [answer.name for answer in many.predictions] == [f"image {index}" for index in range(5)]


def test_what_cannot_be_an_image_is_listed_with_the_reason(record):
    found = linnaeus.predict("arrays", [X[0], X[1] / 255], progress=False)
    assert len(found.predictions) == 1
    (unread,) = found.unread
    assert unread.name == "image 1"
    assert "no defined range" in unread.error


def test_a_classifier_takes_images_of_any_size_and_is_calibrated(record):
    classifier = linnaeus.load(record)
    large = np.asarray(Image.fromarray(X[0]).resize((80, 80), Image.Resampling.NEAREST))
    assert classifier.predict([large, X[6]]) == ["digit 0", "digit 6"]
    probabilities = classifier.predict_proba(X[:20])
    raw = classifier.probabilities(X[:20, ..., None])
    assert np.allclose(probabilities, classifier.calibration.probabilities(raw))
    assert np.allclose(probabilities.sum(1), 1)
    with pytest.raises(ImageError, match=r"image 0: .*no defined range"):
        classifier.predict(X[0] / 255)


def test_in_another_process_the_arrays_are_asked_for_and_taken(record, place):
    evaluate = "import linnaeus, sys; linnaeus.evaluate('arrays', progress=False"
    alone = subprocess.run([sys.executable, "-c", f"{evaluate})"], capture_output=True, text=True, check=False)
    assert "give them again: data=(X, y)" in alone.stderr.splitlines()[-1]
    np.savez(place / "given.npz", X=X, Y=Y)
    again = f"import numpy as np; a = np.load({str(place / 'given.npz')!r}); {evaluate}, data=(a['X'], a['Y']))"
    done = subprocess.run([sys.executable, "-c", again], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "val" in RunFolder(place / "runs" / "arrays").record().scores


def test_silence_and_a_line(place, capsys):
    linnaeus.train("digits(limit=10)", name="silent", report=False, **QUICK)
    assert capsys.readouterr() == ("", "")
    linnaeus.train("digits(limit=10)", name="heard", report=False, **{**QUICK, "progress": None})
    said = capsys.readouterr()
    assert said.out == ""
    assert "epoch 8/8" in said.err


def test_repeats_come_together(place):
    found = linnaeus.train("digits(limit=10)", repeats=2, name="twice", **{**QUICK, "val": 0.3})
    assert isinstance(found, linnaeus.Repeats)
    assert found.runs == ("twice-seed0", "twice-seed1")


def test_a_misspelt_setting_is_told_before_anything_is_made(place):
    with pytest.raises(LinnaeusError, match="did you mean epochs"):
        linnaeus.train("digits", name="never", epoch=3)
    assert not (Path(place) / "runs" / "never").exists()


def test_answers_go_into_a_file_that_can_be_gone_on_with(record, tmp_path):
    file = tmp_path / "a.csv"
    for out in (file, linnaeus.Target(file=file), linnaeus.Target(file=file, resume=True)):
        assert linnaeus.predict(record.folder, X[:5], out=out, progress=False).n == 5
        assert len(file.read_text().splitlines()) == 6
