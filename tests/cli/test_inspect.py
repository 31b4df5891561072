"""linnaeus inspect: what it hands to the front desk, what it prints; and with nothing faked, on labels that were planted wrong."""

import csv
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sklearn.datasets import load_digits

from linnaeus.cli.app import run
from linnaeus.record import codec
from linnaeus.record.inspection import FIXES, Inspection
from linnaeus.record.scores import Reason
from tests.cli.fakes import stand_in
from tests.record.test_inspection import FOUND, LABEL_ERRORS

QUICK = ("--set", "threads=1", "--set", "precision=fp32", "--set", "compile=off")


@pytest.fixture
def asked(desk, monkeypatch):
    answers = [replace(FOUND, files={**FOUND.files, "mistakes": "runs/pets-1/mistakes-val.csv"})]
    stand_in(monkeypatch, "inspect", desk.answering("inspect", lambda: answers[0]))
    return desk.asked, answers


def test_what_it_hands_on_and_prints(linnaeus, asked):
    lines = linnaeus("inspect", "pets-1", "--split", "train", "--weights", "old", "--fixes", "f.csv").out.splitlines()
    options = {"split": "train", "weights": "old", "retrain": False, "fixes": Path("f.csv"), "data": None, "runs": None}
    assert asked[0] == [("inspect", ("pets-1",), options)]
    told = " ".join(" ".join(lines).split())
    for wanted in (
        "Misclassified (validation): 50.0 % (10.0–90.0, n 4).",
        "1 of 4 labels may be wrong, 50.0 % (10.0–90.0) (training, validation). A different label is recommended for 1.",
        "cross-validation (5 folds) on the run’s own features, which agree with 50.0 % (10.0–90.0) of the labels",
        "Most often an image labelled a looks like b (1).",
        "--weights judges by other features, --retrain by networks trained anew",
        "Not checked, having fewer than 5 images: c.",
        "runs/pets-1/mistakes-val.csv · /elsewhere/fixes.csv",
        "nearest neighbours 0.10 s",
    ):
        assert wanted in told
    rows = [line.split() for line in lines]
    assert ["a", "b", "2", "50.0", "%", "(10.0–90.0)", "4", "x.png"] in rows  # what is confused
    assert any(row[:3] == ["mirrored", "left", "to"] and "→" in row for row in rows)
    assert "the network cannot tell them apart (2 of 4 wrong)" in told
    assert "linnaeus report pets-1 · linnaeus fix DATA /elsewhere/fixes.csv" in told


def test_what_exchanges_its_place_and_where_nothing_is_found(linnaeus, asked):
    turned = FOUND.symmetry[0]
    both = (turned.moves[0], replace(turned.moves[0], name="b", to="a"))
    turned = replace(turned, moves=both, augmented_by=None, blurred=())
    asked[1][:] = [
        replace(
            FOUND, symmetry=(turned,), label_errors=None, no_label_errors=Reason(kind="few_images", values={"folds": 5})
        )
    ]
    out = linnaeus("inspect", "pets-1").out
    flat = " ".join(out.split())
    assert "these classes trade places: a ↔ b. No augmentation should do that." in flat
    assert "Labels were not checked: cross-validation needs at least two classes with 5 images each." in flat
    assert "linnaeus fix" not in out
    by_others = replace(LABEL_ERRORS, count=0, seen=False, both=3, features="retrained")
    asked[1][:] = [replace(FOUND, symmetry=(), pairs=(), label_errors=by_others)]
    out = linnaeus("inspect", "pets-1").out
    flat = " ".join(out.split())
    assert "5 networks, each retrained without a part of the images" in flat
    assert "memorized" not in flat and "mirrored left to right" not in flat
    assert "3 of them are suspects by the run’s own features as well." in flat


