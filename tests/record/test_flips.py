"""Two hundred flipped bits a file: none is believed. What is read back is what was written, or a message names the file."""

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import linnaeus
from linnaeus import files
from linnaeus.api import own_data
from linnaeus.classifier import card, classifier
from linnaeus.errors import LinnaeusError
from linnaeus.record.folder import RunFolder
from tests.settings import given
from tests.training.small import FIXED, archive

FLIPS = 200


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    place = tmp_path_factory.mktemp("flips")
    data = f"arrays({str(archive(place))!r})"
    linnaeus.train(data, name="run", runs=place / "runs", **given(*FIXED), progress=False)
    return RunFolder(place / "runs" / "run")


def arrays(found: dict[str, Any] | None) -> Any:
    return None if found is None else {name: (value.dtype.str, value.tobytes()) for name, value in found.items()}


def weights(run: RunFolder) -> Any:
    state = classifier.load(run.path).module.state_dict()
    return {name: value.numpy().tobytes() for name, value in state.items()}


READ: dict[str, Callable[[RunFolder], Any]] = {
    "record.json": RunFolder.record,
    "history.jsonl": RunFolder.history,
    "classifier.json": lambda run: card.read(run.path),
    "model.safetensors": weights,
    "recipe.toml": own_data.recipe_of,
    "predictions-val.npz": lambda run: arrays(run.predictions("val")),
    "images.npz": lambda run: arrays(run.images()),
    "pictures-samples.npz": lambda run: arrays(run.pictures("samples")),
}


def flipped(file: Path, read: Callable[[], Any], believed: Callable[[Any], bool], *errors: type[Exception]) -> int:
    """Flips of which another content was believed; each refusal names the file."""
    whole, wrong, rng = file.read_bytes(), 0, random.Random(file.name)
    try:
        for _ in range(FLIPS):
            changed = bytearray(whole)
            changed[rng.randrange(len(whole))] ^= 1 << rng.randrange(8)
            file.write_bytes(changed)
            try:
                wrong += believed(read())
            except errors as error:
                assert file.name in str(error) or file.parent.name in str(error), error
    finally:
        file.write_bytes(whole)
    return wrong


@pytest.mark.parametrize("name", READ)
def test_no_flip_in_a_run_is_believed(run: RunFolder, name: str) -> None:
    def read() -> Any:
        return READ[name](run)

    def told(found: Any) -> Any:
        # The place of the data is not the data: these are known by their content, see `resumed.check_data`.
        return {**vars_of(found), "data": 0} if name == "recipe.toml" else found

    true = told(read())
    assert flipped(run.path / name, read, lambda found: told(found) != true, LinnaeusError) == 0


def vars_of(found: Any) -> dict[str, Any]:
    return {name: getattr(found, name) for name in found.__slots__}


def test_no_flip_in_a_sealed_file_is_believed(tmp_path: Path) -> None:
    file, content = tmp_path / "cached.sealed", np.random.default_rng(0).bytes(5000)
    files.write_sealed(file, content)
    assert flipped(file, lambda: files.read_sealed(file), lambda found: found != content, files.Damaged) == 0


def test_a_card_of_packed_weights_is_not_taken_for_none(run: RunFolder, tmp_path: Path) -> None:
    from linnaeus.finetuning.weights import bundled, source

    def facts() -> Any:
        origin = source.find(str(tmp_path / "held.safetensors"))
        return origin.model, origin.classes, origin.preprocessing

    beside = bundled.pack(run.path, tmp_path, "held", {}).with_suffix(".json")
    true = facts()
    # Whole JSON without what makes it a card of ours is somebody else's file: then classes and preprocessing are not believed either.
    nothing = (None, (), None)
    assert flipped(beside, facts, lambda found: found not in (true, nothing), LinnaeusError) == 0


def test_a_file_of_before_without_a_seal_is_read(tmp_path: Path) -> None:
    (tmp_path / "old.json").write_text('{"format": 1}')
    assert files.read_json(tmp_path / "old.json") == {"format": 1}
    files.write_json(tmp_path / "new.json", {"format": 1})
    assert '"checksum"' in (tmp_path / "new.json").read_text()
    assert files.read_json(tmp_path / "new.json") == {"format": 1}
