"""Code that comes from outside is not run."""

import json

import pytest

from linnaeus.cli.app import run
from linnaeus.errors import RecipeError
from linnaeus.recipe import catalog, trusted
from linnaeus.recipe.spec import parse

CODE = "from pathlib import Path\n\nPath('RAN').touch()\n\n\ndef net(channels, classes, /):\n    return 'a network'\n"


@pytest.fixture
def theirs(tmp_path, monkeypatch):
    """A file of Python that nobody has named, in the working folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(trusted.VARIABLE, raising=False)
    monkeypatch.setattr(trusted, "_here", {})
    monkeypatch.setattr(trusted, "_folder", lambda: tmp_path / "config" / "trusted")
    file = tmp_path / "theirs.py"
    file.write_text(CODE)
    return file


def build():
    return catalog.build("models", parse("theirs.py:net"), 3, 2)


def test_code_that_nobody_named_does_not_run(theirs, tmp_path):
    with pytest.raises(
        RecipeError, match=r"theirs\.py is Python code that would run here, .* add --trust .*theirs\.py"
    ):
        build()
    assert not (tmp_path / "RAN").exists()


@pytest.mark.parametrize(
    "said", ["theirs.py:net", "model=./theirs.py:net(width=8)", "model='theirs.py:net'", "a | theirs.py:net"]
)
def test_what_the_person_wrote_may_run_and_is_remembered(theirs, monkeypatch, said):
    trusted.trust_named([said])
    monkeypatch.setattr(trusted, "_here", {})  # as in the next command
    assert build() == "a network"


def test_a_changed_file_is_no_longer_trusted(theirs):
    trusted.trust(theirs)
    theirs.write_text(CODE.replace("a network", "another"))
    with pytest.raises(RecipeError, match="has changed since you last named it"):
        build()


def test_a_copy_at_another_place_is_not_trusted(theirs, tmp_path, monkeypatch):
    trusted.trust(theirs)
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "theirs.py").write_text(CODE)
    monkeypatch.chdir(tmp_path / "sub")
    with pytest.raises(RecipeError, match="was not named by you"):
        build()


def test_without_a_place_to_remember_it_runs_in_this_process_and_its_children(theirs, tmp_path, monkeypatch):
    (tmp_path / "config").write_text("a file where the folder would be")
    trusted.trust(theirs)
    assert build() == "a network"
    monkeypatch.setattr(trusted, "_here", {})  # as in a child process
    trusted.check(theirs)


@pytest.mark.parametrize("words", [["--trust", "theirs.py", "runs"], ["runs", "--trust=theirs.py"]])
def test_trust_is_taken_wherever_it_is_written(theirs, words, capsys):
    assert run([*words, "--runs", "none"]) == 0, capsys.readouterr().err
    trusted.check(theirs)


def test_trust_of_a_file_that_is_not_there(theirs, capsys):
    assert run(["runs", "--trust", "nowhere.py"]) == 2
    assert "nowhere.py" in capsys.readouterr().err


def test_a_run_that_was_handed_over_does_not_run_its_code(theirs, tmp_path, capsys):
    given = tmp_path / "runs" / "gift"
    given.mkdir(parents=True)
    card = {
        "format": 2,
        "classes": ["a", "b"],
        "preprocessing": {"size": 8, "channels": 3, "resize": "crop", "mean": [0.5] * 3, "std": [0.5] * 3},
        "model": f"{theirs}:net",
        "head": None,
        "precision": "fp32",
        "calibration": None,
        "checksums": {},
    }
    (given / "classifier.json").write_text(json.dumps(card))
    (given / "recipe.toml").touch()
    (tmp_path / "image.png").write_bytes(b"")
    assert run(["predict", str(given), "image.png"]) != 0
    assert "--trust" in capsys.readouterr().err
    assert not (tmp_path / "RAN").exists()
