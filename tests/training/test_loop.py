"""What the loop does besides learning: it stops at nonsense, on request and in time, and says what it did."""

import os
import signal
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from linnaeus.classifier.classifier import load
from linnaeus.classifier.confidence import Certainty
from linnaeus.errors import Interrupted, RecipeError, TrainingError
from linnaeus.evaluation.inspection.singles import singles
from linnaeus.events import EpochDone, Event, Saved, Started, StepDone
from linnaeus.recipe.spec import parse
from linnaeus.record.folder import RunFolder
from linnaeus.training import layers, loop, session
from linnaeus.training import machine as machines
from linnaeus.training.prepare import prepare
from tests.training.small import archive, new_folder, recipe_and_splits, weights


def train(tmp_path: Path, *changes: str, tell=lambda event: None, name: str = "run"):
    recipe, splits = recipe_and_splits(archive(tmp_path), *changes)
    return session.train(recipe, splits, new_folder(tmp_path / name), tell)


def test_a_learnable_task_is_learned(tmp_path: Path) -> None:
    record = train(tmp_path, "epochs=12", "optimizer=adam(lr=0.01)", "val=0.3", "test=0.0")
    assert record.status == "finished"
    assert record.scores["val"].metrics["accuracy"].value > 0.9
    assert [row.epoch for row in record.history] == list(range(1, 13))
    assert record.history[-1].loss < record.history[0].loss
    assert not (tmp_path / "run" / "checkpoint").exists()


def test_a_loss_that_is_not_finite_stops_at_once_and_leaves_the_last_good_state(tmp_path: Path) -> None:
    saved: list[int] = []
    with pytest.raises(TrainingError, match=r"loss is (nan|inf) at step \d+ .*learning rate"):
        train(
            tmp_path,
            "optimizer=sgd(lr=1e20)",
            "schedule=constant",
            "save_every=0.000001",
            tell=lambda event: saved.append(event.step) if isinstance(event, Saved) else None,
        )
    folder = RunFolder(tmp_path / "run")
    assert folder.record().status == "stopped"
    newest = max(folder.checkpoints.iterdir())
    assert f"step-{saved[-1]:09d}" in newest.name
    assert not (folder.path / "model.safetensors").exists()


