"""What is frozen changes no bit, whatever trains beside it; what shall train does change."""

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from linnaeus.classifier.classifier import build_module
from linnaeus.errors import RecipeError
from linnaeus.events import EpochDone, Event, StepDone
from linnaeus.finetuning import freeze
from linnaeus.recipe import catalog
from linnaeus.recipe.spec import parse
from linnaeus.record.folder import RunFolder
from linnaeus.training import loop, session
from linnaeus.training.interrupt import StopRequest
from linnaeus.training.prepare import prepare
from tests.finetuning.small import NETWORK
from tests.training.small import new_folder, recipe_and_splits, weights
from tests.training.test_resume import CALLS, MODELS

pytestmark = pytest.mark.usefixtures("own_cache")
SQUEEZE = 'squeezenet(classifier="published")'


def nobody(event: Event) -> None: ...


@pytest.fixture(scope="module")
def old(old_convnet: Path) -> Path:
    return old_convnet


def hashes(module: nn.Module) -> dict[str, str]:
    """Of all weights and buffers, by name."""
    return {name: hash_of(tensor) for name, tensor in module.state_dict().items()}


def hash_of(tensor: Tensor) -> str:
    return hashlib.sha256(tensor.detach().contiguous().numpy().tobytes()).hexdigest()


def moved(before: dict[str, str], after: dict[str, str]) -> set[str]:
    return {name for name, value in before.items() if after[name] != value}


def layer_names(module: nn.Module) -> list[set[str]]:
    """The names of all weights and buffers that belong to each layer of the plan, the head last."""
    name_of = {id(weight): name for name, weight in module.named_parameters()}
    modules = [
        {name_of[id(weight)].rpartition(".")[0] for weight in layer} for layer in freeze.plan(module, "all").layers
    ]
    return [{name for name in module.state_dict() if name.rpartition(".")[0] in layer} for layer in modules]


# What a recipe can say of a training that has a hand on weights or buffers.
WAYS: dict[str, tuple[str, ...]] = {
    "plain": (),
    "sam": ("optimizer=sam(base=sgd(lr=0.05))",),
    "adamw, ema": ("ema=0.9", "optimizer=adamw(lr=0.01, weight_decay=0.1)"),
    "swa, balanced": ("swa=0.7", "sampling=balanced"),
    "accumulate, clip": ("accumulate=2", "batch_size=8", "clip_norm=0.5"),
    "augmented": ("augment=crop | flip", "choose=best"),
    "momentum, rates": (
        "optimizer=sgd(lr=0.05, momentum=0.9, weight_decay=0.01)",
        "layer_decay=0.5",
        "backbone_lr_factor=0.5",
    ),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("train", "trained"), [("head", 1), ("last(1)", 2), ("last(2)", 3)])
def test_what_is_frozen_changes_no_bit(
    train: str, trained: int, way: str, images: Path, old: Path, tmp_path: Path
) -> None:
    recipe, splits = recipe_and_splits(images, NETWORK, f"weights={old}", f"train={train}", *WAYS[way])
    folder = new_folder(tmp_path / "run")
    record = session.train(recipe, splits, folder, nobody)
    names = layer_names(build_module(recipe.model, 3, 3, 12))
    may_move = set.union(*names[-trained:])
    before, after = weights(RunFolder(old)), weights(folder)
    changed = {name for name in before if before[name] != after[name]}
    assert changed <= may_move
    assert all(name.endswith("num_batches_tracked") for name in may_move - changed)  # SWA counts anew
    trains = {row.name for row in record.model.layers if row.trains}
    assert trains == {name.rpartition(".")[0] for name in may_move}
    assert record.model.trainable < record.model.parameters


