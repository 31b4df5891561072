"""Fixtures of the command's tests."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from linnaeus import api
from linnaeus.cli.app import run
from tests.cli.fakes import FrontDesk, Result, split_scores


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
        "predict": lambda: made.answers,
        "report": lambda: Path("runs/pets-1/report.html"),
        "data": lambda: made.data,
        "runs": lambda: [made.record],
        "environment": lambda: {"cpu": "Abacus", "gpu": None},
    }
    for name, answer in answers.items():
        monkeypatch.setattr(api, name, made.answering(name, answer))
    return made


@pytest.fixture
def linnaeus(capsys: pytest.CaptureFixture[str]) -> Callable[..., Result]:
    """Run the command in this process: `linnaeus("train", "digits")`."""

    def command(*words: str) -> Result:
        status = run(words)
        captured = capsys.readouterr()
        return Result(status, captured.out, captured.err)

    return command
