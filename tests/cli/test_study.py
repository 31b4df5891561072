"""`linnaeus study`, as it is used: one real study, and what may happen on its way with trainings that take no time."""

import contextlib
import json
import os
import re
import signal
import subprocess
import threading
import time

import pytest

from linnaeus import files
from linnaeus.api import study_place
from linnaeus.cli import progress
from linnaeus.cli.app import run
from linnaeus.studies.store import Store, url_of
from linnaeus.studies.workers.local import Local
from tests.studies.fake import FAILS_ONCE
from tests.studies.fake import train as fake_train

pytest.importorskip("optuna")

FILE = """\
[recipe]
data = "digits(limit=20)"
epochs = 3
model = "linear"
precision = "fp32"

[factors]
optimizer.lr = [0.003, 0.01]
"""


@pytest.fixture(scope="module")
def studied(tmp_path_factory):
    """A study of two real trainings that has been run whole: its file and its runs."""
    folder = tmp_path_factory.mktemp("study")
    (folder / "small.toml").write_text(FILE.replace("epochs = 3", "epochs = 1"))
    assert run(["study", str(folder / "small.toml"), "--runs", str(folder / "runs")]) == 0
    return folder


@pytest.fixture
def study(tmp_path, monkeypatch):
    """`linnaeus study FILE` of fake trainings: call it with the file's text and further words; returns the exit status."""
    monkeypatch.setattr(study_place, "train", fake_train)

    def call(text, *words):
        (tmp_path / "small.toml").write_text(text)
        return run(["study", str(tmp_path / "small.toml"), "--runs", str(tmp_path / "runs"), *words])

    return call


def epochs_trained(folder):
    """By run, the epochs in the order of their training."""
    return {log.parent.name: log.read_text().split() for log in (folder / "trials").glob("*/epochs.log")}


def test_it_leaves_a_result_a_recipe_and_a_page(studied):
    found = json.loads((studied / "runs" / "small" / "study.json").read_text())
    assert found["counts"]["finished"] == 2
    assert found["predicted"]["low_s"] < found["predicted"]["middle_s"] < found["predicted"]["high_s"]
    assert all(cell["n"] > 0 and cell["low"] <= cell["mean"] <= cell["high"] for cell in found["cells"])
    assert "optimizer" in (studied / "runs" / "small" / "recommended.toml").read_text()
    assert "Recommended recipe" in (studied / "runs" / "small" / "report.html").read_text()


def test_status_and_best_say_what_was_found(studied, capsys):
    runs = ["--runs", str(studied / "runs")]
    assert run(["study", "status", "small", *runs]) == 0
    said = capsys.readouterr().out
    assert "Trials: 2 finished." in said and "continues" not in said
    assert "Predicted beforehand from a few steps of" in said and "optimistic" in said
    assert run(["study", "best", "small", *runs]) == 0
    said = capsys.readouterr().out
    assert "Best: optimizer.lr = 0.0" in said and "Validation accuracy" in said
    assert "finished" not in said
    assert run(["study", "status", "small", "--json", *runs]) == 0
    assert json.loads(capsys.readouterr().out)["counts"]["finished"] == 2
    assert run(["study", "status", "smal", *runs]) == 2
    assert "did you mean small" in capsys.readouterr().err


