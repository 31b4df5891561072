"""Additions of classes that cannot be made: each is one clear message, and leaves nothing."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import linnaeus
from linnaeus.api import composing
from linnaeus.classifier.classifier import Classifier
from linnaeus.data.load import load, open_source
from linnaeus.errors import DataError, LinnaeusError, RecipeError, RunError
from linnaeus.events import Event, StepDone
from linnaeus.finetuning import extend as extending
from linnaeus.training.prepare import prepare
from tests.finetuning.extensions import MLP, OLD, OLD_NAMES, extended, made, nobody, recipe_of_extension
from tests.finetuning.small import QUICK
from tests.settings import given
from tests.training.test_resume import Crash


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("extend"))


def unfinished(place: Path) -> dict:
    with pytest.raises(Crash):
        train_broken(place)
    return {"old": "broken"}


def train_broken(place: Path) -> None:
    def crash(event: Event) -> None:
        if isinstance(event, StepDone):
            raise Crash

    linnaeus.train(OLD, **given(*QUICK, MLP), runs=place / "runs", name="broken", report=False, progress=crash)


def moved_folder(place: Path) -> dict:
    recipe = recipe_of_extension(place)
    splits = load(open_source(recipe.data), recipe)
    file = place / "images.npz"
    train_images = splits.train
    np.savez(
        file,
        images=train_images.store[train_images.rows_N],
        labels=np.array(splits.classes)[train_images.labels_N],
    )
    linnaeus.train(f"arrays('{file}')", **given(*QUICK, MLP), runs=place / "runs", name="moved", report=False)
    file.unlink()
    return {"old": "moved", "data": "digits(classes=['5'], limit=30)"}


@pytest.mark.parametrize(
    ("wish", "kind", "message"),
    [
        (
            {"data": "digits(classes=['0','3'], limit=30)"},
            RecipeError,
            "has no new class: old knows 0, 3 already; continue trains it on",
        ),
        ({"old": "oldd"}, RunError, "no run 'oldd'; did you mean old"),
        ({"data": "digitz"}, LinnaeusError, "did you mean digits"),
        (unfinished, RunError, "broken is running, not finished; go on with: linnaeus resume"),
        (
            moved_folder,
            DataError,
            "the images that moved was trained on are not there to be shown again .* bring them back, or go on without them: --replay none",
        ),
        ({"replay": -2}, RecipeError, "replay = -2 must be at least 0, or -1 for all"),
        ({"changes": ["image_size=16"]}, RecipeError, "are of another network: .*: set image_size=8"),
        ({"changes": ["train=everything"]}, RecipeError, "train = 'everything' must be"),
        ({"changes": ["head=knn"]}, RecipeError, "head = knn is for a frozen backbone"),
    ],
)
def test_bad_wishes_are_one_clear_message_and_leave_nothing(place: Path, wish, kind, message: str) -> None:
    options = dict(wish(place) if callable(wish) else wish)
    changes = options.pop("changes", [])
    with pytest.raises(kind, match=message) as caught:
        extended(place, "epochs=1", *changes, name="bad", **options)
    assert len(str(caught.value).splitlines()) == 1
    assert not (place / "runs" / "bad" / "recipe.toml").exists()


def test_distillation_without_an_old_class_in_the_data(place: Path) -> None:
    recipe = recipe_of_extension(place, data="digits(classes=['0','1','7'], limit=30)")
    with pytest.raises(
        RecipeError, match="holds the network to all of its old classes, and these data have no 2, 3; set distill = 0"
    ):
        prepare(recipe, composing.splits(recipe, nobody), nobody)


def test_weights_that_do_not_name_their_classes(place: Path) -> None:
    shutil.copy(place / "runs" / "old" / "model.safetensors", place / "bare.safetensors")
    bare = recipe_of_extension(place, f"weights={place / 'bare.safetensors'}", "normalise=0.5 / 0.25", replay=5)
    with pytest.raises(
        RecipeError, match=r"replay = 5 is for the classes that the weights know, and .* does not name them"
    ):
        composing.splits(bare, nobody)
    bare = replace(bare, replay=-1)
    with pytest.raises(RecipeError, match="are weights alone: they do not tell which classes their network answers"):
        prepare(bare, composing.splits(bare, nobody), nobody)


def test_the_network_before_is_the_run(place: Path) -> None:
    before = extending.network_before(recipe_of_extension(place))
    assert isinstance(before, Classifier) and before.classes == tuple(OLD_NAMES)
    assert extending.known_classes(recipe_of_extension(place)) == ()
    assert extending.known_classes(recipe_of_extension(place, replay=0)) == tuple(OLD_NAMES)
