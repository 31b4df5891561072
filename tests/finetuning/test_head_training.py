"""Heads on kept features, in a run: resumed bit for bit, and afterwards a classifier like any other."""

import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from linnaeus.api import own_data
from linnaeus.classifier import classifier
from linnaeus.data.dataset import Splits
from linnaeus.errors import Interrupted, RecipeError
from linnaeus.evaluation import evaluate
from linnaeus.evaluation.predictions import predictions
from linnaeus.events import Event, Note, Reading, Started
from linnaeus.recipe import catalog
from linnaeus.recipe.recipe import Recipe
from linnaeus.record.folder import RunFolder
from linnaeus.reporting.content.notes import line
from linnaeus.stats.score import accuracy_score
from linnaeus.training import head_first, loop, session
from linnaeus.training.prepare import prepare
from linnaeus.training.step import step
from tests.finetuning.small import NETWORK
from tests.reporting import said
from tests.training.small import archive, new_folder, recipe_and_splits, weights
from tests.training.test_resume import Crash, crash_at, nobody

pytestmark = pytest.mark.usefixtures("own_cache")
FITTED = sorted(set(catalog.names("heads")) - {"linear"})


@pytest.fixture(scope="module")
def old(old_convnet: Path) -> Path:
    return old_convnet


def wish(images: Path, old: Path, *changes: str) -> tuple[Recipe, Splits]:
    return recipe_and_splits(images, NETWORK, "augment=none", f"weights={old}", *changes)


def trained(folder: Path, images: Path, old: Path, *changes: str, tell=nobody):
    return session.train(*wish(images, old, *changes), new_folder(folder), tell)


# The resume law


WAYS: dict[str, tuple[str, ...]] = {
    "head": ("train=head",),
    "head, views": ("train=head", "views=2", "augment=crop | flip"),
    "head, averages": ("train=head", "ema=0.9", "choose=best", "optimizer=sam(base=sgd(lr=0.05))", "sampling=balanced"),
    "head, swa": ("train=head", "swa=0.7", "clip_norm=0.5", "accumulate=2", "batch_size=8"),
    "head, lbfgs": ("train=head", "optimizer=lbfgs(lr=0.1)"),
    "then all": ("train=head-then-all", "augment=crop | flip"),
    "then all, logistic": ("train=head-then-all", "head=logistic(strengths=[0.1])", "augment=crop | flip", "ema=0.9"),
    "then all, views": ("train=head-then-all", "head=ridge", "views=2", "augment=flip", "backbone_lr_factor=0.1"),
    "last": ("train=last(1)", "augment=crop | flip", "swa=0.7"),
    "last, kept": ("train=last(1)", "augment=none"),
    "last, kept, averages": ("train=last(1)", "augment=none", "ema=0.9", "choose=best"),
    "last, kept, swa": ("train=last(1)", "augment=none", "swa=0.7", "optimizer=sam(base=sgd(lr=0.05))"),
    "gradual": ("train=gradual", "augment=flip", "optimizer=sgd(lr=0.05)"),
    "gradual, rates": ("train=gradual", "layer_decay=0.5", "ema=0.9", "optimizer=sam"),
    "distilled": ("distill=1.0", "adjust=1.0", "train=last(2)"),
    "head, distilled": ("distill=1.0", "adjust=1.0", "train=head"),
}


@pytest.mark.parametrize("step", [4, 10])
@pytest.mark.parametrize("way", WAYS)
def test_every_way_resumes_bit_for_bit(way: str, step: int, images: Path, old: Path, tmp_path: Path) -> None:
    whole = trained(tmp_path / "whole", images, old, *WAYS[way])
    recipe, splits = wish(images, old, *WAYS[way], "save_every=0.000001")
    broken = new_folder(tmp_path / "broken")
    with pytest.raises(Crash):
        session.train(recipe, splits, broken, crash_at(step))
    record = session.resume(recipe, splits, broken, nobody)
    assert record.history == whole.history and len(record.history) == 3
    assert record.scores == whole.scores
    assert weights(broken) == weights(RunFolder(tmp_path / "whole"))


