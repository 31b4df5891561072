"""Classes that are added to a finished run: what is kept, where the new rows begin, what is told of it."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

import linnaeus
from linnaeus.api import composing
from linnaeus.classifier import classifier
from linnaeus.classifier.classifier import Classifier, normalise
from linnaeus.data.dataset import Dataset
from linnaeus.data.load import load, open_source
from linnaeus.errors import RecipeError
from linnaeus.evaluation import forgetting
from linnaeus.evaluation.predictions import Predictions, predictions
from linnaeus.finetuning import extend as extending
from linnaeus.recipe import read
from linnaeus.recipe.recipe import Recipe
from linnaeus.record.folder import RunFolder
from linnaeus.training import forgotten, session
from linnaeus.training.prepare import prepare
from tests.finetuning.extensions import NEW, NEW_NAMES, OLD, OLD_NAMES, extended, made, nobody, recipe_of_extension
from tests.reporting import said
from tests.training.small import new_folder, weights
from tests.training.test_resume import Crash, crash_at


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("extend"))


def prepared_extension(place: Path, *changes: str, **options):
    recipe = recipe_of_extension(place, *changes, **options)
    return prepare(recipe, composing.splits(recipe, nobody), nobody)


# The start


@pytest.mark.parametrize("replay", [-1, 5, 0])
def test_old_rows_are_bit_for_bit_and_new_ones_begin_at_class_means(place: Path, replay: int) -> None:
    prepared, state = prepared_extension(place, replay=replay)
    before = classifier.load(place / "runs" / "old").module
    assert prepared.splits.classes == (*OLD_NAMES, *NEW_NAMES)
    head = state.module.head.requires_grad_(False)
    assert torch.equal(head.weight[:4], before.head.weight) and torch.equal(head.bias[:4], before.head.bias)
    assert all(
        torch.equal(value, state.module.state_dict()[name])
        for name, value in before.state_dict().items()
        if not name.startswith("head.")
    )
    train = prepared.splits.train
    pictures = torch.from_numpy(train.store[train.rows_N]).permute(0, 3, 1, 2)
    with torch.no_grad():
        features = state.module.eval().features(normalise(pictures, prepared.rules.preprocessing))
    labels = torch.from_numpy(train.labels_N)
    means = {k: features[labels == k].mean(0) for k in range(6) if (labels == k).any()}
    centre = torch.stack(list(means.values())).mean(0)
    for k in (4, 5):
        assert torch.cosine_similarity(head.weight[k], means[k] - centre, dim=0) > 0.9999
        assert head.weight[k].norm() == pytest.approx(float(head.weight[:4].norm(dim=1).mean()), rel=1e-4)
    answers = (head(features).argmax(1) == labels)[labels >= 4].float().mean()
    assert answers > 0.5  # before a single step; a third of six would be chance


def test_rows_go_by_name_not_by_place(place: Path) -> None:
    prepared, state = prepared_extension(place, data=f"{NEW} + {OLD}")
    assert prepared.splits.classes == (*NEW_NAMES, *OLD_NAMES)
    before = classifier.load(place / "runs" / "old").module.head
    assert torch.equal(state.module.head.weight[2:], before.weight) and torch.equal(
        state.module.head.bias[2:], before.bias
    )


def test_beginning_is_the_same_twice(place: Path) -> None:
    first, second = (prepared_extension(place)[1].module.state_dict() for _ in range(2))
    assert all(torch.equal(first[name], second[name]) for name in first)


def test_a_head_without_a_bias_and_one_of_its_own_kind(place: Path) -> None:
    """Rows of a linear head begin without a bias too; what is not linear is left as it is."""
    prepared, state = prepared_extension(place)
    backbone = extending.FrozenBackbone(
        module=state.module, preprocessing=prepared.rules.preprocessing, machine=prepared.machine, checksum=""
    )
    with torch.no_grad():
        bare = nn.Linear(24, 6, bias=False)
        kept = bare.weight.clone()
        state.module.head = bare
        extending.begin_rows(state.module, prepared.start, prepared.splits.train, backbone)
        assert torch.equal(bare.weight[:4], kept[:4]) and not torch.equal(bare.weight[4:], kept[4:])
        state.module.head = nn.Sequential(nn.Linear(24, 6))
        kept = state.module.head[0].weight.clone()
        extending.begin_rows(state.module, prepared.start, prepared.splits.train, backbone)
        assert torch.equal(state.module.head[0].weight, kept)


# Old images


def test_all_old_images_are_shown_again(place: Path) -> None:
    record = extended(place, "epochs=1", name="all")
    assert list(record.data.classes) == [*OLD_NAMES, *NEW_NAMES]
    assert record.data.counts["train"] == sum(record.data.per_class["train"])
    assert min(record.data.per_class["train"]) > 15
    assert (record.parent, record.recipe["replay"]) == ("old", -1)
    assert RunFolder(place / "runs" / "old").record().data.per_class["val"] == record.data.per_class["val"][:4]


def test_so_many_of_each(place: Path) -> None:
    record = extended(place, "epochs=1", replay=5, name="five")
    assert list(record.data.per_class["train"][:4]) == [5, 5, 5, 5]
    assert min(record.data.per_class["train"][4:]) > 15
    assert record.data.per_class["val"] == extended(place, "epochs=1").data.per_class["val"]  # what is held out stays


def test_no_old_images_but_old_validation(place: Path) -> None:
    record = extended(place, "epochs=1", replay=0, name="none")
    assert list(record.data.per_class["train"][:4]) == [0, 0, 0, 0]
    assert sum(record.data.per_class["val"][:4]) > 0
    assert record.recipe["adjust"] == 1.0
    assert record.forgetting["val"].paired is not None


def test_the_old_data_are_gone(place: Path) -> None:
    record = extended(place, "epochs=2", replay=None, name="gone")
    assert list(record.data.classes) == [*OLD_NAMES, *NEW_NAMES]
    assert list(record.data.per_class["val"][:4]) == [0, 0, 0, 0]
    assert "There are no images of the old classes here, so forgetting cannot be measured." in said.told(
        record.forgetting["val"]
    )
    old_images, _ = old_and_new_images(place)
    before, after = (classifier.load(place / "runs" / name) for name in ("old", "gone"))
    held = (after.probabilities(old_images)[:, :4].argmax(1) == before.probabilities(old_images).argmax(1)).mean()
    assert held > 0.8  # their answers are held by the old network's alone


def old_and_new_images(place: Path) -> tuple[np.ndarray, np.ndarray]:
    recipe = recipe_of_extension(place)
    splits = load(open_source(recipe.data), recipe)
    whole = splits.val
    pictures = whole.store[whole.rows_N]
    return pictures[whole.labels_N < 4], pictures[whole.labels_N >= 4]


def test_distillation_keeps_the_old_answers(place: Path) -> None:
    """Without old images and without the old network's answers, the old classes are forgotten; with them less."""
    images, _ = old_and_new_images(place)
    old = classifier.load(place / "runs" / "old").probabilities(images)
    drift = {}
    for distill in ("0.0", "1.0"):
        record = extended(
            place,
            f"distill={distill}",
            "sampling=balanced",
            "epochs=10",
            "optimizer.lr=0.05",
            replay=0,
            name=f"distill-{distill[0]}",
        )
        now = classifier.load(record.folder).probabilities(images)[:, :4]
        drift[distill] = float(np.abs(now / now.sum(1, keepdims=True) - old).mean())
    assert drift["1.0"] < 0.3 * drift["0.0"]


