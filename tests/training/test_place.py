"""An augmentation that goes by image and epoch is told both, from memory and from files, whole and resumed, or training stops."""

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from linnaeus.data.augment import augmented, needs_place, pipeline
from linnaeus.data.batch import Batch
from linnaeus.data.dataset import Source, Splits
from linnaeus.data.load import load, open_source
from linnaeus.data.resident import Resident
from linnaeus.data.streamed import Streamed
from linnaeus.errors import RecipeError, TrainingError
from linnaeus.events import Event, StepDone
from linnaeus.recipe.advise import advise
from linnaeus.recipe.read import override
from linnaeus.recipe.recipe import Recipe
from linnaeus.recipe.spec import Spec, parse
from linnaeus.record.folder import RunFolder
from linnaeus.training import session
from linnaeus.training.lr_range import Sweep, lr_range
from linnaeus.training.prepare import prepare
from tests.training.small import FIXED, archive, new_folder, recipe_and_splits, weights

# Writes down what it is told; changes nothing.
SPY = """
from pathlib import Path

def spy(*, file: str):
    def watch(images_BCHW, targets_BK, generator, *, indices_B=None, epoch=0):
        if indices_B is not None:
            with Path(file).open("a") as lines:
                print(epoch, *indices_B.tolist(), file=lines)
        return images_BCHW, targets_BK

    watch.needs_place = True
    return watch
"""


class Crash(BaseException):
    pass


def crash_at_eight(event: Event) -> None:
    if isinstance(event, StepDone) and event.step == 8:
        raise Crash


def nobody(event: Event) -> None: ...


