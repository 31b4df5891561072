"""linnaeus extend: what it hands to the front desk, and what it prints."""

import json

import pytest

from linnaeus.errors import RecipeError
from linnaeus.record import record as records
from tests.cli.fakes import stand_in


@pytest.fixture
def asked(desk, monkeypatch):
    stand_in(monkeypatch, "extend", desk.answering("extend", lambda: desk.record))
    return desk.asked


PLAIN = {"replay": -1, "merge": False, "name": None, "runs": None}


@pytest.mark.parametrize(
    ("words", "options"),
    [
        ([], {}),
        (["--replay", "all"], {"replay": -1}),
        (["--replay", "none"], {"replay": None}),
        (["--replay", "0"], {"replay": 0}),
        (["--replay", "20"], {"replay": 20}),
        (["--merge"], {"merge": True}),
        (
            ["--epochs", "7", "--set", "train=head", "--set", "distill=0"],
            {"train": "head", "distill": "0", "epochs": 7},
        ),
        (["--name", "more"], {"name": "more"}),
    ],
)
def test_wishes_are_handed_on(linnaeus, asked, words, options):
    assert linnaeus("extend", "pets-1", "./owls", *words).status == 0
    assert asked == [("extend", ("pets-1", "./owls"), PLAIN | options)]


def test_the_end_is_that_of_a_training(linnaeus, asked):
    lines = linnaeus("extend", "pets-1", "owls").out.splitlines()
    assert lines[-1] == "next        linnaeus inspect last · linnaeus predict last FILE · linnaeus report last"
    assert any(line.startswith("validation") for line in lines)


def test_as_json(linnaeus, asked, desk):
    result = linnaeus("extend", "pets-1", "owls", "--json")
    assert json.loads(result.out) == json.loads(json.dumps(records.to_plain(desk.record)))
    assert result.err == ""


@pytest.mark.parametrize("replay", ["-1", "some", "2.5", ""])
def test_replay_is_all_none_or_a_number(linnaeus, asked, replay):
    result = linnaeus("extend", "pets-1", "owls", f"--replay={replay}")
    assert (result.status, asked) == (2, [])
    assert "must be all, none, or a number of images of each class" in result.err


def test_what_goes_wrong_is_one_line(linnaeus, asked, desk):
    desk.error = RecipeError("owls has no new class")
    result = linnaeus("extend", "pets-1", "owls")
    assert (result.status, result.err) == (2, "linnaeus: owls has no new class [RecipeError]\n")


@pytest.mark.parametrize("words", [["extend"], ["extend", "pets-1"], ["extend", "pets-1", "owls", "--epochs", "0"]])
def test_wrong_usage(linnaeus, asked, words):
    assert linnaeus(*words).status == 2
    assert not asked
