"""linnaeus train --repeats."""

import json
from pathlib import Path

import pytest

from linnaeus.record.comparison import Repeats
from linnaeus.record.scores import Score
from tests.cli.fakes import stand_in

FOUND = Repeats(
    runs=("pets-seed0", "pets-seed1"),
    seeds=(0, 1),
    scores=(Score(value=0.9, low=0.85, high=0.94, n=200), Score(value=0.91, low=0.86, high=0.95, n=200)),
    mean=0.905,
    std=0.00707,
    low=0.8415,
    high=0.9685,
)


@pytest.fixture
def asked(desk, monkeypatch):
    seen, one = [], desk.answering("train", lambda: desk.record)

    def train(*args, **options):
        if "repeats" not in options:
            return one(*args, **options)
        seen.append((args, {name: value for name, value in options.items() if name != "progress"}))
        return FOUND

    stand_in(monkeypatch, "train", train)
    return seen


def test_what_it_prints(linnaeus, desk, asked):
    lines = linnaeus("train", "pets", "--repeats", "2", "--seed", "0", "--runs", "r").out.splitlines()
    options = {"repeats": 2, "recipe": None, "seed": 0, "name": None, "runs": Path("r")}
    assert asked == [(("pets",), options)]
    assert desk.asked == []
    rows = [line.split() for line in lines if line.startswith("pets-seed")]
    assert rows == [
        ["pets-seed0", "0", "90.0", "%", "(85.0–94.0,", "n", "200)"],
        ["pets-seed1", "1", "91.0", "%", "(86.0–95.0,", "n", "200)"],
    ]
    (mean,) = [line for line in lines if "90.5 % (84.2–96.9)" in line]
    assert "0.71" in mean and "200" in mean
    assert lines[-1] == "next        linnaeus inspect r/pets-seed0 · linnaeus report r/pets-seed0"


def test_as_json(linnaeus, desk, asked):
    found = json.loads(linnaeus("train", "pets", "--repeats", "2", "--json").out)
    assert found["mean"] == 0.905
    assert found["scores"][1] == {"value": 0.91, "low": 0.86, "high": 0.95, "n": 200}


def test_one_is_an_ordinary_run(linnaeus, desk, asked):
    linnaeus("train", "pets", "--repeats", "1")
    assert asked == []
    assert desk.asked[0][0] == "train"
