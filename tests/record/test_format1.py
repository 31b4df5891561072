"""Runs that the version before format 2 left are read whole, and a damaged one says where. They lie in `format1`."""

import json
from pathlib import Path

import pytest

from linnaeus.classifier import classifier
from linnaeus.errors import RunError
from linnaeus.recipe import read
from linnaeus.recipe.recipe import Recipe
from linnaeus.record import codec, format1
from linnaeus.record import record as records
from linnaeus.record.folder import RunFolder

KEPT = Path(__file__).parent / "format1"
NAMES = sorted(folder.name for folder in KEPT.iterdir())


def raw(name):
    return json.loads((KEPT / name / "record.json").read_text())


def test_there_is_a_run_of_each_kind():
    assert NAMES == ["extended", "further", "head", "small"]


@pytest.mark.parametrize("name", NAMES)
def test_a_run_is_read_whole(name):
    folder, old = RunFolder(KEPT / name), raw(name)
    found = folder.record()
    assert (found.name, found.status, found.parent, found.test_openings) == (
        old["name"],
        old["status"],
        old["parent"],
        old["test_openings"],
    )
    assert found.data.counts == old["data"]["counts"] and list(found.data.classes) == old["data"]["classes"]
    assert found.environment.cpu == old["environment"]["cpu"] and found.environment.numpy is None
    assert found.model.parameters == old["model"]["parameters"]
    assert codec.to_plain(found.model.layers[0]) == {
        **old["model"]["layers"][0],
        "output": found.model.layers[0].output,
    }
    assert found.time.train_s == old["time"]["train_s"]
    assert found.history == folder.history() and found.history[0].val_loss == old["history"][0]["val_loss"]
    for split, metrics in old["scores"].items():
        assert codec.to_plain(found.scores[split].metrics) == metrics
        row, was = found.scores[split].classes[0], old["classes"][split][0]
        assert (row.name, row.correct, row.confused_with) == (was["name"], was["correct"], was["taken_for"])
    again = json.loads(json.dumps(records.to_plain(found)))
    assert again["format"] == 2 and records.from_plain(again, found.folder) == found


def test_all_that_was_found_is_there():
    found, old = RunFolder(KEPT / "small").record(), raw("small")
    look, was = found.inspection["val"], old["examined"]["val"]
    assert (look.n, look.listed, len(look.mistakes)) == (was["n"], was["listed"], len(was["mistakes"]))
    assert look.label_errors.count == was["suspects"]["count"] and look.no_label_errors is None
    assert [one.kind for one in look.symmetry] == [one["kind"] for one in was["turned"]]
    assert look.pairs[0].confused_with == was["pairs"][0]["taken_for"] and look.no_attention is None
    assert RunFolder(KEPT / "small").pictures("inspection-val") is not None  # under the name of then
    assert set(found.calibration) == {"val", "test"} and set(found.references) == {"akamaster"}
    assert found.references["akamaster"].short.value == pytest.approx(old["references"]["akamaster"]["short"]["value"])
    assert found.test_openings == 1


def test_what_was_forgotten_and_what_was_begun_with():
    found, old = RunFolder(KEPT / "extended").record(), raw("extended")
    one, was = found.forgetting["val"], old["forgetting"]["val"]
    assert (one.old_as_new.count, one.old_as_new.of) == (was["old_for_new"]["count"], was["old_for_new"]["of"])
    assert one.old_as_new.pairs[0].confused_with == was["old_for_new"]["pairs"][0]["taken_for"]
    assert one.paired.difference.value == was["paired"]["difference"]["value"] and one.paired.better == "before"
    assert found.model.start.head == "rows" and found.model.start.checksum == old["model"]["start"]["checksum"]


def test_why_there_is_no_temperature_is_a_reason():
    assert RunFolder(KEPT / "head").record().calibration["val"].reason.kind == "few_images"
    assert format1._reason("2 mistakes among 300 validation images are too few")["kind"] == "few_mistakes"
    assert format1._reason("the network's last activations before the head are vectors: nothing")["kind"] == "vectors"


@pytest.mark.parametrize("name", NAMES)
def test_its_recipe_and_its_classifier_are_read(name):
    recipe = Recipe(**read.read(KEPT / name / "recipe.toml", kept=True))
    assert read.to_plain(recipe).keys() >= RunFolder(KEPT / name).record().recipe.keys()
    loaded = classifier.load(KEPT / name)
    assert loaded.classes == RunFolder(KEPT / name).record().data.classes


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda old: old["data"].pop("counts"), r"missing required field `counts` at `\$.data`"),
        (lambda old: old["data"].update(colour="red"), r"unknown field at `\$.data.colour`"),
        (lambda old: old.pop("model"), "'model'"),
        (lambda old: old.update(scores=3), "cannot be read"),
    ],
)
def test_a_damaged_one_says_where(tmp_path, change, message):
    old = raw("small")
    change(old)
    (tmp_path / "record.json").write_text(json.dumps(old))
    with pytest.raises(RunError, match=f"record.json cannot be read: .*{message}|record.json {message}"):
        RunFolder(tmp_path).record()
