"""Weights that a network measures on images: once, before the first step, and the same in a run that is taken up again."""

from pathlib import Path

import pytest
import torch

from linnaeus.classifier import classifier
from linnaeus.errors import RecipeError
from linnaeus.events import Event, StepDone
from linnaeus.training import layers, session
from linnaeus.training.prepare import prepare
from linnaeus.training.prime import prime
from linnaeus.training.step import parameter_groups
from tests.training.small import archive, new_folder, recipe_and_splits, weights

MODEL = "model=speednet(widths=[8, 8, 8])"


class Crash(BaseException):
    pass


def crash_at_seven(event: Event) -> None:
    if isinstance(event, StepDone) and event.step == 7:
        raise Crash


def nobody(event: Event) -> None: ...


def test_filters_are_measured_on_the_training_images_whatever_the_seed(tmp_path: Path) -> None:
    file = archive(tmp_path)
    first, second, other = (
        prepare(*recipe_and_splits(one, MODEL, f"seed={seed}"), nobody)[1].module
        for one, seed in ((file, 0), (file, 1), (archive(tmp_path, count=120), 0))
    )
    assert torch.equal(first.whiten.weight, second.whiten.weight)
    assert not torch.equal(first.head.weight, second.head.weight)
    assert not torch.equal(first.whiten.weight, other.whiten.weight)


def test_what_the_filters_give_is_white(tmp_path: Path) -> None:
    prepared, state = prepare(*recipe_and_splits(archive(tmp_path), MODEL), nobody)
    images_BCHW = torch.cat([batch.images_BCHW for batch in prepared.train.batches(prepared.orders(1))])
    whitened_BCHW = state.module.whiten(classifier.normalise(images_BCHW, prepared.rules.preprocessing)).double()
    half_DN = whitened_BCHW.transpose(0, 1).flatten(1)[:12]  # the other twelve are their negatives
    torch.testing.assert_close(half_DN @ half_DN.T / half_DN.shape[1], torch.eye(12).double(), atol=0.05, rtol=0)
    assert torch.equal(whitened_BCHW[:, :12], -whitened_BCHW[:, 12:])


def test_a_primed_network_keeps_its_filters_and_resumes_bit_for_bit(tmp_path: Path) -> None:
    changes = (
        MODEL,
        "save_every=0.000001",
        "ema=0.9",
        "augment=alternating_flip | crop(pad=1)",
        "optimizer=muon(lr=0.05)",
    )
    recipe, splits = recipe_and_splits(archive(tmp_path), *changes)
    primed = prepare(recipe, splits, nobody)[1].module
    whole, broken = new_folder(tmp_path / "whole"), new_folder(tmp_path / "broken")
    session.train(recipe, splits, whole, nobody)
    with pytest.raises(Crash):
        session.train(recipe, splits, broken, crash_at_seven)
    session.resume(recipe, splits, broken, nobody)
    assert weights(broken) == weights(whole)
    trained = classifier.load(whole.path).module
    assert torch.equal(trained.whiten.weight, primed.whiten.weight)
    assert not torch.equal(trained.head.weight, primed.head.weight)


def test_a_run_killed_before_its_first_checkpoint_is_primed_again(tmp_path: Path) -> None:
    recipe, splits = recipe_and_splits(archive(tmp_path), MODEL, "epochs=2")
    whole, broken = new_folder(tmp_path / "whole"), new_folder(tmp_path / "broken")
    session.train(recipe, splits, whole, nobody)
    with pytest.raises(Crash):
        session.train(recipe, splits, broken, crash_at_seven)  # no checkpoint is due within five seconds
    assert not list(broken.path.glob("checkpoint/*"))
    session.resume(recipe, splits, broken, nobody)
    assert weights(broken) == weights(whole)


def test_a_run_that_begins_at_given_weights_is_not_primed(tmp_path: Path) -> None:
    recipe, splits = recipe_and_splits(archive(tmp_path), MODEL, "epochs=1")
    parent = new_folder(tmp_path / "parent")
    session.train(recipe, splits, parent, nobody)
    recipe, splits = recipe_and_splits(archive(tmp_path, count=120), MODEL, f"weights='{parent.path}'")
    state = prepare(recipe, splits, nobody)[1]
    assert torch.equal(state.module.whiten.weight, classifier.load(parent.path).module.whiten.weight)


def test_fixed_weights_are_in_no_group_and_shown_as_fixed(tmp_path: Path) -> None:
    module = prepare(*recipe_and_splits(archive(tmp_path), MODEL), nobody)[1].module
    held = {id(parameter) for group in parameter_groups(module) for parameter in group["params"]}
    fixed = [name for name, parameter in module.named_parameters() if id(parameter) not in held]
    assert "whiten.weight" in fixed
    assert all(name == "whiten.weight" or module.get_parameter(name).eq(1).all() for name in fixed)  # scales of norms
    found = layers.describe(module, 3, 12)
    rows = {row.name: row for row in found.layers}
    assert not rows["whiten"].trains
    assert rows["groups.0"].trains
    assert found.parameters - found.trainable == 24 * 12 + 6 * 8


def test_a_network_without_the_method_is_left_alone_and_its_complaint_is_the_users_message(tmp_path: Path) -> None:
    recipe, splits = recipe_and_splits(archive(tmp_path))
    preprocessing = prepare(recipe, splits, nobody)[0].rules.preprocessing
    module = torch.nn.Linear(3, 3)
    before = module.weight.clone()
    prime(module, splits.train, recipe, preprocessing)
    assert torch.equal(module.weight, before)

    class Choosy(torch.nn.Linear):
        def prime(self, inputs_BCHW: torch.Tensor) -> None:
            raise ValueError(f"{len(inputs_BCHW)} images of {inputs_BCHW.dtype} are too few")

    with pytest.raises(RecipeError, match=r"model mlp.*images of torch\.float32 are too few"):
        prime(Choosy(3, 3), splits.train, recipe, preprocessing)
