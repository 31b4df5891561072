"""Scoring a finished run: the sealed test split is counted, other data goes by class names, the run's own data is its own."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import linnaeus
from linnaeus.errors import DataError, RunError
from linnaeus.record.folder import RunFolder
from tests.settings import given
from tests.training.small import FIXED, archive


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("evaluate")
    changes = [*FIXED, "epochs=10", "optimizer=adam(lr=0.01)", "model=linear"]
    linnaeus.train(
        f"arrays({str(archive(folder))!r})", **given(*changes), name="run", runs=folder / "runs", report=False
    )
    return folder / "runs"


def test_opening_the_test_split_is_counted_each_time(runs: Path) -> None:
    before = RunFolder(runs / "run").record().test_openings
    one, other = (linnaeus.evaluate("run", split="test", runs=runs) for _ in range(2))
    record = RunFolder(runs / "run").record()
    assert record.test_openings == before + 2
    assert one == other == record.scores["test"]
    assert RunFolder(runs / "run").predictions("test")["probabilities"].shape == (one.metrics["accuracy"].n, 3)
    linnaeus.evaluate("run", split="train", runs=runs)
    assert RunFolder(runs / "run").record().test_openings == before + 2


def other_data(folder: Path, names: list[str]) -> str:
    with np.load(archive(folder, count=60)) as found:
        rng = np.random.default_rng(1)
        images = np.clip(found["images"].astype(int) + rng.integers(-3, 4, found["images"].shape), 0, 255).astype(
            np.uint8
        )
        order = np.argsort(-(np.arange(60) % 3), kind="stable")  # classes in another order than the run's
        np.savez(folder / "other.npz", images=images[order], labels=np.array(names)[(np.arange(60) % 3)[order]])
    return f"arrays({str(folder / 'other.npz')!r})"


def test_classes_of_other_data_go_by_name(runs: Path, tmp_path: Path) -> None:
    found = linnaeus.evaluate("run", data=other_data(tmp_path, ["left", "middle", "right"]), runs=runs)
    assert found.metrics["accuracy"].n == 60
    assert found.metrics["accuracy"].value > 0.9
    swapped = linnaeus.evaluate("run", data=other_data(tmp_path, ["middle", "right", "left"]), runs=runs)
    assert swapped.metrics["accuracy"].value < 0.1
    assert "on-other" in RunFolder(runs / "run").record().scores


def test_unknown_classes_are_refused(runs: Path, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="knows no class 'top'"):
        linnaeus.evaluate("run", data=other_data(tmp_path, ["left", "middle", "top"]), runs=runs)


def test_a_copy_of_the_runs_own_data_is_its_own_data(runs: Path, tmp_path: Path) -> None:
    copied = tmp_path / "copy.npz"
    copied.write_bytes(archive(tmp_path).read_bytes())
    before = RunFolder(runs / "run").record().scores
    assert linnaeus.evaluate("run", data=f"arrays({str(copied)!r})", runs=runs) == before["val"]
    assert RunFolder(runs / "run").record().scores == before


def test_an_unfinished_run_is_not_scored(runs: Path, tmp_path: Path) -> None:
    folder = RunFolder(runs / "run")
    record = folder.record()
    (tmp_path / "half").mkdir()
    half = RunFolder(tmp_path / "half")
    half.save_recipe(folder.recipe.read_text())
    half.save_record(type(record)(**{name: getattr(record, name) for name in record.__slots__} | {"status": "running"}))
    with pytest.raises(RunError, match="linnaeus resume half"):
        linnaeus.evaluate("half", runs=tmp_path)


def test_predictions_that_a_kill_left_without_their_scores_are_not_taken_for_kept(runs: Path) -> None:
    """What is kept of a split is written before the record: an inspection that was killed between the two begins it again."""
    folder = RunFolder(runs / "run")
    linnaeus.evaluate("run", split="train", runs=runs)
    record = folder.record()
    folder.save_record(replace(record, scores={"val": record.scores["val"]}))
    examples = folder.pictures_file("examples-train")
    examples.unlink()
    linnaeus.inspect("run", split="train", runs=runs, progress=False)
    again = folder.record()
    assert examples.exists()
    assert again.scores["train"] == record.scores["train"]
