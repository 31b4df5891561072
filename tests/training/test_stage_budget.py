"""Stages are tried as far as the budget holds them, and what cannot fit is not even timed."""

from types import SimpleNamespace

import pytest

from linnaeus.classifier.classifier import build_module
from linnaeus.device import Machine
from linnaeus.finetuning import freeze, seam
from linnaeus.recipe import stages
from linnaeus.recipe.recipe import Recipe
from linnaeus.recipe.spec import Spec, parse
from linnaeus.training import stage_budget
from linnaeus.training.step import Rules

STEPS_S = {"last(2)": 40.0, "all": 90.0}


@pytest.mark.parametrize(
    ("budget", "features_s", "train", "timed"),
    [
        (300.0, 5.0, "best(head, last(2), all)", ["last(2)", "all"]),
        (100.0, 5.0, "best(head, last(2))", ["last(2)"]),  # five epochs of all weights: 75 s at least, and 55 are left
        (100.0, 1.0, "best(head, last(2))", ["last(2)", "all"]),  # 15 s at least, so it is timed: 90 s
        (40.0, 5.0, "head", ["last(2)"]),
        (4.0, 5.0, "head", ["last(2)"]),  # what a stage would take is told, even where nothing is left
    ],
)
def test_the_budget_decides(
    budget: float, features_s: float, train: str, timed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, told = [], []

    def seconds(recipe: Recipe, *given: object) -> float:
        asked.append(recipe.train)
        return STEPS_S[recipe.train]

    monkeypatch.setattr(stage_budget, "_seconds", seconds)
    monkeypatch.setattr(stage_budget, "_is_too_large", lambda *given: False)
    recipe = Recipe(
        data=Spec("digits"), model=Spec("linear"), optimizer=Spec("sgd"), image_size=8, channels=1, epochs=5,
        weights="w", train=stages.best("head", "last(2)", "all"), head=Spec("logistic"), budget=budget,
    )  # fmt: skip
    inputs = SimpleNamespace(seconds=features_s, val=[...], orders=[range(8)])
    found, left_out = stage_budget.affordable(recipe, inputs, 3, told.append)
    assert (found.train, asked) == (train, timed)
    assert [stage.train for stage in left_out] == [one for one in STEPS_S if one not in train]
    assert [event.values["train"] for event in told if event.kind == "stage-left-out"] == [
        one.train for one in left_out
    ]
    assert all(event.values["seconds"] >= 40 for event in told if event.kind == "stage-left-out")


def test_the_last_blocks_are_timed_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not the whole network, which takes many times as long: what lies below them is computed once."""
    whole = build_module(parse("convnet(width=4)"), 3, 3, 16)
    freeze.plan(whole, stages.HEAD).apply(1, 1)
    timed = []
    monkeypatch.setattr(stage_budget, "step_times", lambda machine, module, *rest: timed.append(module) or [0.1])
    recipe = Recipe(
        data=Spec("digits"), model=parse("convnet(width=4)"), optimizer=Spec("sgd"), image_size=16, channels=3, epochs=5,
        batch_size=10, weights="w", train=stages.best("head", "last(1)", "all"), head=Spec("logistic"),
    )  # fmt: skip
    rules = Rules(
        augment=lambda *given: given,
        preprocessing=None,
        classes=3,
        loss=lambda *given: None,
        precision="fp32",
        clip_norm=0.0,
    )
    inputs = SimpleNamespace(whole=whole, rules=rules, machine=Machine(device="cpu", precision="fp32", threads=1))
    for train, kind in (("last(1)", seam.Upper), (stages.ALL, type(whole))):
        assert stage_budget._seconds(recipe.of_stage(train), inputs, 3, 100) > 0
        assert type(timed[-1]) is kind
        assert {name.partition(".")[0] for name, weight in whole.named_parameters() if weight.requires_grad} == {"head"}
