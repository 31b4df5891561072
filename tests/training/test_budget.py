"""A budget is kept: by a clock of the test's own, on which steps take what the test says."""

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from linnaeus.api import running
from linnaeus.errors import RecipeError
from linnaeus.events import Note, nobody
from linnaeus.record.record import RunRecord
from linnaeus.training import loop, session, size_choice, timing
from tests.training.small import archive, new_folder, recipe_and_splits


class Clock:
    """Seconds that pass when a step is taken, `cost(n)` for the n-th one, and when an epoch is scored."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, cost: Callable[[int], float]) -> None:
        self.now, self.steps = 1000.0, 0
        monkeypatch.setattr(time, "perf_counter", lambda: self.now)
        for module in (loop, timing):
            monkeypatch.setattr(module, "step", self.passing(module.step, cost))
        monkeypatch.setattr(loop, "epoch_row", self.passing(loop.epoch_row, lambda _: cost(self.steps) / 2))

    def passing(self, work: Callable[..., object], cost: Callable[[int], float]) -> Callable[..., object]:
        def timed(*given: object) -> object:
            self.steps += 1
            self.now += cost(self.steps)
            return work(*given)

        return timed


def trained(tmp_path: Path, budget: float, notes: list[object], *changes: str) -> RunRecord:
    recipe, splits = recipe_and_splits(archive(tmp_path), f"budget={budget}", *changes)
    return session.train(recipe, splits, new_folder(tmp_path / "run"), notes.append)


@pytest.mark.parametrize("seconds", [0.05, 0.4, 1.7, 3.0, 9.0])
def test_it_is_used_and_not_exceeded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """An epoch is five steps: of 9 s each, a budget of 60 s does not hold two epochs, and of 0.05 s it holds hundreds."""
    clock = Clock(monkeypatch, lambda _: seconds)
    record = trained(tmp_path, 60.0, [])
    taken = clock.now - 1000.0
    assert 60 * 0.7 <= taken <= 60.0
    assert (record.status, record.recipe["budget"]) == ("finished", 0.0)
    assert len(record.history) == record.recipe["epochs"]
    steps = record.history[-1].step
    assert round(5 * record.recipe["epoch_share"]) * record.recipe["epochs"] == steps


@pytest.mark.parametrize("changes", [(), ("swa=0.3",), ("ema=0.9",), ("choose=best",)])
def test_steps_that_become_slower_end_it_in_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, changes: tuple[str, ...]
) -> None:
    clock, notes = Clock(monkeypatch, lambda step: 0.5 if step < 30 else 2.5), list[object]()
    record = trained(tmp_path, 60.0, notes, *changes)
    assert clock.now - 1000.0 <= 60.0 + 2.5 + 2.5 / 2  # the last step, and scoring after it
    assert record.status == "finished"
    over = next(note for note in notes if isinstance(note, Note) and note.kind == "over")
    assert record.history[-1].step == over.values["step"] < over.values["steps"]
    assert 0 < record.scores["val"].metrics["accuracy"].value <= 1


def test_a_budget_that_holds_no_step_is_refused_with_what_would_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Clock(monkeypatch, lambda _: 100.0)
    with pytest.raises(
        RecipeError, match=r"budget = 60 s leaves no time .* one epoch takes about 575 s .*--budget \d+s"
    ):
        trained(tmp_path, 60.0, [])
    assert not (tmp_path / "run" / "recipe.toml").exists()


def test_the_start_and_the_report_are_paid_from_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    recipe, _ = recipe_and_splits(archive(tmp_path), "budget=60")
    monkeypatch.setattr(time, "perf_counter", lambda: 110.0)
    assert running.within_budget(recipe, since=100.0, page=True).budget == 60 - 10 - (running.AFTER + 6)
    assert running.within_budget(recipe, since=105.0, page=True).budget == 50.0
    assert running.within_budget(recipe, since=100.0, page=False).budget == 49.0
    assert running.within_budget(recipe, since=109.9, page=True).budget == pytest.approx(60 - 0.1 - running.AFTER)
    without = replace(recipe, budget=0.0)
    assert running.within_budget(without, since=0.0, page=True) is without
    with pytest.raises(
        RecipeError, match=r"budget = 60 s leaves no time to train: the start took 60 s.*at least 138 s"
    ):
        running.within_budget(recipe, since=50.0, page=True)


@pytest.mark.parametrize(("image_s", "side"), [(0.001, 96), (0.05, 64), (0.2, 32), (9.0, 32)])
def test_images_are_smaller_where_the_budget_would_hold_few_epochs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, image_s: float, side: int
) -> None:
    recipe, _ = recipe_and_splits(archive(tmp_path), "budget=100", "image_size=96")
    monkeypatch.setattr(size_choice, "_image_s", lambda *_: image_s)
    notes: list[object] = []
    assert size_choice.fitting(recipe, images=500, classes=3, tell=notes.append) == side
    assert bool(notes) == (side < 96)


def test_what_a_step_costs_is_measured_and_leaves_no_trace(tmp_path: Path) -> None:
    import torch

    recipe, _ = recipe_and_splits(archive(tmp_path), "budget=100")
    rng, threads = torch.random.get_rng_state(), torch.get_num_threads()
    assert 0 < size_choice._image_s(recipe, classes=3) < 10
    assert size_choice.fitting(recipe, images=90, classes=3, tell=nobody) == recipe.image_size
    assert torch.equal(rng, torch.random.get_rng_state()) and torch.get_num_threads() == threads