@pytest.fixture
def spy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file in which the spy writes a line a batch: epoch and places."""
    monkeypatch.chdir(tmp_path)
    Path("spy.py").write_text(SPY)
    return tmp_path / "told.txt"


def told(file: Path) -> list[list[int]]:
    return [[int(number) for number in line.split()] for line in file.read_text().splitlines()]


def pictures(folder: Path, count: int = 36) -> Path:
    """The images of `archive` as files, a folder a class."""
    held = np.load(archive(folder, count=count))
    for number, (image, label) in enumerate(zip(held["images"], held["labels"], strict=True)):
        (folder / "pictures" / str(label)).mkdir(parents=True, exist_ok=True)
        Image.fromarray(image).save(folder / "pictures" / str(label) / f"{number:03}.png")
    return folder / "pictures"


def of_folder(folder: Path, *changes: str) -> tuple[Recipe, Splits]:
    source: Source = open_source(Spec("folder", (str(folder),)))
    fields = advise(source.facts()) | {"data": source.spec}
    recipe = Recipe(**override(fields, [*FIXED, "image_size=12", *changes]))
    return recipe, load(source, recipe)


def test_each_epoch_tells_every_image_once_and_a_resumed_run_tells_the_same(spy: Path) -> None:
    changes = (f"augment=spy.py:spy(file='{spy}') | flip", "save_every=0.000001")
    recipe, splits = recipe_and_splits(archive(spy.parent), *changes)
    session.train(recipe, splits, new_folder(spy.parent / "whole"), nobody)
    whole = told(spy)
    for epoch in (1, 2, 3):
        places = [place for line in whole if line[0] == epoch for place in line[1:]]
        assert sorted(places) == list(range(len(splits.train)))
    spy.unlink()
    broken = new_folder(spy.parent / "broken")
    with pytest.raises(Crash):
        session.train(recipe, splits, broken, crash_at_eight)
    session.resume(recipe, splits, broken, nobody)
    steps = told(spy)
    assert steps[:8] == whole[:8]
    again = len(steps) - len(whole)  # the step that fell after the last checkpoint is done twice
    assert 0 <= again <= 1
    assert steps[8:] == whole[8 - again :]


@pytest.mark.parametrize("augmentation", ["alternating_flip | shift", "sometimes(0.5, [alternating_flip, shift])"])
def test_files_and_memory_give_the_same_training(augmentation: str, tmp_path: Path) -> None:
    folder = pictures(tmp_path)
    found = {}
    for loading, kind in (("resident", Resident), ("streamed", Streamed)):
        recipe, splits = of_folder(folder, f"augment={augmentation}", f"loading={loading}", "workers=1", "epochs=2")
        prepared, _ = prepare(recipe, splits, nobody)
        assert isinstance(prepared.train, kind)
        run = new_folder(tmp_path / loading)
        session.train(recipe, splits, run, nobody)
        found[loading] = weights(run)
    assert found["resident"] == found["streamed"]
    recipe, splits = of_folder(folder, f"augment={augmentation.replace('alternating_', '')}", "epochs=2")
    session.train(recipe, splits, new_folder(tmp_path / "other"), nobody)
    assert weights(RunFolder(tmp_path / "other")) != found["resident"]  # so the comparison could have failed


def test_a_resumed_run_flips_nested_as_a_whole_one(tmp_path: Path) -> None:
    changes = ("augment=sometimes(0.7, [alternating_flip, shift])", "model=linear", "save_every=0.000001")
    recipe, splits = recipe_and_splits(archive(tmp_path), *changes)
    whole, broken = new_folder(tmp_path / "whole"), new_folder(tmp_path / "broken")
    session.train(recipe, splits, whole, nobody)
    with pytest.raises(Crash):
        session.train(recipe, splits, broken, crash_at_eight)
    session.resume(recipe, splits, broken, nobody)
    assert weights(broken) == weights(whole)


def test_a_batch_that_does_not_know_its_place_is_refused() -> None:
    images_BCHW, targets_BK = torch.zeros(4, 3, 8, 8, dtype=torch.uint8), torch.eye(4)
    labels_B, indices_B, draws = torch.arange(4), torch.arange(4), torch.Generator()
    for text in ("shift | alternating_flip", "alternating_flip", "sometimes(0.5, alternating_flip)"):
        augment = pipeline(parse(text))
        assert needs_place(augment)
        augment(images_BCHW, targets_BK, draws)  # a preview may
        for batch in (
            Batch(images_BCHW=images_BCHW, labels_B=labels_B),
            Batch(images_BCHW=images_BCHW, labels_B=labels_B, indices_B=indices_B),
            Batch(images_BCHW=images_BCHW, labels_B=labels_B, epoch=1),
        ):
            with pytest.raises(TrainingError, match="place in the training split"):
                augmented(augment, batch, targets_BK, draws)
    plain = pipeline(parse("shift | sometimes(0.5, flip)"))
    assert not needs_place(plain)
    assert not needs_place(pipeline(Spec("none")))
    augmented(plain, Batch(images_BCHW=images_BCHW, labels_B=labels_B), targets_BK, draws)


def test_a_pipeline_mirrors_each_image_every_second_epoch() -> None:
    augment = pipeline(parse("alternating_flip | noise(std=0)"))
    images_BCHW = torch.arange(8, dtype=torch.uint8).repeat(50, 3, 8, 1)
    shown = []
    for epoch in (1, 2, 3):
        batch = Batch(
            images_BCHW=images_BCHW, labels_B=torch.zeros(50).long(), indices_B=torch.arange(50) + 7, epoch=epoch
        )
        found, _ = augmented(augment, batch, torch.ones(50, 1), torch.Generator().manual_seed(epoch))
        shown.append((found[:, 0, 0, 0] == 7).tolist())
    assert shown[0] == shown[2] == [not turned for turned in shown[1]]
    assert 10 < sum(shown[0]) < 40


@pytest.mark.parametrize("loading", ["resident", "streamed"])
def test_a_sweep_of_rates_tells_the_epochs_too(loading: str, spy: Path) -> None:
    folder = pictures(spy.parent)
    recipe, splits = of_folder(folder, f"augment=spy.py:spy(file='{spy}')", f"loading={loading}", "workers=1")
    lr_range(recipe, splits, Sweep(steps=10), nobody)
    lines = told(spy)[-10:]
    assert lines[0][0] == 1
    assert [line[0] for line in lines] == sorted(line[0] for line in lines)
    first = [place for line in lines if line[0] == 1 for place in line[1:]]
    assert sorted(first) == list(range(len(splits.train)))


def test_a_size_that_a_nested_flip_cannot_take_is_still_the_recipes_fault(tmp_path: Path) -> None:
    recipe, splits = recipe_and_splits(archive(tmp_path), "augment=alternating_flip | crop(pad=50)")
    with pytest.raises(RecipeError, match="cannot be reflected by 50 px"):
        prepare(recipe, splits, nobody)
