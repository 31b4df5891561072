"""A task on a node of a cluster: it obeys the newest order alone, and leaves the run to its successor."""

import multiprocessing
import os
import time

import pytest

from linnaeus import files
from linnaeus.studies.workers import errand
from linnaeus.studies.workers.executor import Done, Failed, Task
from tests.studies.fake import FAILS, resolve, train


def task(tmp_path, **changes) -> Task:
    recipe = resolve([f"{name}={value}" for name, value in changes.items()])
    return Task(run="one", runs=str(tmp_path / "trials"), recipe=recipe)


@pytest.fixture
def order(tmp_path):
    folder = tmp_path / "workers"
    folder.mkdir()
    files.write_whole(folder / "one.order", "mine")
    return folder / "one.order"


def do(task, order, token="mine"):
    return errand.run(train, task, order, token, {}, os.getcwd())  # noqa: PTH109 what the driver sends is a text


def test_a_task_that_is_ordered_is_done_and_gives_signs(order, tmp_path):
    said = do(task(tmp_path), order)
    assert isinstance(said, Done)
    assert said.outcome.kind == "finished"
    assert errand.sign_of(order).read_text().split()[0] == "9"  # epochs
    assert not order.with_suffix(".log").exists()
    assert do(task(tmp_path, batch_size=FAILS), order) == Failed(run="one", reason="the loss is nan")


def test_an_order_that_was_taken_back_or_is_not_seen_begins_nothing(order, tmp_path):
    assert "taken back" in do(task(tmp_path), order, "another").reason
    said = do(task(tmp_path), tmp_path / "elsewhere" / "one.order")
    assert "does not see" in said.reason
    assert "folders that all nodes share" in said.reason
    assert not (tmp_path / "trials").exists()


def test_a_worker_whose_run_is_anothers_ends_and_the_other_goes_on_where_it_was(order, tmp_path, monkeypatch):
    monkeypatch.setenv("FAKE_EPOCH", "0.5")
    first = multiprocessing.get_context("spawn").Process(target=do, args=(task(tmp_path), order))
    first.start()
    log = tmp_path / "trials" / "one" / "epochs.log"
    end = time.monotonic() + 120
    while not log.exists() and time.monotonic() < end:
        time.sleep(0.05)
    files.write_whole(order, "another")  # as a new driver does, or one that has given the node up
    monkeypatch.setenv("FAKE_EPOCH", "0")
    said = do(task(tmp_path), order, "another")
    first.join(60)
    assert first.exitcode == 1
    assert isinstance(said, Done)
    epochs = log.read_text().split()  # a line is lost where the end fell between an epoch and its line
    assert len(epochs) == len(set(epochs)) >= 8
    assert epochs[-1] == "9"


def test_a_run_that_an_earlier_worker_does_not_let_go_is_not_touched(order, tmp_path, monkeypatch):
    monkeypatch.setattr(errand, "SUCCESSION", 0.0)
    with files.locked(order.with_name("worker-one.lock")):
        said = do(task(tmp_path), order)
    assert isinstance(said, Failed)
    assert "in use by process" in said.reason
    assert not (tmp_path / "trials").exists()
