"""The record: it survives its file, it holds what DESIGN promises, and no number in it is naked."""

import json
from dataclasses import replace

import pytest

from linnaeus.record import run
from linnaeus.record.record import RunRecord
from linnaeus.record.scores import ClassScores, Score, SplitScores

ACCURACY = Score(value=0.985, low=0.962, high=0.994, n=270)
CAT = ClassScores(
    name="cat",
    precision=0.9,
    recall=replace(ACCURACY, value=0.9),
    f1=0.9,
    support=10,
    predicted=10,
    correct=9,
    taken_for="<dog>",
)
DOG = replace(CAT, name="<dog>", recall=replace(ACCURACY, value=1.0), correct=10, taken_for=None)
RECORD = RunRecord(
    name="pets-1",
    status="finished",
    recipe={"data": "pets", "model": "resnet(depth=20)"},
    parent="pets-0",
    data={"fingerprint": "0", "classes": ["cat", "<dog>"], "counts": {"train": 3}},
    environment={"device": "cpu"},
    model={"parameters": 3, "macs": 4},
    time={"train_s": 1.5},
    scores={"val": SplitScores(split="val", metrics={"accuracy": ACCURACY}, classes=(CAT, DOG))},
    test_openings=2,
    history=({"epoch": 1, "loss": 0.5},),
)


def test_a_record_reads_back():
    plain = json.loads(json.dumps(RECORD.to_plain()))
    assert run.from_plain(plain) == RECORD


def test_a_record_holds_what_the_design_promises():
    plain = RECORD.to_plain()
    promised = {
        "format",
        "name",
        "recipe",
        "parent",
        "data",
        "environment",
        "model",
        "time",
        "scores",
        "test_openings",
        "history",
    }
    assert promised <= set(plain)
    assert plain["format"] == 1
    assert plain["scores"]["val"]["accuracy"] == {"value": 0.985, "low": 0.962, "high": 0.994, "n": 270}


def test_it_shows_itself_in_a_notebook():
    page = RECORD._repr_html_()
    assert "98.5 % (96.2–99.4, n 270)" in page
    assert "resnet(depth=20)" in page
    assert "<script>" not in replace(RECORD, name="<script>")._repr_html_()


def test_a_score_is_never_naked():
    assert str(ACCURACY) == "0.9850 (0.9620–0.9940, n 270)"
    assert ACCURACY.percent() == "98.5 % (96.2–99.4, n 270)"
    with pytest.raises(TypeError):
        Score(value=0.5)  # type: ignore[call-arg]


def test_the_weakest_class():
    scores = RECORD.scores["val"]
    assert scores.weakest() == CAT
    assert replace(scores, classes=(DOG,)).weakest() is None


def test_what_was_forgotten_is_kept_and_older_records_still_load():
    found = {"val": {"split": "val", "verdict": "New classes: 31.4 %"}}
    plain = json.loads(json.dumps(replace(RECORD, forgetting=found).to_plain()))
    assert run.from_plain(plain).forgetting == found
    del plain["forgetting"]
    assert run.from_plain(plain).forgetting == {}
