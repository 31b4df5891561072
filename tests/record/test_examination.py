"""What was found by looking at mistakes, written to a record and read back."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from linnaeus.record import examination
from linnaeus.record.inspection import (
    Confused,
    Inspection,
    LabelError,
    LabelErrors,
    Mistake,
    Move,
    Neighbour,
    Turned,
)
from linnaeus.record.scores import Score

SHARE = Score(value=0.5, low=0.1, high=0.9, n=4)
PAIR = Confused(name="a", taken_for="b", count=2, share=SHARE, images=("x.png",))
MISTAKE = Mistake(
    name="x.png",
    label="a",
    predicted="b",
    top=(("b", 0.9), ("a", 0.1)),
    of_label=0.1,
    neighbours=(Neighbour(name="y.png", label="b", distance=0.25, picture=1),),
    picture=0,
)
SUSPECT = LabelError(
    name="x.png", split="val", given="a", suggested="b", of_given=0.01, of_suggested=0.98, action="relabel", picture=0
)
LABEL_ERRORS = LabelErrors(
    count=1,
    share=SHARE,
    accuracy=SHARE,
    splits=("train", "val"),
    features="own",
    seen=True,
    folds=5,
    relabel=1,
    both=None,
    left_out=("c",),
    pairs=(("a", "b", 1),),
    top=(SUSPECT,),
)
MOVE = Move(name="a", to="b", count=2, share=SHARE, back=True)
FOUND = Inspection(
    split="val",
    n=4,
    errors=SHARE,
    mistakes=(MISTAKE,),
    listed=1,
    pairs=(PAIR,),
    label_errors=LABEL_ERRORS,
    no_label_errors=None,
    attention="there are no mistakes",
    turned=(Turned(kind="mirror", same=SHARE, moves=(MOVE,), augmented_by="flip", blurred=(PAIR,)),),
    files={"mistakes": "examined-val.csv", "pictures": "pictures-examined-val.npz", "fixes": "/elsewhere/fixes.csv"},
    fixes_checksum="0" * 32,
    time_s={"neighbours": 0.1},
)


@pytest.mark.parametrize(
    "found", [FOUND, replace(FOUND, label_errors=None, no_label_errors="too few", mistakes=(), turned=())]
)
def test_written_and_read(found):
    plain = json.loads(json.dumps(found.to_plain(), allow_nan=False))
    assert examination.from_plain(plain) == found
    assert "folder" not in plain


def test_half_a_finding_is_refused():
    plain = FOUND.to_plain()
    del plain["pairs"]
    with pytest.raises(KeyError):
        examination.from_plain(plain)


def test_where_lists_lie():
    found = replace(FOUND, folder=Path("runs/one"))
    assert found.file("mistakes") == Path("runs/one/examined-val.csv")
    assert found.file("fixes") == Path("/elsewhere/fixes.csv")
    assert replace(found, files={}).file("fixes") is None
