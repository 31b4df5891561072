"""A comparison says what its numbers carry, and survives being written."""

import json
from dataclasses import replace

import pytest

from linnaeus.record.comparison import Comparison, from_plain, rounded, shown
from linnaeus.record.scores import Score

FOUND = Comparison(
    first="a",
    second="b",
    split="val",
    n=1000,
    score_first=Score(value=0.85, low=0.827, high=0.871, n=1000),
    score_second=Score(value=0.862, low=0.839, high=0.882, n=1000),
    difference=Score(value=0.012, low=0.004, high=0.02, n=1000),
    only_first=2,
    only_second=14,
    p=0.0026,
    p_holm=0.0026,
    needed=860,
    train_s=(1.5, None),
)


def test_there_and_back():
    plain = json.loads(json.dumps(FOUND.to_plain()))
    assert plain["verdict"] == "distinguishable"
    assert plain["sentence"] == "b is better by 1.2 points (0.4–2.0), p = 0.003"
    assert from_plain(plain) == FOUND
    older = {name: value for name, value in plain.items() if name != "resampled"}
    assert from_plain(older) == FOUND
    resampled = replace(FOUND, resampled={"macro_f1": Score(value=0.01, low=-0.002, high=0.02, n=1000)})
    assert from_plain(json.loads(json.dumps(resampled.to_plain()))) == resampled
    assert (FOUND.mean_f1(), resampled.mean_f1()) == (None, "+1.0 points (-0.2 to +2.0)")
    with pytest.raises(KeyError):
        from_plain({})


def test_better_is_said_only_where_test_and_interval_agree():
    assert not replace(FOUND, p_holm=0.06).distinguishable
    assert not replace(FOUND, difference=replace(FOUND.difference, low=-0.001)).distinguishable
    edge = replace(FOUND, needed=2040, difference=replace(FOUND.difference, low=-0.001))
    assert edge.sentence() == "not distinguishable with n = 1,000: about 2,100 images would be needed"
    assert edge.points() == "+1.2 points (-0.1 to +2.0)"


def test_numbers_as_they_are_said():
    assert [shown(p) for p in (0.0001, 0.003, 0.0496, 0.25, 1.0)] == [
        "p < 0.001",
        "p = 0.003",
        "p = 0.050",
        "p = 0.25",
        "p = 1.00",
    ]
    assert [rounded(number) for number in (7, 73, 861, 810_001)] == [7, 73, 870, 820_000]
