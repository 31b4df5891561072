"""One recipe under several seeds: the runs, their mean, and going on after an interruption."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

import linnaeus
from linnaeus.errors import RecipeError, RunError
from linnaeus.events import Started, StepDone
from linnaeus.record.folder import RunFolder
from linnaeus.record.scores import Score
from linnaeus.stats.seeds import summarise
from tests.cli.fakes import run_record
from tests.settings import given
from tests.training.small import FIXED, archive, weights

CHANGES = [*FIXED, "epochs=2", "model=mlp(hidden=[4])", "val=0.3"]


def repeat(tmp_path: Path, *changes: str, repeats: int = 3, progress=lambda event: None, name: str | None = "small"):
    return linnaeus.train(
        f"arrays({str(archive(tmp_path))!r})",
        repeats=repeats,
        **given(*CHANGES, *changes),
        name=name,
        runs=tmp_path / "runs",
        progress=progress,
    )


def with_accuracy(value: float, seed: int, width: float = 0.1):
    record = run_record()
    score = Score(value=value, low=value - width, high=value + width, n=100)
    scores = replace(record.scores["val"], metrics={"accuracy": score})
    return replace(record, name=f"run-seed{seed}", scores={"val": scores}, recipe={**record.recipe, "seed": seed})


def test_the_interval_is_students() -> None:
    values = [0.91, 0.93, 0.90, 0.95, 0.92]
    found = summarise([with_accuracy(value, seed, 0.001) for seed, value in enumerate(values)])
    low, high = stats.t.interval(0.95, 4, np.mean(values), stats.sem(values))
    assert (found.mean, found.low, found.high) == pytest.approx((np.mean(values), low, high))
    assert found.std == pytest.approx(np.std(values, ddof=1))
    assert (found.seeds, found.runs[4]) == ((0, 1, 2, 3, 4), "run-seed4")


def test_the_interval_ends_where_accuracies_do_and_is_no_narrower_than_that_of_the_images() -> None:
    assert summarise([with_accuracy(1.0, 0), with_accuracy(0.9, 1)]).high == 1.0
    same = summarise([with_accuracy(0.8, seed) for seed in range(3)])
    assert (same.low, same.mean, same.high, same.std) == pytest.approx((0.7, 0.8, 0.9, 0.0))
    assert same.over == "seeds"


def test_two_seeds_rest_on_their_images() -> None:
    """Two that agreed gave no width, two that differed one from 0 to 100 %."""
    for second in (0.77, 0.80):
        found = summarise([with_accuracy(0.77, 0), with_accuracy(second, 1)])
        assert found.over == "images" and found.high - found.low == pytest.approx(0.2)


def test_each_seed_is_a_run_like_any_other(tmp_path: Path) -> None:
    found = repeat(tmp_path, "seed=4")
    assert found.runs == ("small-seed4", "small-seed5", "small-seed6") and found.seeds == (4, 5, 6)
    folders = [RunFolder(tmp_path / "runs" / name) for name in found.runs]
    assert weights(folders[0]) != weights(folders[1])
    assert len({folder.record().data.fingerprint for folder in folders}) == 1
    assert [folder.predictions("val")["names"].tolist() for folder in folders][1:] == [
        folders[0].predictions("val")["names"].tolist()
    ] * 2, "all on the same validation images"
    assert found.scores == tuple(folder.record().scores["val"].metrics["accuracy"] for folder in folders)
    single = linnaeus.train(recipe=folders[1].recipe, name="single", runs=tmp_path / "runs", report=False)
    assert weights(RunFolder(single.folder)) == weights(folders[1])


class Crash(BaseException):
    pass


def test_the_same_command_goes_on_where_it_was_stopped(tmp_path: Path) -> None:
    def crash(event) -> None:
        if isinstance(event, Started):
            started.append(event.record.name)
        if isinstance(event, StepDone) and event.step == 5 and event.images and started[-1] == "small-seed1":
            raise Crash

    started: list[str] = []
    with pytest.raises(Crash):
        repeat(tmp_path, "save_every=0.000001", progress=crash)
    assert started == ["small-seed0", "small-seed1"]
    steps: list[tuple[str, int]] = []
    found = repeat(
        tmp_path,
        "save_every=0.000001",
        progress=lambda event: steps.append((event.record.name, event.step)) if isinstance(event, Started) else None,
    )
    assert steps == [("small-seed1", 5), ("small-seed2", 0)] or steps == [("small-seed1", 4), ("small-seed2", 0)]
    whole = repeat(tmp_path, "save_every=0.000001", name="whole")
    assert found.scores == whole.scores
    assert weights(RunFolder(tmp_path / "runs" / "small-seed1")) == weights(
        RunFolder(tmp_path / "runs" / "whole-seed1")
    )


def test_what_the_first_run_settles_holds_for_all(tmp_path: Path) -> None:
    found = repeat(tmp_path, "budget=6", "threads=0", "precision=auto", repeats=2)
    recipes = [RunFolder(tmp_path / "runs" / name).record().recipe for name in found.runs]
    machines = [RunFolder(tmp_path / "runs" / name).record().environment for name in found.runs]
    assert recipes[0]["epochs"] == recipes[1]["epochs"] and recipes[1]["budget"] == 0
    assert machines[0].precision == machines[1].precision == recipes[1]["precision"]
    assert machines[0].threads == machines[1].threads == recipes[1]["threads"]
    assert repeat(tmp_path, "budget=6", "threads=0", "precision=auto", repeats=2) == found


def test_a_run_of_another_recipe_is_not_taken_for_a_repeat(tmp_path: Path) -> None:
    repeat(tmp_path, repeats=2)
    with pytest.raises(RunError, match="'small-seed0' already, with another batch_size; choose another name"):
        repeat(tmp_path, "batch_size=32", repeats=2)


@pytest.mark.parametrize(("changes", "repeats"), [((), 1), (("val=0.0",), 3)])
def test_what_cannot_be_repeated(tmp_path: Path, changes: tuple[str, ...], repeats: int) -> None:
    with pytest.raises(RecipeError, match="at least 2, and hold images out"):
        repeat(tmp_path, *changes, repeats=repeats)
    assert not (tmp_path / "runs").exists()
