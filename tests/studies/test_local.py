"""Trials as processes: they answer, they fail, they die, they hang, and they end with their driver."""

import time

import pytest

from linnaeus.errors import StudyError
from linnaeus.studies.workers import local as place
from linnaeus.studies.workers.executor import Alive, Died, Done, Failed, Task
from linnaeus.studies.workers.local import Local
from tests.studies.fake import DIES, FAILS, HANGS, resolve, train


@pytest.fixture
def local(tmp_path):
    found = Local(train, 2, tmp_path / "workers", silence=60.0)
    yield found
    found.end(0.0)


def task(tmp_path, run, **changes):
    recipe = resolve([f"{name}={value}" for name, value in changes.items()])
    return Task(run=run, runs=str(tmp_path / "trials"), recipe=recipe)


def last_news(local, count=1, seconds=120.0):
    """Of each task, what became of it."""
    found, end = {}, time.monotonic() + seconds
    while len(found) < count and time.monotonic() < end:
        found |= {news.run: news for news in local.news(1.0) if not isinstance(news, Alive)}
    return found


def test_tasks_end_each_in_its_own_way_and_workers_are_replaced(local, tmp_path):
    local.start(task(tmp_path, "fine"))
    local.start(task(tmp_path, "dies", batch_size=DIES))
    found = last_news(local, 2)
    assert isinstance(found["fine"], Done)
    assert found["fine"].outcome.kind == "finished"
    assert found["dies"] == Died(run="dies", reason="its worker ended with status 7: a last word")
    local.start(task(tmp_path, "fails", batch_size=FAILS))
    local.start(task(tmp_path, "fine", batch_size=64))
    found = last_news(local, 2)
    assert found["fails"] == Failed(run="fails", reason="the loss is nan")
    assert isinstance(found["fine"], Done)


def test_one_that_says_nothing_is_ended(tmp_path):
    local = Local(train, 1, tmp_path / "workers", silence=3.0)
    try:
        local.start(task(tmp_path, "hangs", batch_size=HANGS))
        assert last_news(local) == {"hangs": Died(run="hangs", reason="its worker said nothing for 3 s")}
    finally:
        local.end(0.0)
    assert not list((tmp_path / "workers").glob("*.lock"))


def test_workers_of_an_earlier_driver_are_waited_for(local, tmp_path, monkeypatch):
    local.start(task(tmp_path, "hangs", batch_size=HANGS))
    while not (tmp_path / "trials" / "hangs" / "tries").exists():
        local.news(0.1)
    monkeypatch.setattr(place, "ORPHANS", 0.5)
    with pytest.raises(StudyError, match="worker of an earlier command still lives"):
        Local(train, 1, tmp_path / "workers", silence=60.0)
