"""`linnaeus study`, as it is used."""

import json
import subprocess
import sys

import pytest

from linnaeus.cli.app import run

pytest.importorskip("optuna")

FILE = """\
[recipe]
data = "digits(limit=20)"
epochs = 1
model = "linear"
precision = "fp32"

[factors]
optimizer.lr = [0.003, 0.01]
"""


@pytest.fixture(scope="module")
def studied(tmp_path_factory):
    """A study of two trials that has been run whole: its file and its runs."""
    folder = tmp_path_factory.mktemp("study")
    (folder / "small.toml").write_text(FILE)
    done = subprocess.run(
        [sys.executable, "-m", "linnaeus", "study", folder / "small.toml", "--runs", folder / "runs"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "the study is finished" in done.stdout
    assert "was said before it began" in done.stdout
    return folder


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
    assert "2 finished; the study is finished" in said
    assert run(["study", "best", "small", *runs]) == 0
    assert "too high for that" in capsys.readouterr().out
    assert run(["study", "status", "smal", *runs]) == 2
    assert "did you mean small" in capsys.readouterr().err


def test_another_file_of_that_name_is_refused_with_two_ways_out(studied, tmp_path, capsys):
    (tmp_path / "small.toml").write_text(FILE.replace("0.01]", "0.02]"))
    assert run(["study", str(tmp_path / "small.toml"), "--runs", str(studied / "runs")]) == 1
    said = capsys.readouterr().err
    assert "--name NAME" in said
    assert "--extend" in said


@pytest.mark.parametrize(
    ("line", "words", "status"),
    [
        ("optimizer.lr = [0.003]\nmodel = ['liner']", "did you mean linear", 2),
        ("optimizer.lr = 'log(0, 1)'", "must begin above zero", 2),
        ("optimizer.lr = []", "empty list", 2),
        ("optimizer.momentumm = [0.1]", "momentumm", 2),
    ],
)
def test_bad_input_is_one_message_and_leaves_nothing(line, words, status, tmp_path, capsys):
    (tmp_path / "s.toml").write_text(FILE.replace("optimizer.lr = [0.003, 0.01]", line))
    assert run(["study", str(tmp_path / "s.toml"), "--runs", str(tmp_path / "runs")]) == status
    said = capsys.readouterr().err
    assert words in said
    assert said.count("\n") == 1
    assert not list(tmp_path.glob("runs/*/study.db"))


def test_wrong_usage(tmp_path, capsys):
    for words in (["status"], ["a.toml", "b.toml"], [str(tmp_path / "none.toml")]):
        assert run(["study", *words]) == 2
        assert capsys.readouterr().err.startswith("linnaeus: ")