def test_the_old_network_has_nothing_to_say_at_the_first_step(place: Path) -> None:
    prepared, state = prepared_extension(place)
    batch = next(iter(prepared.train.batches(prepared.orders(1), 1)))
    inputs = normalise(batch.images_BCHW, prepared.rules.preprocessing)
    with torch.no_grad():
        logits_BK = state.module.eval()(inputs)
    assert prepared.rules.teacher.loss(inputs, logits_BK, "fp32").abs().max() < 1e-6
    assert prepared.rules.teacher.places.tolist() == [0, 1, 2, 3]


def test_an_adjustment_goes_by_what_an_epoch_shows(place: Path) -> None:
    natural, _ = prepared_extension(place, "adjust=1.0", "sampling=natural", replay=5)
    counts = np.array(natural.splits.train.counts())
    assert natural.rules.shift_K.numpy() == pytest.approx(np.log(counts / counts.sum()), abs=1e-5)
    balanced, _ = prepared_extension(place, "adjust=1.0", "sampling=balanced", replay=5)
    assert balanced.rules.shift_K.numpy() == pytest.approx(np.log(1 / 6), abs=1e-5)
    assert prepared_extension(place, "adjust=0.0")[0].rules.shift_K is None


def test_without_old_images_the_loss_does_not_drive_the_old_classes_down(place: Path) -> None:
    """Nothing speaks for them in the loss; as cross entropy alone has it, all would be taken for new ones."""
    images, _ = old_and_new_images(place)
    taken = {}
    for adjust in ("0.0", "1.0"):
        record = extended(place, f"adjust={adjust}", "epochs=10", replay=0)
        answers = classifier.load(record.folder).probabilities(images).argmax(1)
        taken[adjust] = int((answers >= 4).sum())
    assert taken["0.0"] == len(images) > taken["1.0"]