@pytest.mark.parametrize("way", WAYS)
def test_gradual_thaws_block_by_block(way: str, images: Path, old: Path, tmp_path: Path) -> None:
    """Each epoch by itself, and with calls of `train()` on the module between the steps."""
    recipe, splits = recipe_and_splits(
        images, NETWORK, f"weights={old}", "train=gradual", *WAYS[way], "epochs=6", "progressive=0.0"
    )
    prepared, state = prepare(recipe, splits, nobody)
    names = layer_names(state.module)

    def meddle(event: Event) -> None:
        if isinstance(event, StepDone):
            state.module.train()

    counts = []
    for epoch in range(1, 7):
        before = hashes(state.module)
        loop.run_epoch(prepared, state, loop.Saver(tmp_path, 1e9), StopRequest(), meddle)
        loop.close_epoch(prepared, state, nobody)
        counts.append(prepared.plan.trained(epoch, 6))
        assert moved(before, hashes(state.module)) == set.union(*names[-counts[-1] :])
    assert counts == [1, 2, 4, 5, 5, 5]


@pytest.mark.parametrize("optimizer", catalog.names("optimizers"))
def test_every_optimizer_takes_in_what_thaws(optimizer: str, images: Path, old: Path, tmp_path: Path) -> None:
    default = (
        f"{optimizer}(lr=0.01)"
        if catalog.find("optimizers", optimizer).options.get("lr") is catalog.REQUIRED
        else optimizer
    )
    recipe, splits = recipe_and_splits(
        images, NETWORK, f"weights={old}", "train=gradual", f"optimizer={CALLS.get(optimizer, default)}", "epochs=4"
    )
    prepared, state = prepare(recipe, splits, nobody)
    names = layer_names(state.module)
    for epoch in range(1, 5):
        before = hashes(state.module)
        loop.run_epoch(prepared, state, loop.Saver(tmp_path, 1e9), StopRequest(), nobody)
        loop.close_epoch(prepared, state, nobody)
        thawed, changed = names[-prepared.plan.trained(epoch, 4) :], moved(before, hashes(state.module))
        assert changed <= set.union(*thawed)
        assert all(layer & changed for layer in thawed)


def test_a_frozen_part_does_not_drop_out(images: Path, old: Path) -> None:
    """Modules without weights go with the layer before them: dropout, and norms that have statistics alone."""
    module = nn.Sequential()
    module.features = nn.Sequential(
        nn.Dropout(0.5),
        nn.Linear(4, 4),
        nn.BatchNorm1d(4, affine=False),
        nn.Dropout(0.5),
        nn.Linear(4, 4),
        nn.Dropout(0.5),
    )
    module.head = nn.Linear(4, 2)
    plan = freeze.plan(module, "last(1)")
    plan.apply(1, 1)
    freeze.training_mode(module, plan.still(1, 1))
    assert [part.training for part in module.features] == [False, False, False, False, True, True]
    assert freeze.frozen_names(module, plan.still(1, 1)) == {"features.0", "features.1", "features.2", "features.3"}
    assert module.head.training
    plan = freeze.plan(module.requires_grad_(True), "all")
    plan.apply(1, 1)
    freeze.training_mode(module, plan.still(1, 1))
    assert all(part.training for part in module.modules())


def test_what_the_network_itself_holds_fixed_freezes_nothing_beside_it() -> None:
    module = nn.Sequential()
    module.features = nn.Sequential(
        nn.Linear(4, 4).requires_grad_(False), nn.BatchNorm1d(4, affine=False), nn.Linear(4, 4)
    )
    module.head = nn.Linear(4, 2)
    plan = freeze.plan(module, "all")
    plan.apply(1, 1)
    freeze.training_mode(module, plan.still(1, 1))
    assert [part.training for part in module.features] == [False, True, True]
    assert not module.features[0].weight.requires_grad  # nor does it thaw


