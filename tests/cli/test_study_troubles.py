"""`linnaeus study` where the store, the workers or the file are no good: one message each, and what there was is left as it was."""

import sqlite3

import pytest

from linnaeus.api import study_place
from linnaeus.cli.app import run
from linnaeus.studies import store
from tests.studies.fake import DIES
from tests.studies.fake import train as fake_train

optuna = pytest.importorskip("optuna")

FILE = """\
retries = 1

[recipe]
data = "digits(limit=20)"
epochs = 2
model = "linear"
precision = "fp32"

[factors]
optimizer.lr = [0.003, 0.01, 0.03]
"""


@pytest.fixture
def study(tmp_path, monkeypatch, capsys):
    """`linnaeus study FILE` of fake trainings, which must fail with one line on standard error: returned without its head and its kind."""
    monkeypatch.setattr(study_place, "train", fake_train)

    def call(*words, text=FILE):
        (tmp_path / "small.toml").write_text(text)
        assert run(["study", str(tmp_path / "small.toml"), "--runs", str(tmp_path / "runs"), *words]) == 1
        (line,) = capsys.readouterr().err.splitlines()
        return line.removeprefix("linnaeus: ").rpartition(" [")[0]

    return call


@pytest.fixture
def file(tmp_path):
    """Where the study's store lies."""
    folder = tmp_path / "runs" / "small"
    folder.mkdir(parents=True)
    return folder / store.FILE


@pytest.mark.parametrize("words", [(), ("--retry",), ("--extend",)])
def test_a_damaged_store(words, study, file):
    (file.parent / "workers").mkdir()
    file.write_bytes(content := b"no database, but long enough to be looked at. " * 100)
    said = study(*words)
    assert said.startswith(f"the store {file} is damaged (")
    assert said.endswith("move the file away, and the same command takes them up again")
    assert file.read_bytes() == content


def test_a_locked_store(study, file, monkeypatch):
    optuna.create_study(storage=store.url_of(file.parent), study_name="small", direction="maximize")
    monkeypatch.setattr(store, "PATIENCE", 0.2)
    with sqlite3.connect(file, isolation_level=None) as other:
        other.execute("BEGIN EXCLUSIVE")
        said = study()
    other.close()
    assert said.startswith(f"the store {file} is locked: another program holds it")


@pytest.mark.parametrize("words", [(), ("--extend",)])
def test_a_store_of_another_program(words, study, file, tmp_path):
    url = f"sqlite:///{tmp_path}/theirs.db"
    theirs = optuna.create_study(storage=url, study_name="small", direction="minimize")
    theirs.add_trial(optuna.trial.create_trial(value=0.5))
    said = study("--store", url, *words)
    assert said == f"the store {tmp_path}/theirs.db holds a study 'small' that is none of ours; take another --name"
    assert [trial.value for trial in theirs.trials] == [0.5]


def test_a_store_whose_driver_is_not_known(study):
    assert "cannot be reached" in study("--store", "postgrss://db.example/x")


def test_workers_that_die_at_each_trial(study, tmp_path):
    text = FILE.replace('model = "linear"', f'model = "linear"\nbatch_size = {DIES}')
    said = study(text=text)
    assert said.startswith(
        "3 workers in a row have died before a trial came any further (its worker ended with status 7: a last"
    )
    assert said.endswith("nothing is lost, the same command goes on")
    tries = [int(file.read_text()) for file in tmp_path.glob("runs/small/trials/*/tries")]
    assert sorted(tries) == [1, 2]  # the third trial is not sacrificed
