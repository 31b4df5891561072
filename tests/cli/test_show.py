"""linnaeus show, on a real run of two epochs."""

import json
import re
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from linnaeus.record import codec
from linnaeus.record.folder import RunFolder
from linnaeus.record.measurements import SingleImages
from linnaeus.reporting.content import singles
from linnaeus.reporting.render.terminal import render
from linnaeus.reporting.words import words

pytestmark = pytest.mark.usefixtures("in_place")


def test_the_images_and_their_logits_are_those_that_the_run_was_scored_by(linnaeus, place):
    done = linnaeus("show", "mine", "--count", "7", "--json")
    assert (done.status, done.err) == (0, "")
    found = json.loads(done.out)
    assert (found["split"], found["classes"]) == ("val", [str(digit) for digit in range(10)])
    kept = RunFolder(place / "runs" / "mine").predictions("val")
    places = {str(name): row for row, name in enumerate(kept["names"])}
    shown = [places[image["name"]] for image in found["images"]]
    assert (len(set(shown)), shown[0], shown[-1]) == (7, 0, len(places) - 1)
    for image, row in zip(found["images"], shown, strict=True):
        logits_K = np.array([image["logits"][name] for name in found["classes"]])
        odds_K = np.exp(logits_K - logits_K.max())
        assert image["label"] == found["classes"][kept["labels"][row]]
        assert image["predicted"] == found["classes"][int(logits_K.argmax())]
        assert odds_K / odds_K.sum() == pytest.approx(kept["probabilities"][row], abs=1e-3)
        assert image["probability"] == pytest.approx(kept["probabilities"][row].max(), abs=1e-3)


def test_a_row_an_image_and_a_picture_of_them(linnaeus, place):
    found = json.loads(linnaeus("show", "mine", "--json").out)["images"]
    done = linnaeus("show", "mine", "--out", "singles.png")
    assert (done.status, done.err, len(found)) == (0, "", 12)
    _, head, *rows = [line for line in done.out.split("\n\n")[0].splitlines() if not line.startswith("note ")]
    assert head.split() == ["image", "true", "class", "predicted", "probability", "logit", "of", *"0123456789"]
    assert [row.split()[:3] for row in rows] == [[one["name"], one["label"], one["predicted"]] for one in found]
    right = sum(" wrong " not in row for row in rows)
    assert f"correct     {right} of these 12 images; for all validation images: linnaeus evaluate mine" in done.out
    assert "picture     singles.png" in done.out
    with Image.open("singles.png") as picture:
        assert min(picture.size) > 100
    assert linnaeus("show", "mine", "--split", "train", "--count", "1", "--out", "one.svg").status == 0
    assert "<svg" in Path("one.svg").read_text(encoding="utf-8")


def test_images_by_their_numbers_of_the_test_split_too_once_it_is_open(linnaeus, place):
    found = json.loads(linnaeus("show", "mine", "--image", "3", "--image", "0", "--json").out)["images"]
    kept = [str(name) for name in RunFolder(place / "runs" / "mine").predictions("val")["names"]]
    assert [one["name"] for one in found] == [kept[3], kept[0]]
    shutil.copytree(place / "runs" / "mine", place / "runs" / "opened")
    assert linnaeus("evaluate", "opened", "--split", "test").status == 0
    done = linnaeus("show", "opened", "--split", "test", "--image", "5", "--json")
    assert (done.status, done.err) == (0, "")
    opened = RunFolder(place / "runs" / "opened")
    assert json.loads(done.out)["images"][0]["name"] == str(opened.predictions("test")["names"][5])
    assert opened.record().test_openings == 1, "a look at single images opens nothing anew"
    shutil.rmtree(opened.path)


def test_more_images_than_there_are_are_all_of_them(linnaeus, place):
    count = len(RunFolder(place / "runs" / "mine").predictions("val")["names"])
    assert len(json.loads(linnaeus("show", "mine", "--count", "100000", "--json").out)["images"]) == count


def test_of_many_classes_the_largest_logits_are_shown():
    classes = [f"class {number}" for number in range(singles.LOGITS + 1)]
    logits = {name: float(number) for number, name in enumerate(classes)}
    image = {"name": "a.png", "label": "class 1", "predicted": "class 12", "probability": 0.6, "logits": logits}
    found = {"run": "mine", "split": "val", "classes": classes, "images": [image]}
    blocks = singles.table(codec.from_plain(SingleImages, found), words())
    head, row = render(blocks, words(), 200).splitlines()[1:3]
    assert head.endswith("  largest logits")
    assert re.fullmatch(
        r"a\.png  class 1 +class 12 +wrong +60\.0 %  class 12 12\.0, class 11 11\.0, class 10 10\.0", row
    )


@pytest.mark.parametrize(
    ("words", "status", "message"),
    [
        (("min",), 1, "there is no run 'min'; did you mean mine"),
        (
            ("mine", "--split", "test"),
            2,
            "the test split of mine is sealed, and a look at its images would open it: take --split val",
        ),
        (("mine", "--image", "100000"), 1, "there is no image 100000"),
        (("mine", "--split", "dev"), 2, "dev"),
        (("mine", "--out", "a.bmp"), 2, "a.bmp"),
    ],
)
def test_bad_input_is_one_message_and_opens_nothing(words, status, message, linnaeus, place):
    before = (place / "runs" / "mine" / "record.json").read_bytes()
    done = linnaeus("show", *words)
    assert (done.status, done.err.count("\n"), "answer" in done.out) == (status, 1, False)
    assert message in done.err
    assert (place / "runs" / "mine" / "record.json").read_bytes() == before
