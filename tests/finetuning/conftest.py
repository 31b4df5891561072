"""Fixtures of the tests of transfer."""

from pathlib import Path

import pytest

from tests.finetuning.small import MLP, train


@pytest.fixture(scope="session")
def old(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a finished run `old`, of digits; nobody writes in it."""
    place = tmp_path_factory.mktemp("old")
    train(place, f"model={MLP}", name="old")
    return place / "runs" / "old"