@pytest.mark.parametrize("train", ["head", "last(1)", "head-then-all", "gradual"])
def test_frozen_or_not(place: Path, train: str) -> None:
    record = extended(place, f"train={train}", "epochs=2", name=f"as-{train.partition('(')[0]}")
    before, after = weights(RunFolder(place / "runs" / "old")), weights(RunFolder(record.folder))
    same = all(before[name] == after[name] for name in before if not name.startswith("head."))
    assert same == (train == "head")
    assert set(record.forgetting) == {"train", "val"}


def test_an_extension_resumes_bit_for_bit(place: Path, tmp_path: Path) -> None:
    recipe = recipe_of_extension(place, "epochs=2", replay=5)
    splits = composing.splits(recipe, nobody)
    whole = session.train(recipe, splits, new_folder(tmp_path / "whole"), nobody)
    broken = new_folder(tmp_path / "broken")
    recipe = replace(recipe, save_every=1e-6)
    with pytest.raises(Crash):
        session.train(recipe, splits, broken, crash_at(2))
    record = session.resume(recipe, splits, broken, nobody)
    assert (record.history, record.scores, record.forgetting) == (whole.history, whole.scores, whole.forgetting)
    assert weights(broken) == weights(RunFolder(tmp_path / "whole"))


def test_its_recipe_repeats_it(place: Path) -> None:
    first = extended(place, "epochs=1", replay=5, name="first")
    again = linnaeus.train(recipe=first.folder / "recipe.toml", runs=place / "runs", name="again", report=False)
    assert (again.history, again.forgetting) == (first.history, first.forgetting)


def test_an_extension_is_extended(place: Path) -> None:
    extended(place, "epochs=1", name="once")
    record = extended(place, "epochs=1", old="once", data="digits(classes=['5'], limit=30)", name="twice")
    assert list(record.data.classes) == [*OLD_NAMES, *NEW_NAMES, "5"]
    assert tuple(record.forgetting["val"].old) == (*OLD_NAMES, *NEW_NAMES)
    assert tuple(record.forgetting["val"].new) == ("5",)


# What was forgotten


def test_forgetting_is_told_by_split_and_the_test_stays_sealed(place: Path) -> None:
    notes: list[str] = []
    record = extended(
        place,
        "epochs=6",
        name="told",
        progress=said.noting(notes),
    )
    assert set(record.forgetting) == {"train", "val"}
    found = record.forgetting["val"]
    assert (found.old, found.new) == (tuple(OLD_NAMES), tuple(NEW_NAMES))
    assert said.told(found) in map(said.plain, notes)
    old, new = found.groups
    per_class = record.data.per_class["val"]
    assert (old.n, new.n) == (sum(per_class[:4]), sum(per_class[4:]))
    before = classifier.load(place / "runs" / "old")
    images, _ = old_and_new_images(place)
    labels = np.repeat(np.arange(6), per_class)
    assert old.before.n == len(images)
    held = RunFolder(record.folder).predictions("val")
    right = held["probabilities"].argmax(1) == held["labels"]
    assert old.after.value == pytest.approx(right[held["labels"] < 4].mean())
    assert new.after.value == pytest.approx(right[held["labels"] >= 4].mean())
    assert sorted(held["labels"]) == labels.tolist()
    assert old.before.value == pytest.approx(
        (before.probabilities(images).argmax(1) == held["labels"][held["labels"] < 4]).mean()
    )
    assert record.test_openings == 0
    linnaeus.evaluate("told", split="test", runs=place / "runs")
    opened = RunFolder(record.folder).record()
    assert set(opened.forgetting) == {"train", "val", "test"} and opened.test_openings == 1
    assert opened.forgetting["test"].paired is not None
    page = (record.folder / "report.html").read_text()
    assert page.count("Old classes: <strong>") == 3  # training, validation, test


