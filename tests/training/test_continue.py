"""Further training: a new run that begins where another ended, and that needs the other no more when it is done."""

import shutil
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch

import linnaeus
from linnaeus.classifier import classifier
from linnaeus.errors import LinnaeusError, RecipeError, RunError
from linnaeus.events import StepDone
from linnaeus.record import record as records
from linnaeus.record.folder import RunFolder
from tests.reporting import said
from tests.settings import given
from tests.training.small import FIXED, archive, weights


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    """A folder of runs with a finished one of three epochs, `old`."""
    train(tmp_path)
    return tmp_path / "runs"


def train(tmp_path: Path, *changes: str, name: str = "old"):
    return linnaeus.train(
        f"arrays({str(archive(tmp_path))!r})",
        **given(*FIXED, *changes),
        name=name,
        runs=tmp_path / "runs",
        report=False,
    )


def go_on(runs: Path, *changes: str, epochs: int = 2, old: str = "old", name: str = "new", progress=lambda event: None):
    return linnaeus.continue_(
        old, epochs=epochs, **given(*changes), name=name, runs=runs, report=False, progress=progress
    )


def without_clock(record) -> dict:
    return {key: value for key, value in records.to_plain(record).items() if key not in ("name", "time")}


def test_it_begins_with_the_kept_weights_and_leaves_the_old_run_alone(runs: Path) -> None:
    old = RunFolder(runs / "old")
    before = {file.name: file.read_bytes() for file in old.path.iterdir() if file.name != ".lock"}
    record = go_on(runs, "optimizer=sgd(lr=0.0)", "model.dropout=0.0", "seed=7")
    assert weights(RunFolder(runs / "new")) == weights(old)
    assert (record.parent, record.recipe["seed"], record.recipe["epochs"]) == ("old", 7, 2)
    assert {file.name: file.read_bytes() for file in old.path.iterdir() if file.name != ".lock"} == before


def test_it_learns_further_with_other_draws(runs: Path) -> None:
    record = go_on(runs)
    assert weights(RunFolder(runs / "new")) != weights(RunFolder(runs / "old"))
    assert record.recipe["seed"] == 1
    assert record.data.fingerprint == RunFolder(runs / "old").record().data.fingerprint


def test_it_says_what_the_schedule_does(runs: Path) -> None:
    notes: list[str] = []
    go_on(runs, progress=said.noting(notes))
    assert "keeps the rows of 3 of 3 classes; pixels are normalised as they were for these weights" in notes[0]
    assert "schedule one_cycle runs from its start to its end over 2 new epochs" in notes[1]
    assert "epoch 3" in notes[1] and "seed 1" in notes[1]


