"""Averages of the weights, and images that grow."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from torch import nn

from linnaeus.classifier.classifier import load
from linnaeus.data.batch import Batch
from linnaeus.errors import RecipeError
from linnaeus.events import EpochDone, StepDone
from linnaeus.training import average, loop, session
from linnaeus.training.prepare import prepare
from linnaeus.training.progressive import side
from linnaeus.training.step import resized
from tests.training.small import archive, new_folder, recipe_and_splits
from tests.training.test_gradients import rules


def train(tmp_path: Path, *changes: str, name: str = "run", tell=lambda event: None):
    recipe, splits = recipe_and_splits(archive(tmp_path), *changes)
    return session.train(recipe, splits, new_folder(tmp_path / name), tell)


def weights_after(tmp_path: Path, epochs: int, *changes: str) -> dict[str, torch.Tensor]:
    """The last weights of a training that ends after some of its epochs; the schedule is constant."""
    train(tmp_path, f"epochs={epochs}", "schedule=constant", *changes, name=f"after-{epochs}")
    return load_file(tmp_path / f"after-{epochs}" / "model.safetensors")


def test_swa_is_the_mean_of_the_weights_after_the_last_epochs(tmp_path: Path) -> None:
    record = train(tmp_path, "epochs=5", "schedule=constant", "swa=0.6", "model=mlp(hidden=[8])")
    found = load_file(tmp_path / "run" / "model.safetensors")
    singles = [weights_after(tmp_path, epochs, "model=mlp(hidden=[8])") for epochs in (3, 4, 5)]
    for name, value in found.items():
        torch.testing.assert_close(value, torch.stack([single[name] for single in singles]).mean(0))
    whole = train(tmp_path, "epochs=5", "schedule=constant", "model=mlp(hidden=[8])", name="whole")
    assert record.history == whole.history, "the curve is of the network as it moves"
    assert record.scores["val"] != whole.scores["val"], "the scores are of the average"


@pytest.mark.parametrize(
    ("share", "epochs", "expected"), [(0.0, 9, 0), (0.25, 8, 2), (0.01, 8, 1), (1.0, 3, 3), (0.5, 5, 2)]
)
def test_how_many_epochs_are_averaged(share: float, epochs: int, expected: int) -> None:
    assert average.swa_epochs(share, epochs) == expected


def test_the_statistics_of_the_average_are_those_of_an_epoch_of_training_images(tmp_path: Path) -> None:
    recipe, splits = recipe_and_splits(
        archive(tmp_path), "model=convnet(width=4)", "swa=0.5", "augment=none", "accumulate=2", "batch_size=8"
    )
    session.train(recipe, splits, new_folder(tmp_path / "run"), lambda event: None)
    trained = load(tmp_path / "run")
    prepared, _ = prepare(recipe, splits, lambda event: None)
    statistics = {name: value for name, value in trained.module.named_buffers() if "running" in name}
    assert statistics
    first = next(layer for layer in trained.module.modules() if isinstance(layer, nn.BatchNorm2d))
    found: list[torch.Tensor] = []
    first.register_forward_pre_hook(lambda layer, inputs: found.append(inputs[0]))
    pieces = [
        piece
        for order in prepared.orders(recipe.epochs)
        for piece in (order[: -(-len(order) // 2)], order[-(-len(order) // 2) :])
    ]
    for batch in prepared.train.batches(pieces):
        trained.logits(batch.images_BCHW)
    torch.testing.assert_close(first.running_mean, torch.stack([each.mean((0, 2, 3)) for each in found]).mean(0))
    torch.testing.assert_close(first.running_var, torch.stack([each.var((0, 2, 3)) for each in found]).mean(0))
    assert first.momentum == nn.BatchNorm2d(1).momentum


def test_recomputing_changes_statistics_alone_and_is_the_same_twice() -> None:
    torch.manual_seed(0)
    module = nn.Sequential(nn.Conv2d(2, 4, 3), nn.BatchNorm2d(4), nn.Dropout(0.5), nn.Flatten(), nn.Linear(64, 3))
    before = {name: value.clone() for name, value in module.state_dict().items()}
    batches = [Batch(images_BCHW=torch.randint(256, (5, 2, 6, 6), dtype=torch.uint8), labels_B=torch.arange(5) % 3)] * 2
    average.recompute_statistics(module, batches, rules(), seed=0)
    after = {name: value.clone() for name, value in module.state_dict().items()}
    assert {name for name in before if not torch.equal(before[name], after[name])} == {
        "1.running_mean", "1.running_var", "1.num_batches_tracked"
    }  # fmt: skip
    average.recompute_statistics(module, batches, rules(), seed=0)
    assert all(torch.equal(after[name], value) for name, value in module.state_dict().items())
    assert not any(layer.training for layer in module.modules())


@pytest.mark.parametrize("changes", [("swa=0.5", "ema=0.9"), ("swa=0.5", "choose=best")])
def test_two_kinds_of_kept_weights_are_refused(tmp_path: Path, changes: tuple[str, ...]) -> None:
    with pytest.raises(RecipeError, match="take one of them"):
        recipe_and_splits(archive(tmp_path), *changes)


def test_the_side_grows_to_the_full_one_and_stays(tmp_path: Path) -> None:
    recipe, _ = recipe_and_splits(archive(tmp_path), "image_size=32", "epochs=20", "progressive=0.5")
    sides = [side(recipe, epoch) for epoch in range(1, 21)]
    assert sides == [16] * 4 + [20] * 4 + [24] * 4 + [28] * 4 + [32] * 4
    assert [side(replace(recipe, progressive=0.0), epoch) for epoch in range(1, 21)] == [32] * 20
    assert [side(replace(recipe, epochs=3), epoch) for epoch in (1, 2, 3)] == [16, 20, 32]
    odd = replace(recipe, image_size=27, progressive=0.6)
    assert [side(odd, epoch) for epoch in (1, 5, 20)] == [16, 18, 27]
    assert side(replace(recipe, image_size=3, progressive=0.01), 1) == 2


def test_the_network_sees_the_side_of_the_epoch_and_validation_the_full_one(tmp_path: Path, monkeypatch) -> None:
    seen: list[int] = []
    true_step = loop.step

    def watched(module, optimizer, batch, rules, draws):
        hook = module.register_forward_pre_hook(lambda layer, inputs: seen.append(inputs[0].shape[-1]))
        found = true_step(module, optimizer, batch, rules, draws)
        hook.remove()
        return found

    monkeypatch.setattr(loop, "step", watched)
    sides: dict[int, set[int]] = {}

    def tell(event) -> None:
        if isinstance(event, StepDone):
            sides.setdefault(event.epoch, set()).add(seen[-1])
        if isinstance(event, EpochDone):
            assert event.row.val_n > 0

    record = train(tmp_path, "epochs=5", "progressive=0.5", "model=convnet(width=4)", tell=tell)
    assert sides == {1: {6}, 2: {8}, 3: {8}, 4: {10}, 5: {12}}
    assert load(tmp_path / "run").preprocessing.size == 12
    assert record.status == "finished"


def test_a_network_that_cannot_take_the_first_side_is_refused(tmp_path: Path) -> None:
    with pytest.raises(
        RecipeError, match="cannot take images of 6×6 pixels and 3 channels, which progressive begins with"
    ):
        train(tmp_path, "progressive=0.5", "model=mlp(hidden=[8])")


def test_resizing_keeps_what_is_flat_and_the_layout() -> None:
    flat = torch.full((2, 3, 8, 8), 0.25).to(memory_format=torch.channels_last)
    small = resized(flat, 5)
    assert small.shape == (2, 3, 5, 5) and torch.allclose(small, torch.tensor(0.25))
    assert small.is_contiguous(memory_format=torch.channels_last)
    assert resized(flat, 0) is flat and resized(flat, 8) is flat