@pytest.mark.parametrize("train", ["head", "all"])
def test_forgetting_is_told_by_features_where_the_head_alone_was_trained(
    train: str, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    passed: list[int] = []

    def counted(trained: Classifier, dataset: Dataset, *rest: object) -> Predictions:
        passed.append(len(dataset))
        return predictions(trained, dataset, *rest)  # type: ignore[arg-type]

    for module in (forgotten, forgetting):
        monkeypatch.setattr(module, "predictions", counted)
    record = extended(place, f"train={train}", "distill=0.0", "epochs=2", name=f"by-{train}")
    assert bool(passed) == (train == "all")
    folder = RunFolder(record.folder)
    before, after = classifier.load(place / "runs" / "old"), classifier.load(folder.path)
    recipe = Recipe(**read.read(folder.recipe, kept=True))
    splits = composing.splits(recipe, nobody)
    for split, images in (("train", splits.train), ("val", splits.val)):
        assert images is not None
        said_now = predictions(after, images, recipe)
        wanted = forgetting.measure(before, said_now, images, recipe, split=split)
        assert record.forgetting[split].groups == wanted.groups


def test_evaluation_of_other_runs_tells_of_no_forgetting(place: Path) -> None:
    linnaeus.evaluate("old", split="val", runs=place / "runs")
    assert RunFolder(place / "runs" / "old").record().forgetting == {}


def test_a_look_at_the_old_test_images_is_inherited(place: Path) -> None:
    shutil.copytree(place / "runs" / "old", place / "runs" / "looked")
    linnaeus.evaluate("looked", split="test", runs=place / "runs")
    assert extended(place, "epochs=1", old="looked", name="after-a-look").test_openings == 1


# Heads of one stroke, and merged names


@pytest.mark.parametrize("head", ["logistic", "knn"])
def test_a_head_of_one_stroke_is_extended(place: Path, head: str) -> None:
    """Logistic rows are kept; neighbours have none, so the head begins anew, which is said."""
    notes: list[str] = []
    record = extended(
        place,
        "epochs=2",
        old=head,
        name=f"from-{head}",
        progress=said.noting(notes),
    )
    kept = "the head keeps the rows of 4 of 6 classes" if head == "logistic" else "the head is new"
    assert any(kept in note for note in notes), notes
    assert (record.recipe["head"], record.recipe["views"]) == ("linear", 0)
    assert set(record.forgetting) == {"train", "val"}
    assert list(record.data.classes) == [*OLD_NAMES, *NEW_NAMES]


def test_a_class_that_both_know_is_one_where_it_is_said(place: Path) -> None:
    with pytest.raises(RecipeError, match=r"^3: classes of these names are in old and in .* say --merge, else"):
        extended(place, data="digits(classes=['3','7'], limit=30)")
    record = extended(place, "epochs=1", data="digits(classes=['3','7'], limit=30)", merge=True, name="merged")
    assert list(record.data.classes) == [*OLD_NAMES, "7"]
    assert tuple(record.forgetting["val"].new) == ("7",)


def test_one_new_class_with_old_images_gone(place: Path) -> None:
    record = extended(place, "epochs=1", data="digits(classes=['9'], limit=30)", replay=None, name="one")
    assert list(record.data.classes) == [*OLD_NAMES, "9"]
