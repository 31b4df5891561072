"""evaluate, predict, report, data, runs, parts, env: what they print, in every format."""

import csv
import io
import json
import os
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from linnaeus.delivery.answers import Unread, Wish, as_csv, as_json
from linnaeus.delivery.predictor import Predicted
from linnaeus.delivery.writing import Target, Written
from linnaeus.files import harmless
from linnaeus.record import codec
from linnaeus.stats import calibrate
from tests.cli.fakes import answer, run_record, stand_in

PETS = Predicted(
    predictions=(answer("cat.jpg", ("cat", 0.9), ("dog", 0.1)), answer("=1+1.png", ("-dog", 0.75), ("cat", 0.25))),
    unread=(),
)
EVIL = Unread(name="evil\x1b[2J.png", error="not an image")
BROKEN = replace(PETS, unread=(Unread(name="@half.jpg", error="truncated JPEG"), EVIL))


def test_evaluate(linnaeus, desk):
    result = linnaeus("evaluate", "last")
    assert desk.asked[0] == ("evaluate", ("last",), {"split": None, "data": None, "tta": None, "runs": None})
    lines = result.out.splitlines()
    assert lines[:2] == [
        "validation  90.0 % (61.0–98.0, n 10)", "weakest     cat, 3 of 4 correct, most often confused with dog",
    ]  # fmt: skip
    assert "accuracy          90.0 % (61.0–98.0)" in lines
    place = next(place for place, line in enumerate(lines) if line.startswith("class  "))
    assert lines[place].split() == ["class", "precision", "recall", "F1", "images", "most", "often", "confused", "with"]
    assert [" ".join(line.split()) for line in lines[place + 1 : place + 3]] == [
        "cat 100.0 % (40.0–100.0) 75.0 % (50.0–90.0) 86.0 % (50.0–97.0) 4 dog",
        "dog 100.0 % (40.0–100.0) 100.0 % (70.0–100.0) 86.0 % (50.0–97.0) 6",
    ]
    assert lines[-1] == "next        linnaeus inspect last · linnaeus report last · linnaeus predict last FILE"


def test_evaluate_on_the_test_split_and_on_other_data(linnaeus, desk):
    result = linnaeus("evaluate", "mine", "--split", "test", "--data", "./new", "--runs", "r")
    assert desk.asked[0] == ("evaluate", ("mine",), {"split": "test", "data": "./new", "tta": None, "runs": Path("r")})
    assert result.out.splitlines()[-1].startswith("next        linnaeus report mine")


def test_evaluate_as_json(linnaeus, desk):
    found = json.loads(linnaeus("evaluate", "last", "--json").out)
    assert found["metrics"]["accuracy"] == {"value": 0.9, "low": 0.61, "high": 0.98, "n": 10}
    assert [row["name"] for row in found["classes"]] == ["cat", "dog"]
    assert found["calibration"] is None


def test_evaluate_tells_of_the_calibration(linnaeus, desk):
    desk.calibration = calibration()
    result = linnaeus("evaluate", "last", "--runs", "r")
    assert desk.asked[1] == ("calibration", ("last", "val"), {"runs": Path("r")})
    (line,) = [line for line in result.out.splitlines() if line.startswith("calibration")]
    assert "ECE (validation, n = 60): 5.0 % (0.0–16.7)" in line and "60 validation images are too few" in line
    found = json.loads(linnaeus("evaluate", "last", "--json").out)["calibration"]
    assert found["raw"]["ece"]["n"] == 60


def calibration():
    """Of 60 images whose probabilities are what they say."""
    labels_N = np.arange(60) % 2
    raw_NK = np.array([[0.8, 0.2], [0.3, 0.7]], np.float32)[np.where(np.arange(60) % 5 == 0, 1 - labels_N, labels_N)]
    return calibrate.measure(labels_N, raw_NK, calibrate.fit(labels_N, raw_NK), split="val", fitted_here=True)


UNSURE = Predicted(
    predictions=(
        replace(answer("a.png", ("cat", 0.9), ("dog", 0.1)), unknown=False, set=("cat",)),
        replace(answer("b.png", ("-dog", 0.55), ("cat", 0.45)), unknown=True, set=("-dog", "cat")),
    ),
    unread=(Unread(name="c.png", error="cut"),),
)


def test_sets_and_the_unknown_are_asked_for_and_printed(linnaeus, desk):
    desk.answers = UNSURE
    result = linnaeus("predict", "last", "a", "--sets", "0.95", "--unknown", "--top", "2")
    wish = Wish(top=2, sets=0.95, unknown=True)
    assert desk.asked == [("listed", ("last", ["a"], wish), {"threads": 0, "runs": None})]
    assert [line.split() for line in result.out.splitlines()[:3]] == [
        ["image", "class", "class", "2", "set"],
        ["a.png", "cat", "90.0", "%", "dog", "10.0", "%", "{cat}"],
        ["b.png", "unknown", "(-dog)", "55.0", "%", "cat", "45.0", "%", "{-dog,", "cat}"],
    ]


