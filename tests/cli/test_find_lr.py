"""linnaeus find-lr: what it asks for, and what it prints."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from linnaeus import events
from linnaeus.record import codec
from linnaeus.record.measurements import LrRange
from tests.cli.fakes import stand_in

FOUND = {
    "suggestion": 0.017,
    "lowest": 0.171,
    "fastest": 0.0206,
    "diverged": True,
    "optimizer": "adamw(lr=0.017)",
    "steps": [{"lr": 10.0 ** (index - 6), "loss": 2.0, "smoothed": 2.1} for index in range(7)],
}


@pytest.fixture
def asked(monkeypatch):
    seen = []

    def find_lr(*args, progress: events.Watcher, **options):
        progress(events.Reading(done=1, total=7, what="lr-range"))
        seen.append((args, options))
        found = codec.from_plain(LrRange, FOUND)
        return replace(found, picture=str(options["out"])) if options["out"] else found

    stand_in(monkeypatch, "find_lr", find_lr)
    return seen


def test_what_it_prints(linnaeus, asked):
    lines = linnaeus("find-lr", "my photos", "--model", "resnet", "--set", "seed=1", "--out", "r.svg").out.splitlines()
    options = {
        "model": "resnet",
        "recipe": None,
        "seed": "1",
        "sweep": (1e-6, 10.0, 100),
        "out": Path("r.svg"),
    }
    assert asked == [(("my photos",), options)]
    assert lines[:3] == [
        "learning rate   loss  smoothed loss", "         10⁻⁶  2.000          2.100", "         10⁻⁵  2.000          2.100",
    ]  # fmt: skip
    assert lines[8:] == [
        "",
        "sweep       7 steps from 10⁻⁶ to 1, where the loss diverged · loss lowest at 0.17 · falls fastest at 0.021",
        "suggestion  0.017: the smaller of a tenth of the learning rate where the smoothed loss is lowest and the one where it "
        "falls fastest",
        "picture     r.svg",
        "next        linnaeus train 'my photos' --model resnet --set 'optimizer=adamw(lr=0.017)'",
    ]


def test_the_suggested_training_begins_with_the_same_weights(linnaeus, asked):
    out = linnaeus("find-lr", "digits", "--set", "seed=1", "--set", "weights=my runs/first").out
    suggested = "linnaeus train digits --set 'weights=my runs/first' --set 'optimizer=adamw(lr=0.017)'"
    assert out.splitlines()[-1].removeprefix("next").strip() == suggested


def test_the_table_as_json(linnaeus, asked):
    assert json.loads(
        linnaeus("find-lr", "digits", "--low", "1e-4", "--high", "1", "--steps", "20", "--json").out
    ) == FOUND | {"picture": None}
    assert asked[0][1]["sweep"] == (1e-4, 1.0, 20)
