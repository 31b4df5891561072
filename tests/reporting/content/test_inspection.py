"""A closer look at the mistakes: neighbours with their pictures, label errors and by what they are judged, what turning does."""

from dataclasses import replace

import numpy as np
import pytest

from linnaeus.record.inspection import (
    Confused,
    Inspection,
    LabelError,
    LabelErrors,
    Mistake,
    Move,
    Neighbour,
    Symmetry,
)
from linnaeus.record.scores import Reason, Score
from linnaeus.reporting.blocks import Facts, Gallery, Paragraph, Table
from linnaeus.reporting.content import inspection
from linnaeus.reporting.subject import read
from linnaeus.reporting.words import languages, words
from tests.reporting import said, synthetic

EN = words("en")
SHARE = Score(value=0.5, low=0.1, high=0.9, n=4)
PAIR = Confused(name="a", confused_with="b", count=2, share=SHARE, images=("a/x.png",))
ERRORS = LabelErrors(
    count=1, share=SHARE, accuracy=SHARE, splits=("train", "val"), features="own", seen=True, folds=5, relabel=1, both=None,
    left_out=("c",), pairs=(("a", "b", 1),),
    top=(LabelError(name="a/x.png", split="train", given="a", suggested="b", of_given=0.1, of_suggested=0.8, action="relabel",
                    picture=0),),
)  # fmt: skip
FOUND = Inspection(
    split="val", n=4, errors=SHARE,
    mistakes=(Mistake(name="a/x.png", label="a", predicted="b", top=(("b", 0.8), ("a", 0.1)), of_label=0.1, picture=0,
                      neighbours=(Neighbour(name="b/y.png", label="b", distance=0.2, picture=1),)),),
    listed=2, pairs=(PAIR,), label_errors=ERRORS, no_label_errors=None, no_attention=None,
    symmetry=(Symmetry(kind="mirror", same=SHARE, moves=(Move(name="a", to="b", count=2, share=SHARE, back=True),),
                       augmented_by="flip", blurred=(PAIR,)),),
    files={"mistakes": "mistakes-val.csv", "fixes": "fixes.csv"}, fixes_checksum=None, time_s={"neighbours": 0.1},
)  # fmt: skip


def inspected(tmp_path, found=FOUND, say=EN, pictures=True):
    folder = synthetic.run(tmp_path, inspection={"val": found})
    if pictures:
        images = synthetic.pictures([0, 1], 8, 1)
        folder.save_pictures("inspection-val", {"images": images, "maps": np.full((1, 2, 4, 4), 200, np.uint8),
                                                "map_of": np.array([0])})  # fmt: skip
    return inspection.section(read(folder), say)


def test_a_run_that_was_not_inspected_has_no_such_section(tmp_path):
    assert inspection.section(read(synthetic.run(tmp_path)), EN) is None


def test_mistakes_with_maps_and_neighbours(tmp_path):
    section = inspected(tmp_path)
    text, gallery = said.of(section, EN), said.find(section, Gallery)
    assert "Misclassified (validation): 50.0 % (10.0–90.0, n 4)." in text
    assert "All 2 are listed in mistakes-val.csv" in text
    labels = [said.plain(picture.label) for picture in gallery.framed[0].pictures]
    assert labels == [
        "a/x.png", "evidence for b, the prediction", "evidence for a, the true class", "b: b/y.png",
    ]  # fmt: skip
    heated = gallery.framed[0].pictures[1].pixels
    assert heated.shape == (8, 8, 3) and heated[..., 0].mean() > heated[..., 2].mean()  # reddened
    assert [said.plain(line) for line in gallery.framed[0].lines] == ["a 0.10 → b 0.80", "nearest: b", "a/x.png"]
    pairs = said.rows(said.find(section, Table), EN)
    assert pairs == [["a", "b", "2", "50.0 % (10.0–90.0)", "4", "a/x.png"]]


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("other", "for this network"),
        ("no_mistakes", "no mistakes"),
        ("no_gradient", "no gradient"),
        ("vectors", "vectors"),
        ("tokens", "tokens"),
    ],
)
def test_without_maps_it_says_why(tmp_path, kind, told):
    text = said.of(inspected(tmp_path, replace(FOUND, no_attention=Reason(kind=kind))), EN)
    assert "no Grad-CAM maps" in text and told in text


