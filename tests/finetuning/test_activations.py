"""On which machine, and by which engine, a frozen backbone runs."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from linnaeus.classifier import onnx_engine as engine
from linnaeus.classifier.classifier import build_module
from linnaeus.data.loader import loader
from linnaeus.evaluation.inspection import inspected
from linnaeus.events import Reading
from linnaeus.finetuning import head
from linnaeus.finetuning.activations import with_engine
from linnaeus.training import machine
from tests.finetuning.test_features import MACHINE, Counted, images
from tests.training.small import recipe_and_splits

assert images  # the fixture


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINNAEUS_DATA", str(tmp_path / "cache"))


def kept_by(module, recipe, splits, preprocessing):
    return head.kept_by(module, recipe, splits, preprocessing, machine.candidates(recipe, machine.cores()))


def test_a_second_head_takes_the_machine_whose_features_are_kept(images: Path) -> None:
    one = Counted(images, "threads=0", "precision=auto")
    wanted = (one.module, one.recipe, one.splits, one.backbone.preprocessing)
    assert kept_by(*wanted) is None
    one.get()
    assert kept_by(*wanted) == MACHINE  # those of the validation images are to be its own, too
    one.get(split=one.splits.val)
    assert kept_by(*wanted) == MACHINE
    other = Counted(images, "threads=0", "precision=bf16")
    assert kept_by(other.module, other.recipe, other.splits, other.backbone.preprocessing) is None


def test_features_that_were_begun_decide_the_machine_that_ends_them(
    images: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine, "computes_bf16", lambda: True)
    first = Counted(images, "threads=0", "precision=auto")

    def kill(event: Reading) -> None:
        raise KeyboardInterrupt

    first.machine = replace(MACHINE, threads=machine.cores(), engine="onnxruntime")
    with pytest.raises(KeyboardInterrupt):
        first.get(watch=kill)
    wanted = (first.module, first.recipe, first.splits, first.backbone.preprocessing)
    assert kept_by(*wanted) == first.machine


def test_an_engine_gives_the_same_features(images: Path) -> None:
    pytest.importorskip("onnxscript")
    pytest.importorskip("onnxruntime")
    wanted, recipe = Counted(images).get(), "model=convnet(width=4, dropout=0.2)"
    made, _ = recipe_and_splits(images, recipe, "augment=none")
    other = Counted(images)
    other.module = build_module(made.model, 3, 3, made.image_size)
    other.module.load_state_dict({name.replace("features.inner", "features"): value
                                  for name, value in Counted(images).module.state_dict().items()})  # fmt: skip
    other.machine = replace(MACHINE, engine="onnxruntime")
    assert other.get() == pytest.approx(wanted, abs=1e-4)
    assert other.passed == 0


def test_the_engine_is_recorded_and_what_is_begun_is_not_begun_anew(
    images: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("onnxscript")
    pytest.importorskip("onnxruntime")
    monkeypatch.setattr(engine, "FEWEST", 1)
    monkeypatch.setattr(engine, "SECONDS", {False: 0.0, True: 0.0})
    monkeypatch.setattr(engine, "WORTHWHILE", 1e9)
    one = Counted(images)
    made, splits = recipe_and_splits(images, "model=convnet(width=4, dropout=0.2)", "augment=none")
    module = build_module(made.model, 3, 3, made.image_size)
    seen = loader(splits.train, torch.device("cpu"), size=made.image_size, channels=3, resize="crop")
    asked = (made, splits, seen, one.backbone.preprocessing)

    def chosen(threads: int) -> str:
        return with_engine(module, *asked, replace(MACHINE, threads=threads), lambda event: None).engine

    assert chosen(1) == "onnxruntime"
    bf16 = replace(MACHINE, precision="bf16")
    assert with_engine(module, *asked, bf16, lambda event: None) == bf16
    one.get()
    assert with_engine(one.module, *asked, MACHINE, lambda event: None) == MACHINE


def test_an_inspection_takes_what_a_training_kept_by_other_threads(images: Path) -> None:
    first = Counted(images)
    first.machine = replace(MACHINE, threads=machine.cores())
    wanted = first.get()
    there = {"train": first.splits.train}
    found = inspected.features(
        first.module, first.backbone.preprocessing, there, first.recipe, first.splits.fingerprint, lambda event: None
    )
    assert (found["train"] == wanted).all()
    assert first.passed == first.images