def test_a_dry_run_says_what_it_would_take_and_leaves_nothing(study, tmp_path, capsys):
    assert study(FILE, "--dry-run") == 0
    said = capsys.readouterr().out
    assert "2 of 2 points, 6 epochs in total" in said
    assert "worker hours" in said
    assert re.search(r"tells apart +With \d+ validation images, a difference of \d+\.\d points or more", said)
    assert study(FILE, "--dry-run", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["points"] == [{"optimizer.lr": 0.003}, {"optimizer.lr": 0.01}]
    assert told["predicted"]["trials"] == 2
    assert not (tmp_path / "runs").exists()


def test_a_dry_run_tells_how_far_its_measuring_is(study, monkeypatch):
    told = []
    monkeypatch.setattr(progress, "watching", lambda *given: contextlib.nullcontext(told.append))
    assert study(FILE, "--dry-run") == 0
    assert [(event.done, event.total, event.what) for event in told] == [(at, 2, "measured") for at in (0, 1, 2)]


def test_a_study_that_is_stopped_goes_on_by_the_same_command(study, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("FAKE_EPOCH", "0.5")
    folder = tmp_path / "runs" / "small"

    def stop():
        end = time.monotonic() + 300
        while time.monotonic() < end and not epochs_trained(folder):
            time.sleep(0.1)
        os.kill(os.getpid(), signal.SIGTERM)

    stopper = threading.Thread(target=stop)
    stopper.start()
    assert study(FILE) == 143
    stopper.join()
    assert "the same command goes on" in capsys.readouterr().err
    assert json.loads((folder / "study.json").read_text())["status"] == "stopped"
    monkeypatch.setenv("FAKE_EPOCH", "0")
    assert study(FILE, "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert found["status"] == "finished"
    assert found["counts"]["finished"] == 2
    for epochs in epochs_trained(
        folder
    ).values():  # none is trained twice; a line is lost where the signal fell before it
        assert epochs == sorted(set(epochs))


@pytest.mark.parametrize("words", [(), ("--dry-run",)])
def test_json_is_alone_on_standard_output_whatever_a_cluster_prints(words, study, monkeypatch, capfd):
    class Talks(Local):
        def news(self, seconds):
            print("(raylet) the node has been marked dead")
            os.write(1, b"(gcs) a word from a library of another language\n")
            subprocess.run(["echo", "(raylet) a word from a process"], check=True)
            return super().news(seconds)

    monkeypatch.setattr(study_place, "Local", Talks)
    assert study(FILE, "--json", *words) == 0
    said = capfd.readouterr()
    assert json.loads(said.out)["about" if words else "counts"]
    assert {line.split()[0] for line in said.err.splitlines()} == {"(raylet)", "(gcs)"}
    assert study(FILE, "--name", "another") == 0
    assert "of another language" in capfd.readouterr().out  # asked for no JSON, nothing is turned aside


def test_another_file_of_that_name_is_refused_and_extend_goes_through(study, tmp_path, capsys):
    other = FILE.replace("0.01]", "0.01, 0.03]")
    assert study(FILE) == 0
    capsys.readouterr()
    assert study(other) == 1
    said = capsys.readouterr().err
    assert "--name NAME" in said
    assert "--extend" in said
    assert said.count("\n") == 1
    assert study(other, "--extend", "--json") == 0
    assert json.loads(capsys.readouterr().out)["counts"]["finished"] == 3
    trained = epochs_trained(tmp_path / "runs" / "small")
    assert len(trained) == 3
    assert all(epochs == ["1", "2", "3"] for epochs in trained.values())  # what was there was not trained again


def test_set_changes_the_recipe_of_all_trials_and_makes_another_study_of_it(study, tmp_path, capsys):
    folder = tmp_path / "runs" / "small"
    assert study(FILE, "--set", "epochs=2", "--set", "optimizer=sgd(momentum=0.5)", "--json") == 0
    assert json.loads(capsys.readouterr().out)["counts"]["finished"] == 2
    assert list(epochs_trained(folder).values()) == [["1", "2"], ["1", "2"]]
    recipe = (folder / "recommended.toml").read_text()
    assert "epochs = 2" in recipe
    assert "momentum=0.5" in recipe
    assert study(FILE) == 1  # the file alone is another study
    said = capsys.readouterr().err
    assert "holds a study of other factors, or of another recipe" in said
    assert said.count("\n") == 1
    assert list(epochs_trained(folder).values()) == [["1", "2"], ["1", "2"]]


@pytest.mark.parametrize("more", [(), ("--dry-run",)])
@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("epoch=2", "did you mean epochs"),
        ("optimizer.lr=0.1", "optimizer.lr is a factor of the study: change it in its file"),
        ("epochs=some", "epochs"),
        ("val=0", "leaves no validation images to choose by"),
    ],
)
def test_a_wrong_set_is_one_message_and_leaves_nothing(change, words, more, study, tmp_path, capsys):
    assert study(FILE, "--set", change, *more) == 2
    said = capsys.readouterr().err
    assert words in said
    assert said.count("\n") == 1
    assert not list(tmp_path.glob("runs/*/study.db"))


def test_what_failed_is_tried_once_more_by_retry_alone(study, capsys):
    text = f"retries = 0\n{FILE.replace('optimizer.lr = [0.003, 0.01]', f'batch_size = [32, {FAILS_ONCE}]')}"
    for words, failed in (([], 1), ([], 1), (["--retry"], 0), (["--retry"], 0)):
        assert study(text, *words) == 0
        said = capsys.readouterr().out
        assert f"{2 - failed} finished" in said
        assert ("the loss is nan" in said) == ("--retry" in said) == bool(failed)


def test_retry_puts_nothing_back_into_another_study_of_that_name(study, tmp_path, capsys):
    text = f"retries = 0\n{FILE.replace('optimizer.lr = [0.003, 0.01]', f'batch_size = [32, {FAILS_ONCE}]')}"
    assert study(text) == 0
    capsys.readouterr()
    for words in (["--set", "epochs=4"], ["--set", "batch_size=64"], ["--set", "nothing=1"]):
        assert study(text, "--retry", *words) in (1, 2)
    assert study(FILE, "--retry") == 1
    told = capsys.readouterr().err.splitlines()
    assert len(told) == 4
    assert "of other factors, or of another recipe" in told[0] and told[-1] == told[0]
    kept = Store(url_of(tmp_path / "runs" / "small"), "small")
    assert [trial.state for trial in kept.trials()] == ["finished", "failed"]
    kept.close()
    assert study(text, "--retry", "--json") == 0
    assert json.loads(capsys.readouterr().out)["counts"]["finished"] == 2


def test_retry_of_a_study_that_is_not_there(study, tmp_path, capsys):
    assert study(FILE, "--retry") == 2
    assert "there is no study" in capsys.readouterr().err
    assert not (tmp_path / "runs").exists()


def test_one_driver_at_a_time(study, tmp_path, capsys):
    (tmp_path / "runs" / "small").mkdir(parents=True)
    with files.locked(tmp_path / "runs" / "small" / ".lock"):
        assert study(FILE) == 1
    assert "in use by process" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("line", "words", "status"),
    [
        ("optimizer.lr = [0.003]\nmodel = ['liner']", "did you mean linear", 2),
        ("optimizer.lr = 'log(0, 1)'", "must begin above zero", 2),
        ("optimizer.lr = []", "empty list", 2),
        ("optimizer.momentumm = [0.1]", "momentumm", 2),
    ],
)
def test_bad_input_is_one_message_and_leaves_nothing(line, words, status, study, tmp_path, capsys):
    assert study(FILE.replace("optimizer.lr = [0.003, 0.01]", line)) == status
    said = capsys.readouterr().err
    assert words in said
    assert said.count("\n") == 1
    assert not list(tmp_path.glob("runs/*/study.db"))


def test_wrong_usage(tmp_path, capsys):
    for words in (["status"], ["a.toml", "b.toml"], [str(tmp_path / "none.toml")]):
        assert run(["study", *words]) == 2
        assert capsys.readouterr().err.startswith("linnaeus: ")
