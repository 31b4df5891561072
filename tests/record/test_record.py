"""The record: it survives its file, it holds what DESIGN promises, and no number in it is naked."""

import json
from dataclasses import replace

import pytest
from markupsafe import Markup

from linnaeus.errors import RunError
from linnaeus.record import record as records
from linnaeus.record.comparison import Change, Crossed, Forgetting
from linnaeus.record.facts import Times
from linnaeus.record.record import RunRecord
from linnaeus.record.scores import ClassScores, Score, SplitScores
from linnaeus.reporting.words import words
from tests.record import made
from tests.reporting import said

ACCURACY = Score(value=0.985, low=0.962, high=0.994, n=270)
CAT = ClassScores(
    name="cat",
    precision=0.9,
    recall=replace(ACCURACY, value=0.9),
    f1=0.9,
    support=10,
    predicted=10,
    correct=9,
    confused_with="<dog>",
)
DOG = replace(CAT, name="<dog>", recall=replace(ACCURACY, value=1.0), correct=10, confused_with=None)
RECORD = RunRecord(
    name="pets-1",
    status="finished",
    recipe={"data": "pets", "model": "resnet(depth=20)"},
    parent="pets-0",
    data=made.data(classes=("cat", "<dog>")),
    environment=made.ENVIRONMENT,
    model=made.MODEL,
    time=Times(train_s=1.5),
    scores={"val": SplitScores(split="val", metrics={"accuracy": ACCURACY}, classes=(CAT, DOG))},
    test_openings=2,
    history=(made.row(1), made.row(2, val_loss=0.3, val_accuracy=0.9, val_low=0.8, val_high=0.95, val_n=10)),
)


def plain(record=RECORD):
    return json.loads(json.dumps(records.to_plain(record)))


def test_a_record_reads_back():
    assert records.from_plain(plain()) == RECORD


def test_a_record_holds_what_the_design_promises():
    found = plain()
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
    assert promised <= set(found)
    assert found["format"] == 2
    assert found["scores"]["val"]["metrics"]["accuracy"] == {"value": 0.985, "low": 0.962, "high": 0.994, "n": 270}
    assert "folder" not in found


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda found: found["data"].pop("counts"), r"missing required field `counts` at `\$.data`"),
        (lambda found: found["data"].update(counts={"train": "many"}), r"Expected `int`, got `str` at `\$.data.counts"),
        (lambda found: found["data"].update(colour="red"), r"unknown field at `\$.data.colour`"),
        (lambda found: found["history"][1].update(los=0.1), r"unknown field at `\$.history\[1\].los`"),
        (lambda found: found.update(status="asleep"), r"Invalid enum value 'asleep' at `\$.status`"),
        (lambda found: found.update(scores=3), r"Expected `object`, got `int` at `\$.scores`"),
        (lambda found: found.update(mood="good"), r"unknown field at `\$.mood`"),
        (lambda found: found.pop("name"), r"missing required field `name` at `\$`"),
    ],
)
def test_a_field_that_is_missing_wrong_or_unknown_is_named_with_its_path(change, message):
    found = plain()
    change(found)
    with pytest.raises(RunError, match=f"^this record cannot be read: .*{message}"):
        records.from_plain(found)


def test_whole_numbers_stand_for_floats():
    found = plain()
    found["history"][0]["loss"] = 1
    assert records.from_plain(found).history[0].loss == 1.0


def test_it_shows_itself_in_a_notebook():
    page = RECORD._repr_html_()
    text = " ".join(Markup(page).striptags().split())
    assert "98.5 % of 270 validation images" in text and "96.2–99.4 %" in text
    assert "pets-1" in text
    assert "<script>" not in replace(RECORD, name="<script>")._repr_html_()


def test_a_score_is_never_naked():
    assert said.plain(words("en").score(ACCURACY)) == "98.5 % (96.2–99.4, n 270)"
    with pytest.raises(TypeError):
        Score(value=0.5)  # type: ignore[call-arg]


def test_the_weakest_class():
    scores = RECORD.scores["val"]
    assert scores.weakest() == CAT
    assert replace(scores, classes=(DOG,)).weakest() is None


def test_what_was_forgotten_is_kept_and_records_without_it_load():
    nothing = Crossed(count=0, of=10, pairs=())
    groups = tuple(
        Change(name=name, is_new=name == "new", n=10, before=None, after=ACCURACY) for name in ("old", "new")
    )
    found = Forgetting(split="val", old=("cat",), new=("dog",), groups=groups, paired=None, classes=groups,
                       old_as_new=nothing, new_as_old=nothing)  # fmt: skip
    kept = plain(replace(RECORD, forgetting={"val": found}))
    assert records.from_plain(kept).forgetting == {"val": found}
    del kept["forgetting"]
    assert records.from_plain(kept).forgetting == {}
