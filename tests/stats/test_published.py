"""Published tables: cards read whole or refused, and a claim of reproduction that holds only where nothing differs."""

import json
from dataclasses import replace

import pytest

from linnaeus.errors import RunError, UnknownName, UsageError
from linnaeus.record import codec
from linnaeus.record.record import RunRecord
from linnaeus.record.reference import Reference
from linnaeus.record.scores import Score, SplitScores
from linnaeus.stats import published as reference
from linnaeus.stats.published import judge, read
from tests.record import made
from tests.reporting import said

SHAH = {
    "data": "cifar10",
    "model": "resnet(depth=32)",
    "weights": "",
    "progressive": 0.0,
    "epochs": 200,
    "batch_size": 128,
    "augment": "flip | crop(pad=4)",
    "optimizer": "sgd(lr=0.1, momentum=0.9, nesterov=True, weight_decay=0.0001)",
    "schedule": "multi_step(at=[81, 122])",
}


def scored(accuracy, half=0.005, split="test"):
    score = Score(value=accuracy, low=accuracy - half, high=accuracy + half, n=10_000)
    return {split: SplitScores(split=split, metrics={"accuracy": score}, classes=())}


def run(*, scores=None, held_out=0, parameters=466_906, epochs=200, openings=1, **recipe):
    return RunRecord(
        name="r32",
        status="finished",
        recipe=SHAH | recipe,
        data=made.data(counts={"train": 50_000 - held_out, "val": held_out, "test": 10_000}),
        environment=made.ENVIRONMENT,
        model=replace(made.MODEL, parameters=parameters),
        scores=scored(0.9249) if scores is None else scores,
        test_openings=openings,
        history=tuple(map(made.row, range(1, epochs + 1))),
    )


@pytest.mark.parametrize("name", reference.names())
def test_every_card_that_comes_along_is_whole(name):
    card = read(name)
    assert card.rows
    assert all(0.5 < row.accuracy < 1 and 0 < row.tolerance < 0.01 for row in card.rows)
    assert {"data", "model", "epochs"} <= set.intersection(*(set(row.facts) for row in card.rows))


def test_the_table_of_the_paper():
    errors = {row.name: round(100 * (1 - row.accuracy), 2) for row in read("shah2016").rows}
    assert [errors[f"relu-{depth}"] for depth in (20, 32, 44, 56, 110)] == [8.38, 7.51, 7.17, 6.97, 6.42]
    assert [errors[f"elu-{depth}"] for depth in (20, 32, 44, 56, 110)] == [8.32, 7.30, 6.93, 6.31, 5.62]
    assert len(read("lab-residual").rows) == 13


@pytest.mark.parametrize(
    ("accuracy", "verdict", "words"),
    [
        (
            0.9249,
            "reproduced",
            "relu-32: accuracy 92.49 % (test). This run: 92.5 % (92.0–93.0, n 10,000). The result is reproduced: it lies",
        ),
        (
            0.9170,
            "reproduced",
            "The result is reproduced: ",
        ),  # 92.2 % is the upper end, and 0.3 points are the tolerance
        (0.9150, "not_reproduced", "not reproduced: the run falls short by 1.0 points (95 % interval +0.5 … +1.5)."),
        (0.9400, "reproduced", "The result is reproduced and exceeded"),
    ],
)
def test_where_nothing_differs_the_numbers_decide(accuracy, verdict, words):
    found = judge(run(scores=scored(accuracy)), read("shah2016"))
    assert (found.row, found.verdict, found.differences) == ("relu-32", verdict, ())
    assert words in said.told(found)


def test_the_claim_of_the_report_of_lab_r():
    """It called its 32 layers of ReLU, in pre-activation blocks, ResNet-50, and said after 125 epochs that it had reproduced the paper."""
    claimed = run(model="resnet(depth=32, block='pre')", epochs=125, scores=scored(0.93))
    against_56 = judge(claimed, read("shah2016"), "elu-56")
    assert against_56.verdict == "not_comparable"
    assert {(one.fact, one.published, one.run) for one in against_56.differences} == {
        ("depth", "56", "32"),
        ("activation", "elu", "relu"),
        ("block", "elu", "pre"),
        ("epochs", "200", "125"),
    }
    nearest = judge(claimed, read("shah2016"))
    assert (nearest.row, nearest.verdict) == ("relu-32", "not_comparable")
    assert {(one.fact, one.published, one.run) for one in nearest.differences} == {
        ("block", "post", "pre"),
        ("epochs", "200", "125"),
    }
    assert said.told(nearest).endswith(
        "relu-32: accuracy 92.49 % (test). This run: 93.0 % (92.5–93.5, n 10,000). The two are not comparable."
    )


@pytest.mark.parametrize(
    ("changes", "fact", "published", "here"),
    [
        ({"data": "cifar10(limit=500)"}, "data", "cifar10", "cifar10(limit=500)"),
        ({"held_out": 5000}, "held_out", "0", "5,000"),
        ({"weights": "cifar10-resnet20"}, "weights", "none", "cifar10-resnet20"),
        ({"epochs": 24}, "epochs", "200", "24"),
        ({"batch_size": 256}, "batch_size", "128", "256"),
        ({"progressive": 0.5}, "progressive", "0", "0.5"),
        ({"augment": "flip"}, "augment", "crop(pad=4) | flip", "flip"),
        ({"augment": "flip | crop(2)"}, "augment.pad", "4", "2"),
        ({"optimizer": "sgd(lr=0.2)"}, "optimizer.lr", "0.1", "0.2"),
        ({"optimizer": "adamw"}, "optimizer", "sgd(lr=0.1, momentum=0.9)", "adamw"),
        ({"schedule": "one_cycle"}, "schedule", "multi_step(at=[81, 122], factor=0.1)", "one_cycle"),
    ],
)
def test_each_fact_that_differs_is_a_reason(changes, fact, published, here):
    (found,) = judge(run(**changes), read("shah2016")).differences
    assert (found.fact, found.published, found.run) == (fact, published, here)