@pytest.mark.parametrize(
    ("signal_number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
def test_a_stop_on_request_is_saved_and_resumed_exactly(
    tmp_path: Path, signal_number: int, status: int, request: pytest.FixtureRequest
) -> None:
    def ask(event: Event) -> None:
        if isinstance(event, StepDone) and event.step == 6:
            os.kill(os.getpid(), signal_number)

    # whoever runs the tests by nohup has SIGHUP ignored
    outside = signal.signal(signal_number, signal.default_int_handler)
    request.addfinalizer(lambda: signal.signal(signal_number, outside))
    with pytest.raises(Interrupted, match="step 6") as caught:
        train(tmp_path, tell=ask)
    assert caught.value.exit_status == status
    assert signal.getsignal(signal_number) is signal.default_int_handler
    folder = RunFolder(tmp_path / "run")
    assert folder.record().status == "stopped"
    recipe, splits = recipe_and_splits(archive(tmp_path))
    started: list[int] = []
    session.resume(
        recipe, splits, folder, lambda event: started.append(event.step) if isinstance(event, Started) else None
    )
    assert started == [6]
    train(tmp_path, name="whole")
    assert weights(folder) == weights(RunFolder(tmp_path / "whole"))


@pytest.mark.parametrize(("asked", "told"), [(True, Interrupted), (False, RuntimeError)])
def test_a_step_that_fails_since_the_stop_reached_its_compiler_is_a_stop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asked: bool, told: type[Exception]
) -> None:
    def fail(*given: object) -> None:
        if asked:
            os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(0.1)  # the handler runs between two lines of Python
        raise RuntimeError("C++ compile error")

    monkeypatch.setattr(loop, "step", fail)
    with pytest.raises(told, match=r"stopped in step 1 of|C\+\+ compile error"):
        train(tmp_path)


def test_the_history_is_on_the_disk_while_the_run_goes_on(tmp_path: Path) -> None:
    lines: list[int] = []

    def look(event: Event) -> None:
        if isinstance(event, EpochDone):
            lines.append(len((tmp_path / "run" / "history.jsonl").read_text().splitlines()))

    train(tmp_path, tell=look)
    assert lines[0] == 1
    assert lines == sorted(lines)


def test_a_training_leaves_threads_and_the_global_generator_as_they_were(tmp_path: Path) -> None:
    before, threads = torch.random.get_rng_state(), torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        train(tmp_path, "threads=1")
        assert torch.get_num_threads() == 2
        assert torch.equal(before, torch.random.get_rng_state())
    finally:
        torch.set_num_threads(threads)


def test_the_best_epoch_is_chosen_on_validation_alone(tmp_path: Path) -> None:
    record = train(tmp_path, "choose=best", "epochs=6", "optimizer=adam(lr=0.05)", "schedule=constant", "val=0.3")
    best = min(record.history, key=lambda row: row.val_loss)
    assert record.scores["val"].metrics["log_loss"].value == pytest.approx(best.val_loss, rel=1e-4)
    with pytest.raises(RecipeError, match="choose"):
        recipe_and_splits(archive(tmp_path), "choose=best", "val=0")


def test_parts_that_do_not_go_together_are_refused_before_the_first_step(tmp_path: Path) -> None:
    for changes, message in [
        (("schedule=plateau", "val=0.0"), "validation"),
        (("model=lenet", "image_size=8"), "lenet"),
        (("optimizer=adamw(lr=-1.0)",), "adamw"),
        (("loss=cross_entropy(smoothing=2.0)",), "smoothing"),
    ]:
        with pytest.raises(RecipeError, match=message):
            train(tmp_path, *changes, name=changes[0][:6])
    assert not list(tmp_path.glob("*/recipe.toml"))


def test_autotuning_leaves_no_trace_and_respects_what_is_asked_for(tmp_path: Path) -> None:
    recipe, splits = recipe_and_splits(archive(tmp_path))
    _, state = prepare(recipe, splits, lambda event: None)
    before = {name: value.clone() for name, value in state.module.state_dict().items()}
    rng, threads = torch.random.get_rng_state(), torch.get_num_threads()
    open_recipe, _ = recipe_and_splits(archive(tmp_path), "precision=auto", "threads=0", "model=convnet")
    prepared, _ = prepare(recipe, splits, lambda event: None)
    machine = machines.fastest(open_recipe, state.module, prepared.rules)
    assert machine.precision in ("fp32", "bf16")
    assert 1 <= machine.threads <= machines.cores()
    assert torch.equal(rng, torch.random.get_rng_state())
    assert torch.get_num_threads() == threads
    assert all(torch.equal(before[name], value) for name, value in state.module.state_dict().items())
    forced, _ = recipe_and_splits(archive(tmp_path), "precision=bf16", "threads=1")
    assert machines.fastest(forced, state.module, prepared.rules).precision == "bf16"


def test_each_thread_and_precision_is_tried_against_the_best_so_far(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe, splits = recipe_and_splits(archive(tmp_path))
    prepared, state = prepare(recipe, splits, lambda event: None)
    seconds = {(1, "fp32"): 1.0, (1, "bf16"): 0.9, (4, "fp32"): 0.5, (4, "bf16"): 0.1}
    tried = []

    def measured(machine: machines.Machine, *rest: object) -> float:
        tried.append((machine.threads, machine.precision))
        return seconds[tried[-1]]

    monkeypatch.setattr(machines.timing, "seconds", measured)
    monkeypatch.setenv("LINNAEUS_DATA", str(tmp_path / "cache"))
    monkeypatch.setattr(machines, "idle_cores", lambda: 4)
    monkeypatch.setattr(machines, "computes_bf16", lambda: True)
    choice, _ = recipe_and_splits(archive(tmp_path), "precision=auto", "threads=0")
    machine = machines.fastest(choice, state.module, prepared.rules)
    assert (machine.threads, machine.precision) == (4, "fp32")
    assert tried == [(1, "fp32"), (1, "bf16"), (4, "fp32")]  # bf16 is not worth it, and no second look at it is
    assert machines.fastest(choice, state.module, prepared.rules) == machine
    assert len(tried) == 3, "the answer was kept"
    other, _ = recipe_and_splits(archive(tmp_path), "precision=auto", "threads=0", "batch_size=8")
    machines.fastest(other, state.module, prepared.rules)
    assert len(tried) == 6, "of another batch nothing is known"


def test_a_machine_whose_first_step_is_hopeless_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    now = iter([0.0, 5.0, 5.0, 5.1])
    machine = machines.Machine(device="cpu", precision="bf16", threads=1)
    assert machines.timing._times(machine, [lambda: None] * 6, 3.0, lambda: next(now)) == [5.0]


def test_other_work_on_the_machine_does_not_make_a_step_of_one_thread_slower(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe, splits = recipe_and_splits(archive(tmp_path))
    prepared, state = prepare(recipe, splits, lambda event: None)

    def interrupted(*given: object) -> None:
        time.sleep(0.2)  # as if another process had the core

    monkeypatch.setattr(machines.timing, "step", interrupted)
    one, two = (machines.Machine(device="cpu", precision="fp32", threads=count) for count in (1, 2))
    assert machines.timing.seconds(one, recipe, state.module, prepared.rules) < 0.1
    assert machines.timing.seconds(two, recipe, state.module, prepared.rules) > 0.19


def test_emulated_bf16_is_not_even_tried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    choice, _ = recipe_and_splits(archive(tmp_path), "precision=auto", "threads=1")
    monkeypatch.setattr(machines, "computes_bf16", lambda: False)
    assert [one.precision for one in machines.candidates(choice, 1)] == ["fp32"]


def test_the_layer_table_counts_what_the_formulas_say() -> None:
    from linnaeus.classifier.classifier import build_module

    table = layers.describe(build_module(parse("lenet"), 1, 10, 28), 1, 28)
    assert table.parameters == 61_706
    macs = {row.name: row.macs for row in table.layers if row.macs}
    assert sorted(macs.values()) == sorted([6 * 28 * 28 * 25, 16 * 10 * 10 * 25 * 6, 400 * 120, 120 * 84, 84 * 10])
    assert table.macs == sum(macs.values())


def test_a_run_that_was_trained_in_bf16_keeps_and_shows_what_fp32_says(tmp_path: Path) -> None:
    record = train(tmp_path, "precision=bf16", "val=0.3", "model=convnet(width=8)")
    recipe, splits = recipe_and_splits(archive(tmp_path), "val=0.3")
    folder, val = RunFolder(tmp_path / "run"), splits.val
    trained, kept = load(folder.path), folder.predictions("val")
    assert record.environment.precision == "bf16" and trained.precision == "fp32"
    images_NHWC, shown = singles(trained, val, recipe, list(range(len(val))))
    assert list(kept["names"]) == [one.name for one in shown]
    assert kept["probabilities"] == pytest.approx(trained.probabilities(images_NHWC), abs=1e-6)
    assert abs(replace(trained, precision="bf16").probabilities(images_NHWC) - kept["probabilities"]).max() > 1e-4
    told_N = (trained.calibration or Certainty()).probabilities(kept["probabilities"]).max(axis=1)
    assert told_N == pytest.approx([one.probability for one in shown], abs=1e-6)
    assert record.scores["val"].metrics["accuracy"].value == np.mean([one.label == one.predicted for one in shown])
