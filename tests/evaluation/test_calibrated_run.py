"""What a run learns of its probabilities at the end of its training, and what evaluating does with it."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import linnaeus
from linnaeus.api import loading
from linnaeus.record.folder import RunFolder
from linnaeus.record.scores import Reason
from tests.settings import given
from tests.training.small import FIXED, archive


def train(folder: Path, count: int, *changes: str) -> Path:
    """A run of a linear network on images of which every tenth has a wrong label."""
    with np.load(archive(folder, count=count)) as found:
        labels = found["labels"].copy()
        labels[::10] = np.roll(labels, 1)[::10]
        np.savez(folder / "doubtful.npz", images=found["images"], labels=labels)
    quick = [*FIXED, "epochs=4", "optimizer=adam(lr=0.01)", "model=linear", *changes]
    linnaeus.train(
        f"arrays({str(folder / 'doubtful.npz')!r})", **given(*quick), name="run", runs=folder / "runs", report=False
    )
    return folder / "runs"


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return train(tmp_path_factory.mktemp("calibrated"), 900)


def test_what_was_fitted_on_validation_images_judges_the_test(runs: Path) -> None:
    folder = RunFolder(runs / "run")
    card = (folder.path / "classifier.json").read_text()
    linnaeus.evaluate("run", split="test", runs=runs)
    found = folder.record().calibration
    assert found["val"].fitted_here
    assert not found["test"].fitted_here
    assert found["test"].temperature == found["val"].temperature
    assert [row.threshold for row in found["test"].sets] == [row.threshold for row in found["val"].sets]
    assert (folder.path / "classifier.json").read_text() == card  # nothing is chosen by the test
    assert loading.calibration("run", "test", runs=runs) == found["test"]
    assert loading.calibration("run", "val+flip", runs=runs) is None


def test_a_run_from_before_all_this_is_fitted_by_its_kept_predictions(runs: Path, tmp_path: Path) -> None:
    shutil.copytree(runs / "run", tmp_path / "old")
    old, new = RunFolder(tmp_path / "old"), RunFolder(runs / "run").record()
    card = json.loads((old.path / "classifier.json").read_text())
    (old.path / "classifier.json").write_text(
        json.dumps({key: card[key] for key in card if key not in ("calibration", "checksum")})
    )
    old.save_record(replace(old.record(), calibration={}))
    assert linnaeus.load("old", runs=tmp_path).calibration is None
    linnaeus.evaluate("old", split="test", runs=tmp_path)
    assert json.loads((old.path / "classifier.json").read_text()) == card
    assert old.record().calibration["val"] == new.calibration["val"]


def test_predictions_stay_as_the_network_gave_them(runs: Path) -> None:
    trained, kept = linnaeus.load("run", runs=runs), RunFolder(runs / "run").predictions("val")
    assert trained.calibration is not None
    assert trained.calibration.temperature != 1
    log_loss = -np.log(kept["probabilities"][np.arange(len(kept["labels"])), kept["labels"]].astype(float)).mean()
    record = RunFolder(runs / "run").record()
    assert record.calibration["val"].raw.log_loss.value == pytest.approx(log_loss)
    assert record.scores["val"].metrics["log_loss"].value == pytest.approx(log_loss)


def test_too_few_validation_images_and_none_at_all(tmp_path: Path) -> None:
    for count, changes, name in ((90, (), "few"), (60, ("val=0",), "none")):
        (tmp_path / name).mkdir()
        folder = train(tmp_path / name, count, *changes)
        assert linnaeus.load("run", runs=folder).calibration is None
        assert RunFolder(folder / "run").record().calibration == {}
    linnaeus.evaluate("run", split="train", runs=folder)
    found = RunFolder(folder / "run").record().calibration
    assert list(found) == ["train"]
    assert found["train"].reason == Reason(kind="few_images", values={"least": 20})
    assert found["train"].unknown is None
