"""Fixtures of the command's tests."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from linnaeus.cli.app import run
from tests.cli.fakes import FrontDesk, Result, split_scores, stand_in

IN = {"calibration": "loading", "listed": "predicting"}  # the file of a function that is no verb


@pytest.fixture(autouse=True)
def _wide_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines do not wrap, whatever terminal the tests run in."""
    monkeypatch.setenv("COLUMNS", "300")


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> FrontDesk:
    made = FrontDesk()
    answers: dict[str, Callable[[], Any]] = {
        "train": lambda: made.record,
        "resume": lambda: made.record,
        "evaluate": split_scores,
        "calibration": lambda: made.calibration,
        "listed": lambda: made.answers,
        "report": lambda: Path("runs/pets-1/report.html"),
        "audit": lambda: made.data,
        "runs": lambda: [made.record],
        "env": lambda: replace(made.record.environment, cpu="Abacus", gpu=None),
    }
    for name, answer in answers.items():
        stand_in(monkeypatch, name, made.answering(name, answer), IN.get(name))
    return made


@pytest.fixture
def linnaeus(capsys: pytest.CaptureFixture[str]) -> Callable[..., Result]:
    """Run the command in this process: `linnaeus("train", "digits")`."""

    def command(*words: str) -> Result:
        status = run(words)
        captured = capsys.readouterr()
        return Result(status, captured.out, captured.err)

    return command


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A working folder with a finished run of two epochs, `runs/mine`."""
    folder = tmp_path_factory.mktemp("place")
    quick = ("--model", "linear", "--epochs", "2", "--threads", "1", "--precision", "fp32")
    with pytest.MonkeyPatch.context() as patch:
        _work_in(folder, patch)
        assert run(["train", "digits(limit=20)", *quick, "--name", "mine", "--json"]) == 0
    return folder


@pytest.fixture
def in_place(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The test runs in that folder."""
    _work_in(place, monkeypatch)


def _work_in(folder: Path, patch: pytest.MonkeyPatch) -> None:
    patch.chdir(folder)
    patch.setenv("LINNAEUS_DATA", str(folder / "cache"))
    patch.delenv("LINNAEUS_RUNS", raising=False)
