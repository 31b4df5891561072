"""The driver of a study, on a fake training, with everything that can go wrong on its way."""

import random
import sqlite3

import pytest

from linnaeus.errors import StudyError
from linnaeus.stats.study_results import summarise
from linnaeus.studies import plan as plans
from linnaeus.studies.results import keep
from linnaeus.studies.runner import Driver, silent
from linnaeus.studies.store import Store, url_of
from linnaeus.studies.workers.executor import Died
from tests.studies.fake import FAILS, FAILS_ONCE, Inline, resolve

pytest.importorskip("optuna")

GRID = {
    "factors": {"optimizer.lr": [0.01, 0.03, 0.1], "model": ["convnet(width=8)", "convnet(width=16)"]},
    "repeats": 2,
}


class Killed(BaseException):
    """The driver's machine lost its power."""


def run(table, folder, executor=None, tell=silent):
    plan = plans.from_table(table)
    store = Store(url_of(folder), "s", plan.space)
    store.note("about", plan.about())
    place = executor or Inline()
    driver = Driver(plan=plan, store=store, executor=place, resolve=resolve, runs=folder / "trials", tell=tell)
    try:
        whole = driver.drive()
        return summarise(store, folder, "finished" if whole else "budget")
    finally:
        store.close()


def epochs_trained(folder):
    """By run, the epochs in the order of their training."""
    return {log.parent.name: log.read_text().split() for log in (folder / "trials").glob("*/epochs.log")}


def table(result):
    return [(dict(c.point), c.state, c.values, c.mean, c.low, c.high, dict(c.scores), c.runs) for c in result.cells]


def test_a_grid_is_run_whole(tmp_path):
    result = run(GRID, tmp_path, Inline(jobs=3))
    assert result.counts == {"finished": 12, "stopped": 0, "failed": 0, "waiting": 0}
    assert len(result.cells) == 6
    assert result.best_cell().point == {"optimizer.lr": 0.03, "model": "convnet(width=16)"}
    assert all(cell.of == "images" and cell.low < cell.mean < cell.high for cell in result.cells)  # of two seeds
    assert all(epochs == [str(n) for n in range(1, 10)] for epochs in epochs_trained(tmp_path).values())


def test_the_same_call_again_trains_nothing(tmp_path):
    first = run(GRID, tmp_path)
    again = Inline()
    assert table(run(GRID, tmp_path, again)) == table(first)
    assert again.log == []


def test_equal_recipes_are_trained_once(tmp_path):
    variants = [{"name": name, "optimizer": "sgd(lr=0.03)"} for name in ("A", "B")]
    result = run({"variants": variants}, tmp_path, Inline(jobs=2))
    assert result.counts["finished"] == 2
    assert result.cells[0].runs == result.cells[1].runs
    assert len(epochs_trained(tmp_path)) == 1
    assert all(len(epochs) == 9 for epochs in epochs_trained(tmp_path).values())


@pytest.mark.parametrize(("table_", "seed"), [(GRID, 2), ({**GRID, "stop": "halving(first=1, factor=3)"}, 1)])
def test_a_driver_that_is_killed_at_any_call_of_the_store_loses_and_repeats_nothing(
    table_, seed, tmp_path, monkeypatch
):
    undisturbed = run(table_, tmp_path / "undisturbed")
    draw, kills = random.Random(seed), 0

    def deadly(name, method):
        def call(self, *args, **options):
            nonlocal kills
            fate = draw.random() if kills < 8 else 1.0
            if fate < 0.1:  # before the change
                kills += 1
                raise Killed
            found = method(self, *args, **options)
            if fate < 0.2:  # after it, and before anybody hears of it
                kills += 1
                raise Killed
            return found

        return call

    with monkeypatch.context() as patched:
        for name in ("add", "start", "score", "finish", "stop", "tried"):
            patched.setattr(Store, name, deadly(name, getattr(Store, name)))
        while True:
            try:
                result = run(table_, tmp_path / "killed", Inline(jobs=2))
                break
            except Killed:
                continue
    assert kills >= 4
    assert table(result) == table(undisturbed)
    for epochs in epochs_trained(tmp_path / "killed").values():
        assert epochs == sorted(set(epochs), key=int)  # each epoch once, in order


