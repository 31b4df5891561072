"""linnaeus transfer: what it hands to the front desk, and what it prints."""

import json
from dataclasses import replace

import pytest

from linnaeus.record import codec
from linnaeus.record.comparison import Transfers, Way
from linnaeus.record.scores import Score
from tests.cli.fakes import stand_in
from tests.record.test_comparison import FOUND

SCRATCH = Way(
    way="scratch",
    share=0.05,
    images=60,
    run="pets-transfer-scratch-5",
    score=Score(value=0.85, low=0.827, high=0.871, n=1000),
    train_s=12.0,
)
HEAD = replace(
    SCRATCH,
    way="head",
    run="pets-transfer-head-5",
    score=Score(value=0.862, low=0.839, high=0.882, n=1000),
    train_s=1.5,
)
MADE = Transfers(data="pets", weights="old", ways=(SCRATCH, HEAD), comparisons=((0.05, FOUND),))


@pytest.fixture
def asked(desk, monkeypatch):
    def transfer(*args, ways=None, **options):
        if ways is None:
            return one(*args, **options)
        out = options.get("out")
        return replace(several(*args, ways=ways, **options), picture=str(out) if out else None)

    several, one = desk.answering("transfer", lambda: MADE), desk.answering("transfer", lambda: desk.record)
    stand_in(monkeypatch, "transfer", transfer)
    return desk.asked


def test_one_way(linnaeus, asked):
    lines = linnaeus("transfer", "pets", "--weights", "old").out.splitlines()
    assert asked == [
        (
            "transfer",
            ("pets",),
            {"weights": "old", "name": None, "runs": None},
        )
    ]
    assert lines[-1].startswith("next        linnaeus inspect last · linnaeus predict last FILE")


def test_all_ways(linnaeus, asked):
    assert linnaeus("transfer", "pets", "--weights", "old", "--compare").status == 0
    ((name, data, options),) = asked
    assert (name, data) == ("transfer", ("pets",))
    assert options == {
        "weights": "old",
        "ways": ["scratch", "head", "all", "head-then-all"],
        "shares": [0.05, 0.2, 1.0],
        "out": None,
        "name": None,
        "runs": None,
    }


def test_wishes_are_handed_on(linnaeus, asked):
    words = (
        "--ways",
        "head, last(2)",
        "--shares",
        "0.5",
        "--model",
        "resnet",
        "--set",
        "epochs=2",
        "--name",
        "mine",
        "--runs",
        "there",
    )
    assert linnaeus("transfer", "pets", "--weights", "old", "--compare", *words).status == 0
    options = asked[0][2]
    assert options["ways"] == ["head", "last(2)"] and options["shares"] == [0.5]
    assert (options["model"], options["epochs"]) == ("resnet", "2")
    assert options["name"] == "mine" and str(options["runs"]) == "there"


def test_the_table_and_what_can_be_told(linnaeus, asked, tmp_path):
    file = tmp_path / "curves.svg"
    lines = linnaeus("transfer", "pets", "--weights", "old", "--compare", "--out", str(file)).out.splitlines()
    rows = [line.split() for line in lines if line.endswith("-5") and "%" in line]
    assert rows == [
        [
            "5.0",
            "%",
            "60",
            "scratch",
            "85.0",
            "%",
            "(82.7–87.1,",
            "n",
            "1,000)",
            "12.0",
            "s",
            "pets-transfer-scratch-5",
        ],
        ["5.0", "%", "60", "head", "86.2", "%", "(83.9–88.2,", "n", "1,000)", "1.50", "s", "pets-transfer-head-5"],
    ]
    told = "b is better than a by 1.2 percentage points (95 % interval 0.4–2.0; p = 0.003, n = 1,000)."
    assert f"- With 5.0 % of the images: {told}" in lines
    assert lines[-2:] == [
        f"picture     {file}",
        "next        linnaeus inspect pets-transfer-head-5 · linnaeus report pets-transfer-head-5",
    ]
    assert asked[0][2]["out"] == file


def test_as_json(linnaeus, asked):
    result = linnaeus("transfer", "pets", "--weights", "old", "--compare", "--json")
    found = json.loads(result.out)
    assert found == json.loads(json.dumps(codec.to_plain(MADE)))
    assert found["comparisons"][0][0] == 0.05
    assert json.loads(linnaeus("transfer", "pets", "--weights", "old", "--json").out)["name"] == "pets-1"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--compare", "--shares", "5%"], "--shares 5% must be numbers above 0 and at most 1"),
        (["--compare", "--shares", "0.5,0"], "--shares 0.5,0 must be numbers above 0 and at most 1"),
        (["--compare", "--shares", "nan"], "--shares nan must be numbers above 0 and at most 1"),
        (["--compare", "--out", "curves.pdf"], "write FILE.svg or FILE.png"),
        (["--out", "curves.svg"], "--out goes with --compare"),
    ],
)
def test_wrong_usage_is_said_before_anything_is_trained(linnaeus, asked, words, message):
    result = linnaeus("transfer", "pets", "--weights", "old", *words)
    assert (result.status, asked) == (2, [])
    assert message in result.err


def test_weights_must_be_named(linnaeus, asked):
    assert linnaeus("transfer", "pets").status == 2
    assert not asked