def test_a_watcher_may_look_at_the_module(images: Path, old: Path, tmp_path: Path) -> None:
    """Whoever calls `train()` between epochs changes nothing: the same weights come out."""
    recipe, splits = recipe_and_splits(images, NETWORK, f"weights={old}", "train=last(2)", "augment=flip")
    found = []
    for meddling in (False, True):
        prepared, state = prepare(recipe, splits, nobody)

        def meddle(event: Event, state=state, meddling=meddling) -> None:
            if meddling and isinstance(event, StepDone | EpochDone):
                state.module.train()

        loop.run(prepared, state, tmp_path / str(meddling), meddle)
        found.append(hashes(state.module))
    assert found[0] == found[1]


# The plan


SPECS = [MODELS.get(name, name) for name in catalog.names("models")] + [SQUEEZE]


@pytest.mark.parametrize("spec", SPECS)
def test_every_weight_of_every_network_is_in_one_layer(spec: str) -> None:
    module = build_module(parse(spec), 3, 5, 32)
    layers = freeze.plan(module, "all").layers
    placed = [id(weight) for layer in layers for weight in layer]
    assert sorted(placed) == sorted(id(weight) for weight in module.parameters() if weight.requires_grad)
    head = {id(weight) for weight in module.head.parameters()}
    assert {id(weight) for weight in layers[-1]} == head
    for layer in layers:  # a norm or a bias alone is no layer of its own, but for one that comes before all else
        assert any(weight.ndim > 1 for weight in layer) or layer is layers[0]


@pytest.mark.parametrize("spec", SPECS)
def test_layers_are_in_the_order_of_the_pass(spec: str) -> None:
    """What a layer answers depends on the layers before it, and on none behind it: seen by hooks in one pass."""
    module = build_module(parse(spec), 3, 5, 32).eval()
    place = {id(weight): at for at, layer in enumerate(freeze.plan(module, "all").layers) for weight in layer}
    seen: list[int] = []
    for part in module.modules():
        of_part = [place[id(weight)] for weight in part.parameters(recurse=False) if id(weight) in place]
        if of_part and not list(part.children()):
            part.register_forward_hook(lambda *_, at=of_part[0]: seen.append(at))
    with torch.no_grad():
        module(torch.randn(1, 3, 32, 32))
    assert seen == sorted(seen)


def test_the_fixed_whitening_is_in_no_layer_and_stays() -> None:
    module = build_module(parse("speednet(widths=[16, 32])"), 3, 5, 32)
    plan = freeze.plan(module, "last(1)")
    assert all(weight is not module.whiten.weight for layer in plan.layers for weight in layer)
    plan.apply(1, 1)
    assert not module.whiten.weight.requires_grad
    assert "whiten" in freeze.frozen_names(module)


def test_more_blocks_than_there_are_is_all_of_them() -> None:
    module = build_module(parse("lenet"), 1, 5, 28)
    plan = freeze.plan(module, "last(99)")
    plan.apply(1, 1)
    assert plan.trained(1, 1) == len(plan.layers)
    assert all(weight.requires_grad for weight in module.parameters())


def test_gradual_in_few_epochs() -> None:
    plan = freeze.plan(build_module(parse("lenet"), 1, 5, 28), "gradual")
    assert [plan.trained(epoch, 2) for epoch in (1, 2)] == [1, 5]
    assert [plan.trained(epoch, 3) for epoch in (1, 2, 3)] == [1, 5, 5]
    assert plan.trained(1, 1) == 1


# Rates by depth


def scales(train: str, images: Path, old: Path, *changes: str) -> tuple[list[float], list[float]]:
    """(scale of each layer that trains, from the images on; the learning rate that the first step gives it)."""
    recipe, splits = recipe_and_splits(
        images, NETWORK, f"weights={old}", f"train={train}", "schedule=constant", *changes
    )
    prepared, state = prepare(recipe, splits, nobody)
    loop.set_lrs(prepared, state)
    group_of = {id(weight): group for group in state.optimizer.param_groups for weight in group["params"]}
    first = [group_of.get(id(layer[0])) for layer in prepared.plan.layers]
    found = [group for group in first if group is not None]
    for layer, group in zip(prepared.plan.layers, first, strict=True):  # vectors too
        if group is not None:
            assert {group_of[id(weight)].get("scale", 1.0) for weight in layer} == {group.get("scale", 1.0)}
    return [group.get("scale", 1.0) for group in found], [group["lr"] for group in found]