def test_sets_and_the_unknown_in_csv_and_json():
    assert list(csv.reader(io.StringIO(as_csv(UNSURE)))) == [
        ["image", "label", "probability", "label_2", "probability_2", "likeliest", "set", "error"],
        ["a.png", "cat", "0.900000", "dog", "0.100000", "cat", '["cat"]', ""],
        ["b.png", "unknown", "0.550000", "cat", "0.450000", "'-dog", '["-dog", "cat"]', ""],
        ["c.png", "", "", "", "", "", "", "cut"],
    ]
    found = json.loads(as_json(UNSURE))["predictions"][1]
    assert (found["labels"], found["unknown"], found["set"]) == (["-dog", "cat"], True, ["-dog", "cat"])


def test_predict_as_a_table(linnaeus, desk):
    desk.answers = PETS
    result = linnaeus("predict", "last", "a", "b", "--top", "2")
    wish = Wish(top=2, sets=None, unknown=False)
    assert desk.asked == [("listed", ("last", ["a", "b"], wish), {"threads": 0, "runs": None})]
    assert result.status == 0
    assert result.out.splitlines()[:3] == [
        "image     class          class 2",
        "cat.jpg   cat    90.0 %  dog      10.0 %",
        "=1+1.png  -dog   75.0 %  cat      25.0 %",
    ]
    assert result.out.splitlines()[-1].startswith("next        linnaeus predict last FILE --top 3")


@pytest.mark.parametrize("format_", ["table", "csv", "json"])
def test_what_could_not_be_read_is_listed_and_counted(linnaeus, desk, format_):
    desk.answers = BROKEN
    result = linnaeus("predict", "last", ".", "--format", format_)
    assert result.status == 1
    assert result.err == (
        "linnaeus: 2 of 4 images could not be read\n  @half.jpg: truncated JPEG\n  evil\\x1b[2J.png: not an image\n"
    )
    assert "next" not in result.out


def test_csv_has_a_row_for_each_image_and_no_formula(linnaeus, desk):
    desk.answers = BROKEN
    rows = list(csv.reader(io.StringIO(linnaeus("predict", "last", ".", "--format", "csv").out)))
    assert rows == [
        ["image", "label", "probability", "label_2", "probability_2", "error"],
        ["cat.jpg", "cat", "0.900000", "dog", "0.100000", ""],
        ["'=1+1.png", "'-dog", "0.750000", "cat", "0.250000", ""],
        ["'@half.jpg", "", "", "", "", "truncated JPEG"],
        ["evil\x1b[2J.png", "", "", "", "", "not an image"],
    ]


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_cells_that_a_spreadsheet_would_run(first):
    assert harmless(f"{first}SUM(A1)") == f"'{first}SUM(A1)"
    assert harmless(f"a{first}b") == f"a{first}b"


@pytest.mark.parametrize("name", ["a,b.png", 'say "cat".png', "two\nlines.png", "кошка.png", "'quoted", ""])
def test_odd_names_survive_csv(name):
    rows = list(
        csv.reader(io.StringIO(as_csv(Predicted(predictions=(answer(name, ("cat", 1.0)),), unread=())), newline=""))
    )
    assert rows[1][0] == name


def test_json_has_the_exact_names():
    odd = ("=1+1\x1b.png", os.fsdecode(b"caf\xe9.png"), "кошка")
    cut = Unread(name=odd[1], error="cut")
    found = json.loads(as_json(Predicted(predictions=tuple(answer(name, ("cat", 1.0)) for name in odd), unread=(cut,))))
    assert [row["name"] for row in found["predictions"]] == list(odd)
    assert found["predictions"][0] == {
        "name": odd[0], "labels": ["cat"], "probabilities": [1.0], "unknown": None, "set": None,
    }  # fmt: skip
    assert found["unread"] == [{"name": odd[1], "error": "cut"}]


def test_nothing_but_data_on_standard_output(linnaeus, desk):
    desk.answers = PETS
    by_format, by_json = (linnaeus("predict", "last", ".", *more).out for more in (["--format", "json"], ["--json"]))
    assert json.loads(by_format)["unread"] == []
    assert by_json == by_format
    assert len(linnaeus("predict", "last", ".", "--format", "csv").out.splitlines()) == 3


def test_answers_go_into_a_file_whole(linnaeus, desk, tmp_path):
    desk.answers = replace(PETS, predictions=(*PETS.predictions, answer(os.fsdecode(b"caf\xe9.png"), ("cat", 1.0))))
    file = tmp_path / "new" / "predictions.txt"
    result = linnaeus("predict", "last", ".", "--format", "csv", "--out", str(file))
    assert result.out == f"written     {file}, 3 images\n"
    assert file.read_text().splitlines()[0] == "image,label,probability,label_2,probability_2,error"
    assert [path.name for path in file.parent.iterdir()] == ["predictions.txt"]