def test_a_resume_does_not_need_the_kept_features(images: Path, old: Path, tmp_path: Path, monkeypatch) -> None:
    whole = trained(tmp_path / "whole", images, old, "train=head")
    recipe, splits = wish(images, old, "train=head", "save_every=0.000001")
    broken = new_folder(tmp_path / "broken")
    with pytest.raises(Crash):
        session.train(recipe, splits, broken, crash_at(7))
    monkeypatch.setenv("LINNAEUS_DATA", str(tmp_path / "empty"))
    assert session.resume(recipe, splits, broken, nobody).history == whole.history
    assert weights(broken) == weights(RunFolder(tmp_path / "whole"))


def test_a_run_killed_before_a_checkpoint_begins_with_the_same_fitted_head(
    images: Path, old: Path, tmp_path: Path
) -> None:
    changes = ("train=head-then-all", "head=logistic")
    trained(tmp_path / "whole", images, old, *changes)
    recipe, splits = wish(images, old, *changes)  # a checkpoint is due after five seconds
    broken = new_folder(tmp_path / "broken")
    with pytest.raises(Crash):
        session.train(recipe, splits, broken, crash_at(3))
    session.resume(recipe, splits, broken, nobody)
    assert weights(broken) == weights(RunFolder(tmp_path / "whole"))


@pytest.mark.parametrize("head", FITTED)
def test_a_head_of_one_stroke_resumes_too(head: str, images: Path, old: Path, tmp_path: Path) -> None:
    whole = trained(tmp_path / "whole", images, old, "train=head", f"head={head}")

    def crash(event: Event) -> None:
        if isinstance(event, Started):
            raise Crash

    broken = new_folder(tmp_path / "broken")
    recipe, splits = wish(images, old, "train=head", f"head={head}")
    with pytest.raises(Crash):
        session.train(recipe, splits, broken, crash)
    as_written = own_data.recipe_of(broken)
    assert as_written.epochs == 1
    record = session.resume(as_written, splits, broken, nobody)
    assert (record.history, record.scores) == (whole.history, whole.scores)
    assert weights(broken) == weights(RunFolder(tmp_path / "whole"))


def test_a_stop_while_the_head_is_fitted_says_what_to_do(
    images: Path, old: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*args):
        signal.raise_signal(signal.SIGINT)
        return step(*args)

    monkeypatch.setattr(loop, "step", stopped)
    recipe, splits = wish(images, old, "train=head-then-all")
    with pytest.raises(Interrupted, match="before the run began; its features are kept: give the same command again"):
        session.train(recipe, splits, new_folder(tmp_path / "run"), nobody)
    assert not (tmp_path / "run" / "recipe.toml").exists()
    passed = count_passes(monkeypatch)
    monkeypatch.setattr(loop, "step", step)
    session.train(recipe, splits, RunFolder(tmp_path / "run"), nobody)
    assert not passed


def test_neighbours_on_pixels(images: Path, tmp_path: Path) -> None:
    """A network without a backbone, and a head without weights: nothing is left that could train."""
    recipe, splits = recipe_and_splits(images, "model=linear", "epochs=1")
    first = new_folder(tmp_path / "first")
    session.train(recipe, splits, first, nobody)
    recipe, splits = recipe_and_splits(images, "model=linear", f"weights={first.path}", "train=head", "head=knn(k=3)")
    record = session.train(recipe, splits, new_folder(tmp_path / "run"), nobody)
    assert (record.model.parameters, record.model.trainable) == (0, 0)
    assert record.scores["val"].metrics["accuracy"].value > 0.5


# Once, and then at once


