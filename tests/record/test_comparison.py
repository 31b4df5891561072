"""A comparison says what its numbers carry, and survives being written."""

import json
from dataclasses import replace

import pytest

from linnaeus.errors import RunError
from linnaeus.record import codec
from linnaeus.record.comparison import Comparison
from linnaeus.record.scores import Score
from linnaeus.reporting.words import words
from tests.reporting import said

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
    detectable=0.011,
    train_s=(1.5, None),
)


def test_there_and_back():
    plain = json.loads(json.dumps(codec.to_plain(FOUND)))
    assert FOUND.better == "b"
    told = "b is better than a by 1.2 percentage points (95 % interval 0.4–2.0; p = 0.003, n = 1,000)."
    assert said.told(FOUND) == told
    assert codec.from_plain(Comparison, plain) == FOUND
    older = {name: value for name, value in plain.items() if name not in ("resampled", "detectable")}
    assert codec.from_plain(Comparison, older) == replace(FOUND, detectable=None)
    assert (
        codec.from_plain(Comparison, {**plain, "needed": 860}).needed == 860
    )  # records of before keep it; it is not told
    resampled = replace(FOUND, resampled={"macro_f1": Score(value=0.01, low=-0.002, high=0.02, n=1000)})
    assert codec.from_plain(Comparison, json.loads(json.dumps(codec.to_plain(resampled)))) == resampled
    assert "F1" not in said.told(FOUND) and "+1.0 percentage points (95 % interval −0.2 to +2.0" in said.told(resampled)
    with pytest.raises(RunError):
        codec.from_plain(Comparison, {})


def test_better_is_said_only_where_test_and_interval_agree():
    assert not replace(FOUND, p_holm=0.06).distinguishable
    assert not replace(FOUND, difference=replace(FOUND.difference, low=-0.001)).distinguishable
    edge = replace(FOUND, detectable=0.0141, difference=replace(FOUND.difference, low=-0.001))
    assert said.told(edge).endswith(
        "only differences of about 1.5 percentage points or more are detected in four of five trials."
    )
    assert "the difference is +1.2 percentage points (95 % interval −0.1 to +2.0" in said.told(edge)


def test_numbers_as_they_are_said():
    assert [words("en").p(p) for p in (0.0001, 0.003, 0.0496, 0.25, 1.0)] == [
        "p < 0.001",
        "p = 0.003",
        "p = 0.050",
        "p = 0.25",
        "p = 1.00",
    ]
