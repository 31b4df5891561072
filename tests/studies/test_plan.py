"""Study files: what they say, and what is refused."""

import pytest

from linnaeus.errors import UsageError
from linnaeus.studies import plan as plans

FACTORS = {"optimizer.lr": [0.1, 0.2]}


def test_a_file_is_read_with_its_base_beside_it(tmp_path):
    (tmp_path / "base.toml").write_text('data = "digits"\nepochs = 3\noptimizer = "sgd(lr=0.1)"\n')
    (tmp_path / "s.toml").write_text(
        'base = "base.toml"\nsampler = "random"\ntrials = 4\nrepeats = 3\nbudget = "2h"\nstop = "halving(first=2, factor=4)"\n'
        'maximise = "val macro_f1"\n[recipe]\nepochs = 16\noptimizer.momentum = 0.8\n[factors]\noptimizer.lr = "log(0.01, 1)"\n'
    )
    plan = plans.load(tmp_path / "s.toml")
    assert plan.base["epochs"] == 16
    assert str(plan.base["optimizer"]) == "sgd(lr=0.1, momentum=0.8)"
    assert (plan.metric, plan.repeats, plan.budget, len(plan.points())) == ("macro_f1", 3, 7200.0, 4)
    assert plan.halving(16).rungs() == [2, 8]


def test_the_fingerprint_is_that_of_the_trials():
    plan = plans.from_table({"factors": FACTORS})
    assert (
        plans.from_table({"factors": FACTORS, "repeats": 5, "budget": "1h", "retries": 7}).fingerprint
        == plan.fingerprint
    )
    for other in ({"factors": {"optimizer.lr": [0.1, 0.3]}}, {"factors": FACTORS, "recipe": {"epochs": 3}}):
        assert plans.from_table(other).fingerprint != plan.fingerprint


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ({"maximise": "test accuracy"}, "nothing is chosen by the test images"),
        ({"maximise": "val accuracy on test"}, "nothing is chosen by the test images"),
        ({"maximise": "accuracy"}, "write the split and the metric"),
        ({"maximise": "val acuracy"}, "did you mean accuracy"),
        ({"maximise": "val log_loss"}, "no metric to maximise"),
        ({"sampler": "gird"}, "did you mean grid"),
        ({"sampler": "tpe"}, "say trials = 30"),
        ({"repeats": 0}, "repeats = 0 must be a whole number, at least 1"),
        ({"repets": 2}, "did you mean repeats"),
        ({"budget": "soon"}, "is not a duration"),
        ({"budget": "0s"}, "must be above 0"),
        ({"stop": "halvign"}, "did you mean halving"),
        ({"stop": "halving(factor=1)"}, "factor must be a whole number, at least 2"),
        ({"stop": "halving(3)"}, "name the options"),
        ({"stop": "halving(frist=3)"}, "did you mean first"),
        ({"stop": "halving", "factors": {"epochs": [1, 2]}}, "epochs is a factor"),
        ({"recipe": {"val": 0.0}}, "no validation images"),
        ({"recipe": {"budget": "10m"}}, "set epochs"),
        ({"recipe": {"modle": "lenet"}}, "did you mean model"),
        ({"recipe": 3}, "must be a table"),
        ({"base": "none.toml"}, r"cannot read the recipe none\.toml"),
    ],
)
def test_what_makes_no_study_is_refused_with_a_reason(table, words):
    with pytest.raises(UsageError, match=words):
        plans.from_table({"factors": FACTORS, **table})


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    with pytest.raises(UsageError, match=r"none\.toml"):
        plans.load(tmp_path / "none.toml")
    (tmp_path / "bad.toml").write_text("[factors\n")
    with pytest.raises(UsageError, match=r"bad\.toml.*line 1"):
        plans.load(tmp_path / "bad.toml")
