"""Fixtures of the tests of transfer."""

from pathlib import Path

import pytest

from linnaeus.events import nobody
from linnaeus.training import session
from tests.finetuning.small import MLP, NETWORK, train
from tests.training.small import archive, new_folder, recipe_and_splits


@pytest.fixture(scope="session")
def old(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a finished run `old`, of digits; nobody writes in it."""
    place = tmp_path_factory.mktemp("old")
    train(place, f"model={MLP}", name="old")
    return place / "runs" / "old"


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return archive(tmp_path_factory.mktemp("images"))


@pytest.fixture(scope="module")
def old_convnet(images: Path) -> Path:
    """A finished run of one epoch, whose statistics of batch norm are not those that a network begins with."""
    folder = new_folder(images.parent / "old")
    session.train(*recipe_and_splits(images, NETWORK, "epochs=1"), folder, nobody)
    return folder.path


@pytest.fixture
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINNAEUS_DATA", str(tmp_path / "cache"))