def test_what_would_do_as_well_is_no_difference():
    assert judge(run(augment="shift(4) | flip"), read("shah2016")).differences == ()
    assert judge(run(optimizer="sgd(0.1, 0.9)"), read("shah2016")).verdict == "reproduced"  # by place, not by name


def test_counts_of_weights_are_published_rounded():
    table = read("lab-residual")
    assert judge(run(parameters=466_906), table).verdict == "reproduced"  # 0.47M
    (found,) = judge(run(parameters=500_000), table).differences
    assert (found.fact, found.published, found.run) == ("parameters", "470,000", "500,000")
    assert "augment" in judge(run(), table).unknown


def test_epochs_of_the_runs_before_count():
    continued = replace(run(epochs=100), earlier=tuple(map(made.row, range(1, 101))))
    continued = replace(continued, history=tuple(map(made.row, range(1, 101))))
    assert judge(continued, read("shah2016")).differences == ()


def test_a_sealed_test_split_stays_sealed():
    found = judge(run(scores=scored(0.93, split="val"), openings=0), read("shah2016"))
    assert (found.verdict, found.found) == ("sealed", None)
    assert "sealed, and this does not open it" in said.told(found)
    assert judge(run(scores={}, openings=1), read("shah2016")).verdict == "unscored"
    gone = replace(run(scores={}), data=made.data(counts={"train": 50_000}))
    assert [one.fact for one in judge(gone, read("shah2016")).differences] == ["split"]


def test_another_network_on_other_data():
    found = judge(
        run(model="mobilenet_v2(width=0.5)", data="cifar100", parameters=815_780), read("pytorch-cifar-models")
    )
    assert (found.row, found.verdict) == ("cifar100-mobilenet-x05", "reproduced")  # 92.5 % where 70.9 % are published
    assert judge(run(model="mine.py:net(3)"), read("shah2016")).differences[0].run == "mine.py:net(3)"


def test_what_cannot_be_judged():
    with pytest.raises(RunError, match="linnaeus resume r32"):
        judge(replace(run(), status="stopped"), read("shah2016"))
    with pytest.raises(UnknownName, match="relu-32"):
        judge(run(), read("shah2016"), "relu-33")
    with pytest.raises(UnknownName, match="did you mean shah2016"):
        read("shah2015")


def test_there_and_back():
    for record in (run(), run(epochs=3), run(scores={}, openings=0)):
        found = judge(record, read("shah2016"))
        assert codec.from_plain(Reference, json.loads(json.dumps(codec.to_plain(found)))) == found
    assert judge(run(), read("shah2016")).short.value == pytest.approx(0)
    with pytest.raises(RunError):
        codec.from_plain(Reference, {"short": None, "sentence": ""})


OWN = """
title = "Mine"
paper = "me, 2026"
metric = "accuracy"
split = "test"
tolerance = 0.5
[[rows]]
name = "one"
model = "resnet(depth=32)"
accuracy = 92.0
"""


def test_a_card_of_ones_own(tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text(OWN)
    found = judge(run(), read(str(file)))
    assert (found.card, found.verdict, found.tolerance) == ("mine", "reproduced", 0.005)
    assert set(found.unknown) == set(reference.FACTS) - {"model"}


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("title =", "titel =", "did you mean title"),
        ('paper = "me, 2026"\n', "", "needs paper"),
        ('"accuracy"', '"acuracy"', "did you mean accuracy"),
        ("[[rows]]", "[rows]", "as \\[\\[rows\\]\\]"),
        ("accuracy = 92.0", "error = 8.0", "row one: a row needs name and accuracy"),
        ("accuracy = 92.0", "accuracy = 920", "from 0 to 100"),
        ("accuracy = 92.0", "accuracy = true", "from 0 to 100"),
        ('model = "resnet(depth=32)"', "epochs = 3", "needs model"),
        ("resnet(depth", "resnett(depth", "did you mean resnet"),
        ("resnet(depth=32)", "resnet(depth=", "row one, model: cannot read"),
        ("accuracy = 92.0", "accuracy = 92.0\nepoch = 3", "did you mean epochs"),
        ("accuracy = 92.0", "accuracy = 92.0\nparameters = '3M'", "a number of weights"),
        ("tolerance = 0.5", "tolerance = '0.5'", "tolerance = '0.5' must be"),
        ("title", "title = =", r"cannot read the card .*Invalid value"),
        ("[[rows]]", '[[rows]]\nname = "one"\nmodel = "resnet"\naccuracy = 1\n[[rows]]', "two rows"),
    ],
)
def test_a_malformed_card_is_refused_with_its_place(tmp_path, old, new, message):
    file = tmp_path / "mine.toml"
    file.write_text(OWN.replace(old, new, 1))
    with pytest.raises(UsageError, match=message) as refused:
        read(str(file))
    assert str(file) in str(refused.value)
    with pytest.raises(UsageError, match="cannot read the card"):
        read(str(tmp_path / "none.toml"))
