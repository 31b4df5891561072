"""What was found by looking at mistakes, written to a record and read back."""

import json
from dataclasses import replace

import pytest

from linnaeus.errors import RunError
from linnaeus.record import codec
from linnaeus.record.inspection import (
    Confused,
    Inspection,
    LabelError,
    LabelErrors,
    Mistake,
    Move,
    Neighbour,
    Symmetry,
)
from linnaeus.record.scores import Reason, Score

SHARE = Score(value=0.5, low=0.1, high=0.9, n=4)
PAIR = Confused(name="a", confused_with="b", count=2, share=SHARE, images=("x.png",))
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
    no_attention=Reason(kind="no_mistakes"),
    symmetry=(Symmetry(kind="mirror", same=SHARE, moves=(MOVE,), augmented_by="flip", blurred=(PAIR,)),),
    files={"mistakes": "mistakes-val.csv", "pictures": "pictures-inspection-val.npz", "fixes": "/elsewhere/fixes.csv"},
    fixes_checksum="0" * 32,
    time_s={"neighbours": 0.1},
)


NOTHING = {"label_errors": None, "no_label_errors": Reason(kind="few_images", values={"folds": 5})}


@pytest.mark.parametrize(
    "found",
    [
        FOUND,
        replace(
            FOUND,
            **NOTHING,
            mistakes=(),
            symmetry=(),
        ),
    ],
)
def test_written_and_read(found):
    plain = json.loads(json.dumps(codec.to_plain(found), allow_nan=False))
    assert codec.from_plain(Inspection, plain) == found


def test_half_a_finding_is_refused():
    plain = codec.to_plain(FOUND)
    del plain["pairs"]
    with pytest.raises(RunError, match="missing required field `pairs`"):
        codec.from_plain(Inspection, plain)
