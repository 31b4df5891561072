"""A step's memory is measured on two images, and a training that has too little for it says so, or goes without a stage."""

import copy
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from torch import nn

from linnaeus.device import Machine
from linnaeus.events import nobody
from linnaeus.recipe import stages
from linnaeus.recipe.recipe import PASS_PIXELS, Recipe
from linnaeus.recipe.spec import Spec
from linnaeus.training import footprint, stage_budget
from linnaeus.training.prepare import prepare
from tests.training.small import archive, recipe_and_splits

CPU = Machine(device="cpu", precision="fp32", threads=1)


def recipe(**changes: object) -> Recipe:
    plain = {
        "data": Spec("digits"),
        "model": Spec("linear"),
        "optimizer": Spec("sgd"),
        "image_size": 16,
        "channels": 3,
        "epochs": 1,
    }
    return Recipe(**{**plain, **changes})


def network() -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(3, 8, 3, padding=1), nn.BatchNorm2d(8), nn.ReLU(), nn.Dropout(), nn.Flatten(), nn.Linear(2048, 2)
    )


def test_what_a_pass_keeps_is_counted_once_and_without_weights() -> None:
    parts = nn.Conv2d(3, 8, 1, bias=False), nn.ReLU(), nn.AvgPool2d(16), nn.Flatten(), nn.Linear(8, 2)
    # the convolution keeps its input; ReLU its output, as the pooling does; the linear layer its own input
    assert footprint.kept_for_gradients(recipe(), nn.Sequential(*parts), CPU) == 4 * ((3 + 8) * 16**2 + 8)


def test_nothing_of_the_network_or_of_chance_changes() -> None:
    module = network().eval()
    before, chance = copy.deepcopy(module.state_dict()), torch.get_rng_state()
    assert footprint.kept_for_gradients(recipe(), module, CPU) > 0
    assert all(torch.equal(before[name], tensor) for name, tensor in module.state_dict().items())
    assert torch.equal(chance, torch.get_rng_state())
    assert not any(part.training for part in module.modules())
    assert all(weight.grad is None for weight in module.parameters())


def test_too_little_memory_is_told_with_what_would_need_less(monkeypatch: pytest.MonkeyPatch) -> None:
    module, told = network(), []
    monkeypatch.setattr(footprint, "memory_left", lambda: 2e6)
    footprint.tell_of_memory(recipe(batch_size=64), module, CPU, told.append)
    (found,) = told
    assert found.kind == "memory-short"
    assert found.values["need"] > found.values["left"] == 2
    fewer = recipe(batch_size=64, accumulate=found.values["passes"])
    assert footprint.shortfall(fewer, module, CPU) is None
    monkeypatch.setattr(footprint, "memory_left", lambda: 1e12)
    footprint.tell_of_memory(recipe(batch_size=64), module, CPU, told.append)
    assert told == [found]


def test_a_gpu_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(footprint, "memory_left", lambda: 0.0)
    assert footprint.shortfall(recipe(), network(), Machine(device="cuda:0", precision="fp32", threads=1)) is None


def test_all_weights_pass_a_few_images_at_a_time() -> None:
    own = recipe(image_size=256, batch_size=32, weights="w", train="best(head, last(2), all)", head=Spec("logistic"))
    assert own.of_stage(stages.ALL).accumulate == 32 * 256**2 / PASS_PIXELS == 4
    assert own.of_stage("last(2)").accumulate == 1
    assert recipe(image_size=16, weights="w", train="best(head, all)").of_stage(stages.ALL).accumulate == 1


@pytest.mark.parametrize(("resumed", "train"), [(False, "head"), (True, "best(head, all)")])
def test_a_stage_that_memory_does_not_hold_is_left_out(
    resumed: bool, train: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a run began with it keeps to: a resumed one is the same run."""
    monkeypatch.setattr(footprint, "memory_left", lambda: 1e4)
    whole = nn.Sequential()
    whole.add_module("features", nn.Sequential(nn.Conv2d(3, 8, 3, padding=1), nn.Flatten()))
    whole.add_module("head", nn.Linear(2048, 3))
    inputs = SimpleNamespace(seconds=1.0, val=[...], orders=[range(8)], whole=whole, machine=CPU)
    told = []
    asked = recipe(weights="w", train="best(head, all)", head=Spec("logistic"))
    found, left_out = stage_budget.affordable(asked, inputs, 3, told.append, resumed)
    assert found.train == train
    assert [(stage.train, stage.left_out) for stage in left_out] == ([] if resumed else [("all", "memory")])
    assert [(event.kind, event.values["train"]) for event in told] == ([] if resumed else [("stage-too-large", "all")])
    if not resumed:
        assert [name for name, weight in whole.named_parameters() if weight.requires_grad] == [
            "head.weight",
            "head.bias",
        ]


def test_a_head_alone_asks_for_no_step_of_the_whole_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[nn.Module] = []
    monkeypatch.setattr(footprint, "kept_for_gradients", lambda recipe, module, machine: asked.append(module) or 0.0)
    monkeypatch.setattr(footprint, "memory_left", lambda: 10.0**9)
    images = archive(tmp_path)
    recipe, splits = recipe_and_splits(images)
    prepared, _ = prepare(recipe, splits, nobody)
    assert len(asked) == 1
    torch.save(prepared.network.state_dict(), weights := tmp_path / "weights.pt")
    recipe, splits = recipe_and_splits(images, f"weights={weights}", "train=head", "rows=new")
    prepare(recipe, splits, nobody)
    assert len(asked) == 1