def test_hopeless_points_are_stopped_and_the_best_alone_is_repeated(tmp_path):
    grid = {**GRID, "factors": {**GRID["factors"], "optimizer.lr": [0.01, 0.03, 0.1, 0.3]}, "repeats": 3}
    result = run({**grid, "stop": "halving(first=1, factor=3)"}, tmp_path)
    assert result.counts == {"finished": 3, "stopped": 7, "failed": 0, "waiting": 0}
    assert result.best_cell().point == {"optimizer.lr": 0.03, "model": "convnet(width=16)"}
    assert len(result.best_cell().values) == 3
    trained = sorted(len(epochs) for epochs in epochs_trained(tmp_path).values())
    assert trained == [1, 1, 1, 1, 1, 3, 3, 9, 9, 9]
    assert result.effects.at == 1  # after so many epochs all can be compared
    assert result.effects.n == 8


@pytest.mark.parametrize("stop", ["none", "halving(first=1, factor=3)", "hyperband(first=1, factor=3)"])
def test_a_random_study_is_a_function_of_its_file(stop, tmp_path):
    space = {
        "sampler": "random",
        "trials": 9,
        "stop": stop,
        "factors": {"optimizer.lr": "log(1e-3, 1)", "model.width": "int(4, 16)"},
    }
    first, second = run(space, tmp_path / "a", Inline(jobs=1)), run(space, tmp_path / "b", Inline(jobs=4))
    assert table(first) == table(second)
    assert len(first.cells) == 9


def test_more_trials_and_repeats_go_on_where_it_ended(tmp_path):
    space = {"sampler": "random", "trials": 3, "factors": {"optimizer.lr": "log(1e-3, 1)"}}
    few = run(space, tmp_path)
    more = run({**space, "trials": 5, "repeats": 2}, tmp_path)
    assert more.counts["finished"] == 10
    assert [cell.values[0] for cell in more.cells[:3]] == [cell.values[0] for cell in few.cells]


@pytest.mark.parametrize("stop", ["none", "halving(first=1, factor=3)"])
def test_tpe_asks_for_as_many_points_as_were_wished_for(stop, tmp_path):
    space = {
        "sampler": "tpe",
        "trials": 14,
        "stop": stop,
        "factors": {"optimizer.lr": "log(1e-3, 1)", "model.width": [4, 8]},
    }
    result = run(space, tmp_path, Inline(jobs=2))
    assert len(result.cells) == 14
    assert result.counts["finished"] + result.counts["stopped"] == 14
    assert len({cell.point["optimizer.lr"] for cell in result.cells}) == 14  # no draw is made twice


def test_tpe_goes_on_after_kills_with_no_point_lost_or_drawn_twice(tmp_path, monkeypatch):
    space = {"sampler": "tpe", "trials": 12, "factors": {"optimizer.lr": "log(1e-3, 1)"}}
    fates = iter([True, False, False, True, False, True, True, False, False, False, True])
    whole = Store.name_asked

    def deadly(self, *args, **options):
        if next(fates, False):
            raise Killed
        whole(self, *args, **options)

    monkeypatch.setattr(Store, "name_asked", deadly)
    kills = 0
    while True:
        try:
            result = run(space, tmp_path)
            break
        except Killed:
            kills += 1
    assert kills == 5
    assert [cell.number for cell in result.cells] == list(range(12))
    assert len({cell.point["optimizer.lr"] for cell in result.cells}) == 12
    with sqlite3.connect(tmp_path / "study.db") as db:
        assert db.execute("select count(*) from trials").fetchone() == (12,)
    db.close()


def test_a_trial_that_fails_is_tried_again_then_reported(tmp_path):
    place = Inline()
    result = run({"factors": {"batch_size": [32, FAILS, FAILS_ONCE]}, "retries": 2}, tmp_path, place)
    by_size = {cell.point["batch_size"]: cell for cell in result.cells}
    assert by_size[FAILS].state == "failed"
    assert by_size[FAILS].reason == "the loss is nan"
    assert by_size[FAILS_ONCE].state == by_size[32].state == "finished"
    assert sum(task.recipe["batch_size"] == FAILS for task in place.log) == 3
    assert result.counts == {"finished": 2, "stopped": 0, "failed": 1, "waiting": 0}
    assert result.best is not None