@pytest.mark.parametrize("words", [["--out", "a.csv"], ["--out", "a.csv", "--resume", "--format", "csv"]])
def test_answers_of_any_number_go_into_a_file_as_they_come(linnaeus, desk, words, monkeypatch):
    written = Written(file=Path("a.csv"), n=7, unread=2, first_unread=(EVIL,))
    stand_in(monkeypatch, "to_file", desk.answering("to_file", lambda: written), "predicting")
    result = linnaeus("predict", "last", ".", *words)
    assert desk.asked == [
        (
            "to_file",
            ("last", ["."], Target(file=Path("a.csv"), resume="--resume" in words), Wish()),
            {"threads": 0, "runs": None},
        )
    ]
    assert result.status == 1
    assert result.out == "written     a.csv, 7 images\n"
    assert result.err == "linnaeus: 2 of 9 images could not be read\n  evil\\x1b[2J.png: not an image\n  …\n"
    found = json.loads(linnaeus("predict", "last", ".", *words, "--json").out)
    assert found == json.loads(json.dumps(codec.to_plain(written)))


def test_what_is_resumed_has_a_file(linnaeus, desk):
    desk.answers = PETS
    result = linnaeus("predict", "last", ".", "--resume")
    assert result.status == 2
    assert "name it with --out" in result.err


def test_a_file_that_cannot_be_written(linnaeus, desk, tmp_path):
    desk.answers = PETS
    result = linnaeus("predict", "last", ".", "--out", str(tmp_path))
    assert result.status == 1
    assert re.fullmatch(r"linnaeus: cannot write .*: it is not a file; choose another name \[RunError\]\n", result.err)


def test_report(linnaeus, desk):
    lines = linnaeus("report", "pets-1").out.splitlines()
    assert lines[0] == "report      runs/pets-1/report.html"
    assert "file://" in lines[1]


def test_runs(linnaeus, desk):
    assert linnaeus("runs").out.splitlines() == [
        "run     data  network  status                  validation",
        "pets-1  pets  convnet  finished  90.0 % (61.0–98.0, n 10)",
        "next        linnaeus report pets-1",
    ]
    desk.record = replace(run_record(), status="stopped", scores={})
    assert linnaeus("runs").out.splitlines()[1:] == [
        "pets-1  pets  convnet  stopped",
        "next        linnaeus resume pets-1",
    ]
    assert json.loads(linnaeus("runs", "--json").out)[0]["status"] == "stopped"


def test_runs_names_one_that_cannot_be_read_and_lists_the_others(linnaeus, tmp_path):
    for name, record in (("broken", "["), ("deep", "[" * 100_000), ("empty", "{}")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "recipe.toml").touch()
        (tmp_path / name / "record.json").write_text(record)
    result = linnaeus("runs", "--runs", str(tmp_path))
    assert [name in result.err for name in ("broken", "deep", "empty")] == [True] * 3


def test_no_runs_yet(linnaeus, tmp_path):
    assert linnaeus("runs", "--runs", str(tmp_path)).out == "runs        none yet\nnext        linnaeus train digits\n"


def test_parts(linnaeus):
    everything = linnaeus("parts").out
    assert {"models", "datasets", "optimizers"} <= set(everything.splitlines())
    models = linnaeus("parts", "models").out
    assert models.splitlines()[0] == "models"
    assert re.search(r"^  resnet +Residual networks", models, re.MULTILINE)
    assert "adam" not in models


def test_one_part_in_full(linnaeus):
    text = linnaeus("parts", "models", "resnet").out
    assert text.startswith("resnet(depth=20, ")
    assert "arXiv 1512.03385" in text
    digits = linnaeus("parts", "datasets", "digits").out
    assert re.search(r"^also +.*limit=None.*\(as every part of datasets\)$", digits, re.MULTILINE)


def test_parts_that_are_not_there(linnaeus):
    result = linnaeus("parts", "modells")
    assert (result.status, result.err) == (
        2,
        "linnaeus: there is no shelf 'modells'; did you mean models? [UnknownName]\n",
    )
    assert "did you mean resnet" in linnaeus("parts", "models", "resnett").err


def test_env(linnaeus, desk):
    lines = linnaeus("env").out.splitlines()
    assert [line.split() for line in lines if "Abacus" in line] == [["processor", "Abacus"]]
    assert not any(line.startswith("graphics") for line in lines)  # there is none
    assert lines[-1] == "next        linnaeus train digits"
    found = json.loads(linnaeus("env", "--json").out)
    assert (found["cpu"], found["gpu"]) == ("Abacus", None)
