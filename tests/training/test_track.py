"""Trackers beside a training: what they are told, also by resumed runs, and that their failures cost the training nothing."""

import json
from pathlib import Path

import pytest

from linnaeus.errors import Interrupted, RecipeError
from linnaeus.events import EpochDone, StepDone
from linnaeus.training import session
from tests.reporting import said
from tests.training.small import archive, new_folder, recipe_and_splits, weights

# Writes down what it is told, and fails at an epoch of one's choice.
SPY = """
import json

def spy(folder, name, /, *, fails: int = 0):
    return Spy(folder / "spy.jsonl", name, fails)

class Spy:
    def __init__(self, file, name, fails):
        self.file, self.name, self.fails = file, name, fails

    def say(self, *told):
        with self.file.open("a") as lines:
            print(json.dumps(told), file=lines)

    def begin(self, fields, done):
        self.say("begin", self.name, fields["seed"], done)

    def row(self, epoch, values):
        if epoch == self.fails:
            raise OSError(28, "No space left on device")
        self.say("row", epoch, values)

    def end(self, status, values):
        self.say("end", status, values)
"""


@pytest.fixture
def spy(tmp_path: Path) -> str:
    file = tmp_path / "spy.py"
    file.write_text(SPY)
    return f"{file}:spy"


def told(folder):
    return [json.loads(line) for line in (folder.path / "spy.jsonl").read_text().splitlines()]


def test_a_tracker_is_told_the_curves_and_the_final_scores(spy, tmp_path):
    recipe, splits = recipe_and_splits(archive(tmp_path), f'track="{spy}"')
    folder = new_folder(tmp_path / "one")
    record = session.train(recipe, splits, folder, lambda event: None)
    begin, *rows, end = told(folder)
    assert begin == ["begin", "one", str(recipe.seed), 0]
    assert [row[1] for row in rows] == [1, 2, 3]
    for (_, _, values), row in zip(rows, record.history, strict=True):
        assert {name: values[name] for name in ("loss", "loss_q1", "val_loss", "val_accuracy", "lr")} == {
            name: getattr(row, name) for name in ("loss", "loss_q1", "val_loss", "val_accuracy", "lr")
        }
        assert values["images_per_s"] > 0
    score = record.scores["val"].metrics["accuracy"]
    assert end[:2] == ["end", "finished"]
    assert [end[2][f"val/accuracy{of}"] for of in ("", "/low", "/high", "/n")] == [
        score.value,
        score.low,
        score.high,
        score.n,
    ]


def test_a_failing_tracker_costs_one_warning_and_no_bit(spy, tmp_path):
    file, notes = archive(tmp_path), []
    plain, splits = recipe_and_splits(file)
    session.train(plain, splits, undisturbed := new_folder(tmp_path / "plain"), lambda event: None)
    recipe, splits = recipe_and_splits(file, f'track="{spy}(fails=2)"')
    session.train(
        recipe,
        splits,
        folder := new_folder(tmp_path / "failing"),
        said.noting(notes),
    )
    assert [entry[0] for entry in told(folder)] == ["begin", "row"]
    assert len([note for note in notes if "No space left on device" in note]) == 1
    assert weights(folder) == weights(undisturbed)
    assert len(folder.history()) == 3


@pytest.mark.parametrize(("last", "done"), [(6, 0), (7, 1), (8, 1)])  # an epoch has 5 steps; that one is not saved
def test_a_resumed_run_says_how_far_it_had_come(last, done, spy, tmp_path):
    recipe, splits = recipe_and_splits(archive(tmp_path), f'track="{spy}"', "save_every=0.000001")
    folder = new_folder(tmp_path / "one")

    def stop_in_the_second_epoch(event):
        if isinstance(event, StepDone) and event.step == last:
            raise Interrupted("enough", 15)

    with pytest.raises(Interrupted):
        session.train(recipe, splits, folder, stop_in_the_second_epoch)
    assert [entry[:2] for entry in told(folder)][1:] == [["row", 1], ["end", "stopped"]]
    session.resume(recipe, splits, folder, lambda event: None)
    begin, *again = told(folder)[3:]
    assert begin == ["begin", "one", str(recipe.seed), done]
    assert [entry[1] for entry in again] == [*range(begin[3] + 1, 4), "finished"]


def test_a_tracker_that_is_not_installed_is_refused_before_anything_is_written(tmp_path):
    (tmp_path / "mine.py").write_text(
        'def mine(folder, name, /):\n    raise ValueError("not installed; pip install it")\n'
    )
    recipe, splits = recipe_and_splits(archive(tmp_path), f'track="{tmp_path / "mine.py"}:mine"')
    folder = new_folder(tmp_path / "one")
    with pytest.raises(RecipeError, match="not installed; pip install it"):
        session.train(recipe, splits, folder, lambda event: None)
    assert not list(folder.path.iterdir())


@pytest.mark.parametrize("off", ["jsonl", "none"])
def test_without_trackers_the_watcher_stays_as_it_is(off, tmp_path):
    recipe, splits = recipe_and_splits(archive(tmp_path), f"track={off}")
    seen = []
    session.train(recipe, splits, folder := new_folder(tmp_path / "one"), seen.append)
    assert len([event for event in seen if isinstance(event, EpochDone)]) == len(folder.history()) == 3
