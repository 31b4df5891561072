"""linnaeus weights: what it lists and how it describes, with nothing faked but what comes along."""

import json
from pathlib import Path

import pytest

from linnaeus.classifier.card import Preprocessing
from linnaeus.finetuning.weights.describe import WeightsFacts
from linnaeus.record import codec
from linnaeus.record.scores import Score
from tests.cli.fakes import stand_in

CARD = WeightsFacts(
    source="small",
    model="mlp",
    classes=(),
    preprocessing=Preprocessing(size=8, channels=1, resize="crop", mean=(0.5,), std=(0.25,)),
    data="digits",
    score=Score(value=0.91, low=0.9, high=0.92, n=3000),
    split="test",
    card={},
)


def test_the_list(linnaeus, monkeypatch: pytest.MonkeyPatch):
    stand_in(monkeypatch, "weights", lambda source, runs: [CARD])
    lines = linnaeus("weights").out.splitlines()
    assert lines[0] == "name   network  trained on  images  accuracy"
    assert lines[1] == "small  mlp      digits        8 px  test 91.0 % (90.0–92.0, n 3,000)"
    assert lines[2] == "next        linnaeus weights small · linnaeus train DATA --set weights=small"
    assert json.loads(linnaeus("weights", "--json").out) == json.loads(json.dumps([codec.to_plain(CARD)]))


@pytest.mark.usefixtures("in_place")
def test_a_run(linnaeus):
    out = linnaeus("weights", "last").out
    for line in (
        r"network     linear",
        r"contents    650 weights in 2 tensors, float32",
        r"classes     0, 1, 2, 3, 4, 5, 6, 7, … (10 in all)",
        r"images      8×8, grey, resized by crop",
        r"trained on  digits(limit=20)",
    ):
        assert line in out.splitlines()
    assert "accuracy    validation " in out
    found = json.loads(linnaeus("weights", "mine", "--json").out)
    assert found["source"].endswith("mine") and found["tensors"] == 2 and len(found["checksum"]) == 32


@pytest.mark.usefixtures("in_place")
def test_a_file_of_which_nothing_is_known(linnaeus, place: Path, tmp_path: Path):
    (tmp_path / "bare.safetensors").write_bytes((place / "runs" / "mine" / "model.safetensors").read_bytes())
    out = linnaeus("weights", str(tmp_path / "bare.safetensors")).out
    assert "network     unknown; a recipe must name it" in out
    assert "classes     names unknown" in out


@pytest.mark.usefixtures("in_place")
@pytest.mark.parametrize(
    ("source", "message"),
    [("yours", "there is no run 'yours'"), ("gone.pt", "there is no such run or file"), (".", "neither a run nor")],
)
def test_bad_input(linnaeus, source: str, message: str):
    result = linnaeus("weights", source)
    assert result.status == 1
    assert result.err.startswith("linnaeus: ") and message in result.err
    assert len(result.err.splitlines()) == 1