@pytest.mark.parametrize(
    ("features", "told"),
    [
        ("own", "cross-validation (5 folds) on the run’s own features"),
        ("retrained", "5 networks, each retrained"),
        ("timm:x", "cross-validation (5 folds) on the features of timm:x"),
    ],
)
def test_label_errors_and_how_far_they_can_be_believed(tmp_path, features, told):
    errors = replace(ERRORS, features=features, both=None if features == "own" else 1)
    section = inspected(tmp_path, replace(FOUND, label_errors=errors))
    text = said.of(section, EN)
    assert "1 of 4 labels may be wrong, 50.0 % (10.0–90.0) (training, validation)" in text
    assert "A different label is recommended for 1" in text and told in text
    assert "which agree with 50.0 % (10.0–90.0) of the labels" in text or "they agree with 50.0 %" in text
    assert "labelled a looks like b (1)" in text and "--retrain" in text and "fewer than 5 images: c" in text
    assert ("a suspect by the run’s own features as well" in text) == (features != "own")
    assert "linnaeus fix DATA fixes.csv" in text
    assert "certain enough" in said.of(inspected(tmp_path, replace(FOUND, label_errors=replace(errors, relabel=0))), EN)
    assert said.rows(said.find(section, Table, 1), EN) == [["a/x.png", "a", "0.10", "b", "0.80", "relabel"]]


def test_where_labels_were_not_checked_it_says_why(tmp_path):
    reason = Reason(kind="few_images", values={"folds": 5})
    text = said.of(inspected(tmp_path, replace(FOUND, label_errors=None, no_label_errors=reason)), EN)
    assert "at least two classes with 5 images each" in text and "labels may be wrong," not in text


def test_where_a_record_of_format_1_does_not_tell_why(tmp_path):
    text = said.of(
        inspected(tmp_path, replace(FOUND, label_errors=None, no_label_errors=Reason(kind="few_images"))), EN
    )
    assert "Labels were not checked: there are too few images." in text


def test_what_turning_does_and_what_to_do_about_it(tmp_path):
    section = inspected(tmp_path)
    turned = said.rows(said.find(section, Table, 2), EN)
    assert turned == [["mirrored left to right", "50.0 % (10.0–90.0)", "4", "a → b (2 / 4)"]]
    text = said.of(section, EN)
    assert "these classes trade places: a ↔ b. Remove flip from the augmentation." in text
    assert "the network cannot tell them apart (2 of 4 wrong)" in text
    unused = replace(FOUND.symmetry[0], augmented_by=None, blurred=())
    assert "No augmentation should do that" in said.of(inspected(tmp_path, replace(FOUND, symmetry=(unused,))), EN)


def test_what_a_terminal_is_told_besides(tmp_path):
    first, *_, last = inspection.look(
        replace(FOUND, files={name: f"/runs/one/{file}" for name, file in FOUND.files.items()}), EN
    )
    assert isinstance(first, Paragraph) and "listed in mistakes-val.csv in the run" in said.plain(first.text)
    assert isinstance(last, Facts)
    assert [said.plain(text) for _, text in last.pairs] == [
        "/runs/one/mistakes-val.csv · /runs/one/fixes.csv",
        "nearest neighbours 0.10 s",
    ]


@pytest.mark.parametrize("language", languages())
def test_every_language_says_it(tmp_path, language):
    text = said.of(inspected(tmp_path, say=words(language), pictures=False), words(language))
    assert "{" not in text and "fixes.csv" in text


@pytest.mark.parametrize("language", ["en", "ru"])
def test_what_follows_of_mistakes_and_mirrors(language):
    say = words(language)
    mistakes, mirror = (said.plain(one) for one in inspection.conclusions(FOUND, say))
    assert all(each in mistakes for each in ("a", "b", "2", "4"))
    assert "a → b (2 / 4)" in mirror
    steady = replace(FOUND, pairs=(), symmetry=(replace(FOUND.symmetry[0], moves=()),))
    none, unmoved = (said.plain(one) for one in inspection.conclusions(steady, say))
    assert none == said.plain(say("inspection-errors", split=say("split-val"), errors=say.score(SHARE)))
    assert "→" not in unmoved
    assert len(list(inspection.conclusions(replace(FOUND, symmetry=()), say))) == 1