def test_a_second_head_on_the_same_data_passes_no_image(images: Path, old: Path, tmp_path: Path, monkeypatch) -> None:
    passed = count_passes(monkeypatch)
    trained(tmp_path / "one", images, old, "train=head")
    first = sum(passed)
    assert first > 0
    passed.clear()
    trained(tmp_path / "two", images, old, "train=head", "head=ridge")
    trained(tmp_path / "three", images, old, "train=head", "optimizer=sam(base=sgd(lr=0.01))", "seed=4")
    trained(tmp_path / "four", images, old, "train=head", "head=knn(k=3)")
    assert sum(passed) == 0


def count_passes(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    from linnaeus.finetuning.backbone import FrozenBackbone

    passed, plain = [], FrozenBackbone.features

    def counting(self, images_BCHW):
        passed.append(len(images_BCHW))
        return plain(self, images_BCHW)

    monkeypatch.setattr(FrozenBackbone, "features", counting)
    return passed


def test_what_a_user_is_told(images: Path, old: Path, tmp_path: Path) -> None:
    events: list[Event] = []

    def notes() -> list[str]:
        return [line(event, said.ENGLISH) for event in events if isinstance(event, Note)]

    trained(tmp_path / "one", images, old, "train=head", "head=logistic", "augment=flip", tell=events.append)
    assert any("augment = flip is not used: features are computed from unaugmented images" in note for note in notes())
    assert any("head logistic fitted to the features of 69 images: strength=" in note for note in notes()), notes()
    assert any(isinstance(event, Reading) and event.what == "features" for event in events)
    events.clear()
    trained(tmp_path / "two", images, old, "train=head", "head=ridge", "augment=flip", "views=2", tell=events.append)
    assert any("fitted to the features of 2 views of 69 images: " in note for note in notes())
    events.clear()
    trained(tmp_path / "three", images, old, "train=head-then-all", "augment=flip", tell=events.append)
    assert any("the head alone: " in note for note in notes())
    assert not any("is not used" in note for note in notes())
    assert sum("starts from the weights of" in note for note in notes()) == 1


# An ordinary classifier


@pytest.mark.parametrize("precision", ["fp32", "bf16"])
@pytest.mark.parametrize("head", ["linear", *FITTED])
def test_afterwards_it_is_a_classifier_as_any(
    head: str, precision: str, images: Path, old: Path, tmp_path: Path
) -> None:
    """Saved, loaded, and asked about images it says what the head said of features."""
    recipe, splits = wish(images, old, "train=head", f"head={head}", f"precision={precision}", "val=0.3")
    folder = new_folder(tmp_path / "run")
    record = session.train(recipe, splits, folder, nobody)
    assert record.environment.precision == precision
    on_features = folder.predictions("val")
    loaded = classifier.load(folder.path)
    assert str(loaded.head or "linear") == head
    found = predictions(loaded, splits.val, recipe)
    assert found.probabilities_NK == pytest.approx(
        on_features["probabilities"], abs=1e-4 if precision == "fp32" else 0.03
    )
    pictures = splits.val.store[splits.val.rows_N]
    assert loaded.probabilities(pictures) == pytest.approx(
        on_features["probabilities"], abs=1e-4 if precision == "fp32" else 0.03
    )
    said = record.history[-1].val_accuracy
    again = evaluate.on_split(folder, own_data.recipe_of(folder), splits, "val")
    assert again.metrics["accuracy"].value == record.scores["val"].metrics["accuracy"].value
    if precision == "fp32":  # in which answers are given, whatever a training's epochs were scored in
        assert again.metrics["accuracy"].value == said
    before, after = weights(RunFolder(old)), weights(folder)
    assert all(before[name] == after[name] for name in before if not name.startswith("head."))


def test_all_weights_of_a_fitted_head_are_in_the_layer_table(images: Path, old: Path, tmp_path: Path) -> None:
    record = trained(tmp_path / "run", images, old, "train=head", "head=logistic")
    assert [row.name for row in record.model.layers if row.trains] == ["head"]
    assert record.model.trainable == record.model.layers[-1].parameters
    neighbours = trained(tmp_path / "knn", images, old, "train=head", "head=knn")
    assert not any(row.trains for row in neighbours.model.layers)
    assert neighbours.model.trainable == 0


def test_a_fitted_head_can_be_trained_further_and_carried_over(images: Path, old: Path, tmp_path: Path) -> None:
    trained(tmp_path / "head", images, old, "train=head", "head=logistic")
    record = trained(tmp_path / "more", images, tmp_path / "head", "train=all", "optimizer=sgd(lr=0.0)")
    before, after = weights(RunFolder(tmp_path / "head")), weights(RunFolder(tmp_path / "more"))
    assert record.model.start.head == "rows"
    assert all(before[name] == after[name] for name in before if name.startswith("head."))


@pytest.mark.parametrize("head", ["linear", "logistic", "knn"])
def test_positions_of_the_published_squeezenet(head: str, tmp_path: Path) -> None:
    """Its features are all positions, and its own head no matrix times them; a fitted one takes its place."""
    from safetensors.torch import save_file

    from linnaeus.classifier.classifier import build_module

    file = archive(tmp_path, size=48, count=36)
    spec = 'model=squeezenet(classifier="published", dropout=0.0)'
    recipe, splits = recipe_and_splits(file, spec, "augment=none", "val=0.3")
    torch.manual_seed(0)
    save_file(contiguous(build_module(recipe.model, 3, 3, 48)), tmp_path / "first.safetensors")
    recipe = replace(
        recipe, weights=str(tmp_path / "first.safetensors"), train="head", head=catalog_call(head), normalise="imagenet"
    )
    folder = new_folder(tmp_path / "run")
    record = session.train(recipe, splits, folder, nobody)
    loaded = classifier.load(folder.path)
    found = predictions(loaded, splits.val, recipe).probabilities_NK
    assert found == pytest.approx(folder.predictions("val")["probabilities"], abs=1e-4)
    assert type(loaded.module.head).__name__ == {"linear": "PositionHead", "logistic": "Linear", "knn": "Vote"}[head]
    assert record.scores["val"].metrics["accuracy"].n == len(splits.val)


def contiguous(module) -> dict[str, torch.Tensor]:
    return {name: value.contiguous() for name, value in module.state_dict().items()}


def catalog_call(text: str):
    from linnaeus.recipe.spec import parse

    return parse(text)


def test_validation_is_that_of_plain_images(images: Path, old: Path, tmp_path: Path) -> None:
    record = trained(
        tmp_path / "run", images, old, "train=head", "head=ridge", "views=3", "augment=crop | flip", "val=0.3"
    )
    held = RunFolder(tmp_path / "run").predictions("val")
    right = int((held["probabilities"].argmax(1) == held["labels"]).sum())
    assert record.scores["val"].metrics["accuracy"] == accuracy_score(right, len(held["labels"]))
    loaded = classifier.load(tmp_path / "run")
    _, splits = wish(images, old, "val=0.3")
    assert predictions(loaded, splits.val, own_data.recipe_of(RunFolder(tmp_path / "run"))).probabilities_NK == (
        pytest.approx(held["probabilities"], abs=1e-4)
    )


@pytest.mark.parametrize("head", FITTED)
def test_no_validation_images_no_choosing(head: str, images: Path, old: Path, tmp_path: Path) -> None:
    notes: list[str] = []
    tell = said.noting(notes)
    record = trained(tmp_path / "run", images, old, "train=head", f"head={head}", "val=0.0", tell=tell)
    assert set(record.scores) == ({"cv"} if head == "logistic" else set())
    assert any(("cross-validated" if head == "logistic" else "by default") in note for note in notes)


def test_classes_sampled_alike_count_alike(images: Path, old: Path, tmp_path: Path) -> None:
    plain = trained(tmp_path / "plain", images, old, "train=head", "head=logistic")
    trained(tmp_path / "more", images, old, "train=head", "head=logistic", "sampling=left=9")
    assert weights(RunFolder(tmp_path / "plain")) != weights(RunFolder(tmp_path / "more"))
    balanced = trained(tmp_path / "balanced", images, old, "train=head", "head=logistic", "sampling=balanced")
    assert plain.scores["val"].metrics["accuracy"].n == balanced.scores["val"].metrics["accuracy"].n


# What does not go together


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (("train=head-then-all", "head=knn"), r'head = knn cannot be trained further; take another, or train = "head"'),
        (("train=head", "views=2", "augment=mix_up"), "mixes images, and features of mixed images cannot be kept"),
        (("train=head", "head=logistic(strengths=[])"), "at least one"),
    ],
)
def test_it_is_said_before_there_is_a_run(changes, message: str, images: Path, old: Path, tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match=message) as caught:
        trained(tmp_path / "run", images, old, *changes)
    assert len(str(caught.value).splitlines()) == 1
    assert not list((tmp_path / "run").iterdir())


