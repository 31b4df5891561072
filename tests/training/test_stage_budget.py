"""Stages are tried as far as the budget holds them, and what cannot fit is not even timed."""

from types import SimpleNamespace

import pytest

from linnaeus.recipe import stages
from linnaeus.recipe.recipe import Recipe
from linnaeus.recipe.spec import Spec
from linnaeus.training import stage_budget

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