def test_what_has_failed_is_tried_once_more_when_asked_for_and_counts_once(tmp_path):
    study = {"factors": {"batch_size": [32, FAILS, FAILS_ONCE]}, "retries": 0}
    assert run(study, tmp_path).counts == {"finished": 1, "stopped": 0, "failed": 2, "waiting": 0}
    store = Store(url_of(tmp_path), "s")
    assert store.retry_failed() == 2
    assert [trial.state for trial in store.trials()] == ["finished", "waiting", "waiting"]
    store.close()
    place = Inline()
    result = run(study, tmp_path, place)
    assert [task.recipe["batch_size"] for task in place.log] == [FAILS, FAILS_ONCE]
    assert result.counts == {"finished": 2, "stopped": 0, "failed": 1, "waiting": 0}
    assert [cell.state for cell in result.cells] == ["finished", "failed", "finished"]


def test_workers_that_die_one_after_another_end_the_study_with_a_message_and_it_goes_on_later(tmp_path):
    with pytest.raises(StudyError, match=r"3 workers in a row .*SIGKILL.*same command goes on"):
        run(GRID, tmp_path, Inline(jobs=2, dies=3))
    result = run(GRID, tmp_path)
    assert result.counts["finished"] + result.counts["failed"] == 12
    assert result.counts["finished"] >= 11


def test_a_trial_that_ends_its_worker_at_each_try_is_reported_and_the_others_are_trained(tmp_path):
    class Deadly(Inline):
        def news(self, seconds):
            if self.tasks and self.tasks[0].recipe["batch_size"] == 64:
                return [Died(run=self.tasks.popleft().run, reason="its node is out of memory")]
            return super().news(seconds)

    place = Deadly()
    result = run({"factors": {"batch_size": [32, 64, 128]}, "retries": 2}, tmp_path, place)
    assert result.counts == {"finished": 2, "stopped": 0, "failed": 1, "waiting": 0}
    assert sum(task.recipe["batch_size"] == 64 for task in place.log) == 3
    assert [cell.reason for cell in result.cells if cell.state == "failed"] == ["its node is out of memory"]


def test_a_study_whose_every_trial_fails_ends_early(tmp_path):
    place = Inline()
    with pytest.raises(StudyError, match=r"first trials have all failed.*the loss is nan"):
        run(
            {"factors": {"batch_size": [FAILS], "optimizer.lr": [0.1, 0.2, 0.3, 0.4, 0.5]}, "retries": 1},
            tmp_path,
            place,
        )
    assert len(place.log) == 4


def test_the_budget_ends_a_study_and_a_larger_one_goes_on(tmp_path, monkeypatch):
    monkeypatch.setattr(Driver, "spent", lambda self: float(len(self.executor.log)))  # a second a task
    short = run({**GRID, "budget": "5s"}, tmp_path)
    assert short.status == "budget"
    assert short.counts["waiting"] == 12 - 5
    assert run({**GRID, "budget": "1h"}, tmp_path).counts["finished"] == 12


def test_what_is_told_counts_up_to_the_end(tmp_path):
    told = []
    run(GRID, tmp_path, tell=told.append)
    assert [progress.finished for progress in told] == list(range(1, 13))
    assert {progress.total for progress in told} == {12}
    assert told[0].note.kind == "trial-finished" and told[0].note.values["point"]["model"] == "convnet(width=8)"


def test_the_result_is_kept_with_the_recipe_it_recommends(tmp_path):
    result = run(GRID, tmp_path)
    keep(result, tmp_path)
    text = (tmp_path / "recommended.toml").read_text()
    assert 'optimizer = "sgd(lr=0.03)"' in text
    assert "is therefore too high" in text
    assert "--split test" in text
    assert "--data FOLDER" in text  # where there is no test split
    assert result.fronts["parameters"][-1] == result.best
    assert (tmp_path / "study.json").stat().st_size > 1000


def test_main_effects_find_the_factor_that_mattered(tmp_path):
    result = run({**GRID, "repeats": 4}, tmp_path)
    found = {factor.name: factor for factor in result.effects.factors}
    assert found["optimizer.lr"].p_holm < 1e-6
    assert found["optimizer.lr"].share > 0.8 > 0.2 > found["model"].share
    assert (found["optimizer.lr"].difference.best, found["model"].difference.best) == (
        0.03,
        "convnet(width=16)",
    )
    assert [pair.names for pair in result.effects.interactions] == [("optimizer.lr", "model")]