@pytest.mark.parametrize(
    "optimizer",
    [
        "sgd(lr=0.1)",
        "adamw(lr=0.1)",
        "muon(lr=0.1, dense=True)",
        "sam(base=sgd(lr=0.1))",
        "sam(base=muon(lr=0.1, dense=True))",
    ],
)
def test_rates_fall_with_depth(optimizer: str, images: Path, old: Path) -> None:
    changes = (f"optimizer={optimizer}", "backbone_lr_factor=0.5", "layer_decay=0.1")
    found, rates = scales("last(2)", images, old, *changes)
    assert found == pytest.approx([0.005, 0.05, 1.0])
    assert [rate / rates[-1] for rate in rates] == pytest.approx(found)
    assert len(scales("gradual", images, old, *changes)[0]) == 5
    assert scales("all", images, old, f"optimizer={optimizer}")[0] == [1.0] * 5


def test_the_first_step_is_as_long_as_its_rate(images: Path, old: Path) -> None:
    """Plain SGD: the same gradient, a hundredth of the step in the last block and a thousandth in the one before it."""
    found = []
    for changes in ((), ("backbone_lr_factor=0.1", "layer_decay=0.1")):
        recipe, splits = recipe_and_splits(
            images, NETWORK, f"weights={old}", "train=last(2)", "optimizer=sgd(lr=0.1, momentum=0.0)", *changes
        )
        recipe = replace(recipe, epochs=1, batch_size=1000, schedule=parse("constant"))
        prepared, state = prepare(recipe, splits, nobody)
        before = [layer[0].detach().clone() for layer in prepared.plan.layers[-3:]]
        loop.run_epoch(prepared, state, loop.Saver(images.parent, 1e9), StopRequest(), nobody)
        found.append(
            [
                (layer[0].detach() - old_one).norm()
                for layer, old_one in zip(prepared.plan.layers[-3:], before, strict=True)
            ]
        )
    shares = [float(small / large) for large, small in zip(*found, strict=True)]
    assert shares == pytest.approx([0.001, 0.01, 1.0], rel=1e-3)


@pytest.mark.parametrize("changes", [("backbone_lr_factor=0.5",), ("layer_decay=0.5",)])
@pytest.mark.parametrize("optimizer", ["lbfgs(lr=0.05)"])
def test_an_optimizer_of_one_rate_refuses_rates_by_depth(
    optimizer: str, changes: tuple[str, ...], images: Path, old: Path
) -> None:
    recipe, splits = recipe_and_splits(images, NETWORK, f"weights={old}", f"optimizer={optimizer}", *changes)
    with pytest.raises(
        RecipeError, match="has one learning rate for all weights; set backbone_lr_factor = 1 and layer_decay = 1"
    ):
        prepare(recipe, splits, nobody)
    prepare(replace(recipe, backbone_lr_factor=1.0, layer_decay=1.0), splits, nobody)


def test_lbfgs_trains_what_it_shall(images: Path, old: Path, tmp_path: Path) -> None:
    recipe, splits = recipe_and_splits(
        images, NETWORK, f"weights={old}", "optimizer=lbfgs(lr=0.05)", "train=last(1)", "batch_size=90"
    )
    folder = new_folder(tmp_path / "run")
    session.train(recipe, splits, folder, nobody)
    before, after = weights(RunFolder(old)), weights(folder)
    names = layer_names(build_module(recipe.model, 3, 3, 12))
    assert {name for name in before if before[name] != after[name]} == set.union(*names[-2:])