def test_as_json(linnaeus, asked):
    assert codec.from_plain(Inspection, json.loads(linnaeus("inspect", "pets-1", "--json").out)) == asked[1][0]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A working folder with a run of 24 epochs, `wrong`, on digits of which 3 % have another's label: `wrong.json` has them."""
    folder = tmp_path_factory.mktemp("place")
    digits, rng = load_digits(), np.random.default_rng(0)
    labels_N = digits.target.copy()
    wrong = rng.choice(len(labels_N), 54, replace=False)
    labels_N[wrong] = (labels_N[wrong] + rng.integers(1, 10, len(wrong))) % 10
    names = np.array(["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"])
    images = np.round(digits.images * 15.9375).astype(np.uint8)[..., None]
    np.savez(folder / "digits.npz", images=images, labels=names[labels_N])
    (folder / "wrong.json").write_text(json.dumps({f"all/{row:05d}": str(names[digits.target[row]]) for row in wrong}))
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("LINNAEUS_DATA", str(folder / "cache"))
        patch.delenv("LINNAEUS_RUNS", raising=False)
        train = ("train", "arrays('digits.npz')", "--model", "convnet(width=8)", *QUICK, "--json")
        assert run([*train, "--epochs", "24", "--name", "wrong"]) == 0
        assert run([*train, "--epochs", "1", "--model", "mlp", "--name", "vectors"]) == 0
    return folder


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(newline="", encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def record(place: Path, name: str = "wrong") -> dict:
    return json.loads((place / "runs" / name / "record.json").read_text())


@pytest.mark.usefixtures("in_place")
def test_a_run_from_end_to_end(linnaeus, place):
    done = linnaeus("inspect", "wrong")
    assert done.status == 0, done.err
    folder, planted = place / "runs" / "wrong", json.loads((place / "wrong.json").read_text())
    found = codec.from_plain(Inspection, record(place)["inspection"]["val"])

    fixes = rows(folder / "fixes.csv")
    assert tuple(fixes[0]) == FIXES
    hits = [row for row in fixes if row["path"] in planted]
    assert found.label_errors is not None
    assert found.label_errors.count == len(fixes)
    assert len(hits) / len(fixes) > 0.8  # 30 of 31 were seen; by chance it would be one in forty
    assert len(hits) > 25  # of some 46 in train and val; the test labels are not looked at
    assert sum(row["label"] == planted[row["path"]] for row in hits) > 0.9 * len(hits)
    assert {row["action"] for row in fixes} <= {"keep", "relabel"}
    assert all(row["label"] != row["given"] for row in fixes)
    assert record(place)["test_openings"] == 0

    mistakes = rows(folder / "mistakes-val.csv")
    assert len(mistakes) == found.listed == round(found.errors.value * found.n)
    assert all(row["label"] != row["predicted"] for row in mistakes)
    of_train = np.load(folder / "predictions-val.npz")["names"].tolist()
    assert not {row["neighbour_1"] for row in mistakes} & set(of_train)

    kept = np.load(folder / "pictures-inspection-val.npz")
    assert kept["names"][found.mistakes[0].picture] == found.mistakes[0].name == mistakes[0]["name"]
    assert kept["names"][found.mistakes[0].neighbours[0].picture] == mistakes[0]["neighbour_1"]
    assert kept["names"][found.label_errors.top[0].picture] == fixes[0]["path"]
    assert kept["maps"].shape == (min(24, found.listed), 2, 8, 8)
    assert found.no_attention is None
    moved = {turned.kind: [(move.name, move.to) for move in turned.moves] for turned in found.symmetry}
    assert moved.keys() >= {"mirror", "half_turn"}
    assert ("six", "nine") in moved["half_turn"]  # 24 of 25 were seen


@pytest.mark.usefixtures("in_place")
def test_a_list_that_was_edited_is_not_overwritten(linnaeus, place):
    fixes = place / "runs" / "wrong" / "fixes.csv"
    assert linnaeus("inspect", "wrong").status == 0
    assert linnaeus("inspect", "wrong", "--json").status == 0  # as it was left: written anew
    edited = fixes.read_text() + "all/00000,drop,,,,,mine\n"
    fixes.write_text(edited)
    refused = linnaeus("inspect", "wrong")
    assert refused.status == 1
    assert "name another file with --fixes FILE" in refused.err
    assert fixes.read_text() == edited
    assert linnaeus("inspect", "wrong", "--fixes", "lists/mine.csv").status == 0
    assert record(place)["inspection"]["val"]["files"]["fixes"] == str(place / "lists" / "mine.csv")
    assert linnaeus("inspect", "wrong", "--fixes", "lists").status == 1
    fixes.unlink()


@pytest.mark.usefixtures("in_place")
def test_the_sealed_test_split_is_refused_and_an_opened_one_counted(linnaeus, place):
    before = record(place)["test_openings"]
    refused = linnaeus("inspect", "wrong", "--split", "test")
    assert refused.status == 2 and "first linnaeus evaluate wrong --split test" in refused.err
    assert record(place)["test_openings"] == before
    assert linnaeus("evaluate", "wrong", "--split", "test").status == 0
    for opened in (2, 3):
        assert linnaeus("inspect", "wrong", "--split", "test", "--fixes", f"test-{opened}.csv").status == 0
        assert record(place)["test_openings"] == before + opened
    assert codec.from_plain(Inspection, record(place)["inspection"]["test"]).label_errors.splits == (
        "train",
        "val",
        "test",
    )


@pytest.mark.usefixtures("in_place")
def test_features_of_other_weights_and_a_network_without_maps(linnaeus, place):
    done = linnaeus("inspect", "vectors", "--weights", "wrong", "--json")
    assert done.status == 0, done.err
    found = codec.from_plain(Inspection, json.loads(done.out))
    assert found.no_attention.kind == "vectors"
    assert (found.label_errors.features, found.label_errors.seen) == (
        "wrong",
        True,
    )  # a run on these labels has seen them
    assert found.label_errors.both is not None
    unknown = linnaeus("inspect", "vectors", "--weights", "nothing")
    assert (unknown.status, unknown.err.count("\n")) == (1, 1)


@pytest.mark.usefixtures("in_place")
def test_networks_trained_anew(linnaeus, place):
    done = linnaeus("inspect", "wrong", "--retrain", "--fixes", "anew.csv")
    assert done.status == 0, done.err
    found = codec.from_plain(Inspection, record(place)["inspection"]["val"])
    assert (found.label_errors.features, found.label_errors.seen) == ("retrained", False)
    planted, fixes = json.loads((place / "wrong.json").read_text()), rows(place / "anew.csv")
    hits = [row for row in fixes if row["path"] in planted]
    assert len(hits) > 30  # of some 46
    assert len(hits) / len(fixes) > 0.8  # 37 of 40 were seen
    assert not list(place.glob("runs/wrong/*fold*"))


@pytest.mark.usefixtures("in_place")
def test_bad_wishes(linnaeus, place):
    assert linnaeus("inspect", "none").status == 1
    assert linnaeus("inspect", "wrong", "--split", "tset").status == 2
    assert linnaeus("inspect").status == 2
    both = linnaeus("inspect", "wrong", "--retrain", "--weights", "wrong")
    assert (both.status, "give --weights or --retrain" in both.err) == (2, True)