def test_the_normalisation_is_the_old_one_whatever_the_new_data(runs: Path, tmp_path: Path) -> None:
    found = np.load(archive(tmp_path))
    brighter = tmp_path / "brighter.npz"
    np.savez(brighter, images=found["images"] // 2 + 100, labels=found["labels"])
    go_on(runs, f"data=arrays({str(brighter)!r})")
    assert classifier.load(runs / "new").preprocessing == classifier.load(runs / "old").preprocessing


def test_its_recipe_repeats_it(runs: Path) -> None:
    first = go_on(runs)
    again = linnaeus.train(recipe=runs / "new" / "recipe.toml", name="again", runs=runs, report=False)
    assert weights(RunFolder(runs / "again")) == weights(RunFolder(runs / "new"))
    assert without_clock(again) == without_clock(first)


def test_its_recipe_holds_whole_paths(runs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(runs.parent)
    record = linnaeus.continue_("old", epochs=1, name="near", runs="runs", report=False)
    assert record.recipe["weights"] == str(runs / "old")
    monkeypatch.chdir(runs.parent.parent)
    assert linnaeus.train(recipe=runs / "near" / "recipe.toml", runs=runs, report=False).history == record.history


def test_old_and_new_are_one_curve_also_when_the_old_run_is_gone(runs: Path) -> None:
    go_on(runs)
    go_on(runs, old="new", name="newer", epochs=1)
    shutil.rmtree(runs / "old")
    shutil.rmtree(runs / "new")
    record = RunFolder(runs / "newer").record()
    assert [row.epoch for row in record.history] == [1]
    assert [row.epoch for row in record.curve()] == [1, 2, 3, 4, 5, 6]
    assert [row.step for row in record.curve()] == [5, 10, 15, 20, 25, 30]
    page = linnaeus.report("newer", runs=runs).read_text()
    assert "before it, the epochs of <b>new</b>" in page
    assert linnaeus.evaluate("newer", runs=runs).metrics["accuracy"].n > 0


def test_only_the_epochs_that_led_to_the_kept_weights_are_behind_it(runs: Path, tmp_path: Path) -> None:
    best = train(
        tmp_path, "choose=best", "optimizer=sgd(lr=0.3)", "schedule=constant", "epochs=6", "val=0.3", name="best"
    )
    kept = min(best.history, key=lambda row: row.val_loss).epoch
    assert kept < 6  # else this test sees nothing
    assert len(go_on(runs, old="best").earlier) == kept


def test_looks_at_the_test_split_are_inherited(runs: Path) -> None:
    linnaeus.evaluate("old", split="test", runs=runs)
    assert go_on(runs).test_openings == 1


class Crash(BaseException):
    pass


def crash(event) -> None:
    if isinstance(event, StepDone) and event.step == 7:
        raise Crash


@pytest.mark.parametrize("save_every", [1e-6, 1000.0])
def test_it_resumes_exactly(runs: Path, save_every: float) -> None:
    whole = go_on(runs, "save_every=1000")
    with pytest.raises(Crash):
        go_on(runs, f"save_every={save_every}", name="broken", progress=crash)
    broken = linnaeus.resume("broken", runs=runs, report=False)
    assert weights(RunFolder(runs / "broken")) == weights(RunFolder(runs / "new"))
    assert (broken.history, broken.earlier, broken.parent) == (whole.history, whole.earlier, "old")


def test_it_does_not_resume_on_other_first_weights(runs: Path, tmp_path: Path) -> None:
    with pytest.raises(Crash):
        go_on(runs, name="broken", progress=crash)
    shutil.rmtree(runs / "old")
    train(tmp_path, "seed=5")
    with pytest.raises(RecipeError, match="no longer holds the weights that broken began with"):
        linnaeus.resume("broken", runs=runs)


def test_weights_may_be_named_in_any_recipe_by_run_or_file(runs: Path, tmp_path: Path) -> None:
    still = ("train=all", "optimizer=sgd(lr=0.0)")
    named = train(tmp_path, "weights=old", *still, name="by-name")
    assert (named.recipe["weights"], named.parent) == (str(runs / "old"), "old")
    file = tmp_path / "state.pt"
    state = classifier.load(runs / "old").module.state_dict()
    torch.save({"state_dict": {f"module.{key}": value for key, value in state.items()}}, file)
    for name, path in (("by-safetensors", runs / "old" / "model.safetensors"), ("by-pt", file)):
        record = train(tmp_path, f"weights={path}", *still, name=name)
        assert weights(RunFolder(runs / name)) == weights(RunFolder(runs / "old"))
        assert record.parent is None
        assert record.model.start.weights == str(path)


def code(tmp_path: Path) -> str:
    torch.save(SimpleNamespace(weights=1), tmp_path / "code.pt")
    return f"weights={tmp_path / 'code.pt'}"


def cut(tmp_path: Path) -> str:
    content = (tmp_path / "runs" / "old" / "model.safetensors").read_bytes()
    (tmp_path / "cut.safetensors").write_bytes(content[:-9])
    return f"weights={tmp_path / 'cut.safetensors'}"


@pytest.mark.parametrize(
    ("change", "kind", "message"),
    [
        (lambda place: "model=linear", RecipeError, "the recipe's model has no place for features"),
        (lambda place: "model=mlp(hidden=[17])", RecipeError, "of another network: the file has another shape of"),
        (lambda place: "channels=1", RecipeError, "are for 3 channels, the recipe has channels = 1; set channels=3"),
        (lambda place: "weights=nothing", RunError, "there is no such run or file"),
        (cut, RunError, "cannot be read"),
        (code, RunError, "could run code"),
        (lambda place: "optimizer=sgdd", LinnaeusError, "did you mean sgd"),
    ],
)
def test_what_cannot_go_on_is_said_before_anything_is_trained(
    runs: Path, tmp_path: Path, change, kind, message
) -> None:
    with pytest.raises(kind, match=message) as caught:
        go_on(runs, change(tmp_path))
    assert len(str(caught.value).splitlines()) == 1
    assert not (runs / "new" / "recipe.toml").exists()


def test_an_unfinished_run_is_resumed_not_continued(runs: Path) -> None:
    with pytest.raises(Crash):
        go_on(runs, name="broken", progress=crash)
    with pytest.raises(RunError, match="broken is running, not finished; go on with: linnaeus resume"):
        go_on(runs, old="broken")