def test_knn_is_refused_before_it_is_fitted(images: Path, old: Path, tmp_path: Path, monkeypatch) -> None:
    passed = count_passes(monkeypatch)
    with pytest.raises(RecipeError, match="cannot be trained further"):
        head_first.begin(*wish(images, old, "train=head-then-all", "head=knn"), nobody)
    assert not passed


def test_one_image_of_each_class(tmp_path: Path, images: Path, old: Path) -> None:
    """The least that there can be: each head is a whole classifier of three classes, on a backbone that did not change."""
    content = np.load(images)
    np.savez(tmp_path / "few.npz", images=content["images"][:6], labels=content["labels"][:6])
    for head in FITTED:
        folder = tmp_path / head
        record = trained(folder, tmp_path / "few.npz", old, "train=head", f"head={head}", "val=0.0", "test=0.0")
        assert (record.status, len(record.history)) == ("finished", 1)
        assert set(record.scores) == ({"cv"} if head == "logistic" else set())
        assert sum(record.data.counts.values()) == record.data.counts["train"] == 6
        before, after = weights(RunFolder(old)), weights(RunFolder(folder))
        assert all(before[name] == after[name] for name in before if not name.startswith("head."))
        loaded = classifier.load(folder)
        found_NK = loaded.probabilities(content["images"][:6])
        assert found_NK.shape == (6, len(set(content["labels"][:6])))
        assert found_NK.sum(1) == pytest.approx(np.ones(6), abs=1e-5)
        named = [loaded.classes[k] for k in found_NK.argmax(1)]
        right = np.mean([name == str(label) for name, label in zip(named, content["labels"][:6], strict=True)])
        assert right == pytest.approx(record.history[-1].accuracy)


