"""What a notebook shows of records: their numbers with n and interval, and names from users as text."""

from dataclasses import replace
from importlib import import_module

import pytest

from linnaeus.record.comparison import Comparison, Repeats, Transfers, Way
from linnaeus.record.facts import Audit, Finding
from linnaeus.record.inspection import Confused, Inspection, LabelError, LabelErrors
from linnaeus.record.measurements import SingleImage, SingleImages
from linnaeus.record.record import RunRecord
from linnaeus.record.scores import ClassScores, Score, SplitScores
from linnaeus.reporting.shown import LOOKS
from tests.record import made
from tests.reporting.render.test_notebook import read

EVIL = "<img src=x onerror=alert(1)>"
SCORE = Score(value=0.985, low=0.962, high=0.994, n=270)
CLASS = ClassScores(
    name=EVIL, precision=0.9, recall=SCORE, f1=0.9, support=27, predicted=26, correct=25, confused_with=EVIL
)
SCORES = SplitScores(split="val", metrics={"accuracy": SCORE}, classes=(CLASS,))
COMPARISON = Comparison(
    first=EVIL,
    second="two",
    split="val",
    n=270,
    score_first=SCORE,
    score_second=SCORE,
    difference=Score(value=0.0, low=-0.01, high=0.01, n=270),
    only_first=1,
    only_second=1,
    p=1.0,
    p_holm=1.0,
)
RUN = RunRecord(
    name=EVIL,
    status="finished",
    recipe={"model": "mlp", "data": EVIL},
    data=made.data(),
    environment=made.ENVIRONMENT,
    model=made.MODEL,
    scores={"val": SCORES},
    test_openings=2,
)
REPEATS = Repeats(runs=(EVIL, "b"), seeds=(0, 1), scores=(SCORE, SCORE), mean=0.985, std=0.0, low=0.98, high=0.99)
TRANSFERS = Transfers(
    data=EVIL,
    weights=EVIL,
    ways=(Way(way=EVIL, share=0.1, images=99, run="a", score=SCORE, train_s=3.0),),
    comparisons=((0.1, COMPARISON),),
)
DATA = Audit(
    source=EVIL,
    fingerprint="0",
    classes=(EVIL,),
    counts={"train": 3},
    per_class={"train": (3,)},
    expected={},
    sizes={"width": (8, 8, 8), "height": (8, 8, 8)},
    image_size=8,
    channels=1,
    skipped=(),
    dropped=(),
    findings=(
        Finding(
            kind="balance",
            severity="warning",
            count=2,
            values={"largest": EVIL, "smallest": "b", "most": 3, "least": 1},
        ),
    ),
    sheet=None,
)

EXAMINED = Inspection(
    split="val",
    n=270,
    errors=Score(value=0.015, low=0.006, high=0.038, n=270),
    mistakes=(),
    listed=4,
    pairs=(Confused(name=EVIL, confused_with="two", count=3, share=SCORE, images=(EVIL,)),),
    label_errors=LabelErrors(
        count=1,
        share=Score(value=0.001, low=0.0, high=0.01, n=1000),
        accuracy=SCORE,
        splits=("train",),
        features="own",
        seen=True,
        folds=5,
        relabel=1,
        both=None,
        left_out=(),
        pairs=((EVIL, "two", 1),),
        top=(
            LabelError(
                name=EVIL,
                split="train",
                given=EVIL,
                suggested="two",
                of_given=0.01,
                of_suggested=0.98,
                action="relabel",
                picture=None,
            ),
        ),
    ),
    no_label_errors=None,
    no_attention=None,
    symmetry=(),
    files={},
    fixes_checksum=None,
    time_s={},
)

CAT = SingleImage(name="a.png", label="cat", predicted="cat", probability=0.625, logits={"cat": 1.0, EVIL: -2.25})
SINGLES = SingleImages(run="mine", split="val", classes=("cat", EVIL), images=(CAT, replace(CAT, predicted=EVIL)))


@pytest.mark.parametrize(
    ("shown", "said"),
    [
        (RUN, ("98.5 %", "96.2–99.4 %", "270")),
        (SCORES, ("98.5 %", "96.2–99.4 %", "270")),
        (COMPARISON, ("n = 270", "98.5 %")),
        (REPEATS, ("98.5 %", "98.0–99.0", "2 seeds")),
        (TRANSFERS, ("98.5 %", "96.2–99.4 %", "n 270")),
        (EXAMINED, ("1.5 %", "0.6–3.8", "n 270")),
        (DATA, ("3 images", "8 × 8", "1 class")),
        (SINGLES, ("62.5 %", "1 of these 2 images")),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_record_shows_its_numbers_and_no_foreign_code(shown, said):
    whole = shown._repr_html_()
    text = read(whole).replace("\u00a0", " ")
    for words in said:
        assert words in text
    assert EVIL in text and EVIL not in whole


def test_every_look_is_there():
    """A type by its name, and a function of content that tells of it: neither is imported before it is asked for."""
    for name, (place, look) in LOOKS.items():
        content, function = look.split(".")
        assert hasattr(import_module(f"linnaeus.{place}"), name)
        assert callable(getattr(import_module(f"linnaeus.reporting.content.{content}"), function))