def test_the_rates_are_those_of_the_head(images: Path, old: Path) -> None:
    """Rates by depth are of the backbone; where the head alone trains there is nothing to scale."""
    recipe, splits = wish(images, old, "train=head", "backbone_lr_factor=0.1", "optimizer=sgd(lr=0.5)")
    prepared, _ = prepare(recipe, splits, nobody)
    assert set(prepared.lrs) == {0.5}


def test_a_second_fitted_head_needs_no_compiler(images: Path, old: Path, tmp_path: Path) -> None:
    trained(tmp_path / "first", images, old, "train=head", "head=logistic")
    script = (
        "import sys; from pathlib import Path; from linnaeus.events import nobody; from linnaeus.training import session; "
        "from tests.training.small import new_folder; from tests.finetuning.test_head_training import wish; "
        "images, old, folder = map(Path, sys.argv[1:]); "
        "session.train(*wish(images, old, 'train=head', 'head=ridge'), new_folder(folder), nobody); "
        "assert 'torch._dynamo' not in sys.modules"
    )
    call = [sys.executable, "-c", script, str(images), str(old), str(tmp_path / "run")]
    root = Path(__file__).parents[2]
    done = subprocess.run(call, capture_output=True, text=True, check=False, cwd=root)
    assert done.returncode == 0, done.stderr[-2000:]
