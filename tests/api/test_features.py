"""linnaeus.features: a backbone's view of images in every form, in their order."""

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

import linnaeus
from linnaeus.classifier.card import Preprocessing
from linnaeus.classifier.classifier import Classifier, build_module, load
from linnaeus.cli.app import run
from linnaeus.errors import ImageError, RunError
from linnaeus.events import Reading
from linnaeus.recipe.spec import parse


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    """A classifier that nobody has trained."""
    torch.manual_seed(0)
    made = Classifier(
        module=build_module(parse("convnet(width=4)"), 3, 2, 16).eval(),
        classes=("cat", "dog"),
        preprocessing=Preprocessing(size=16, channels=3, resize="crop", mean=(0.5,) * 3, std=(0.25,) * 3, decoder=2),
        model=parse("convnet(width=4)"),
    )
    folder = tmp_path / "weights"
    folder.mkdir()
    made.save(folder)
    return folder / "model.safetensors"


@pytest.fixture
def pictures(tmp_path: Path) -> list[Path]:
    files = [tmp_path / "pictures" / f"{index:02d}.jpg" for index in range(40)]
    files[0].parent.mkdir()
    draws = np.random.default_rng(0)
    for file in files:
        Image.fromarray(draws.integers(0, 256, (20, 24, 3), np.uint8)).save(file)
    return files


def test_they_are_those_of_the_network_in_the_order_of_the_images(weights: Path, pictures: list[Path]) -> None:
    readings: list[Reading] = []
    found = linnaeus.features(pictures, weights=weights, progress=readings.append)
    trained = load(weights.parent)
    logits = trained.logits(torch.from_numpy(squares(trained, pictures)).permute(0, 3, 1, 2))
    assert found.shape[0] == 40 and found.dtype == np.float32
    assert trained.module.head(torch.from_numpy(found)).detach().numpy() == pytest.approx(logits.numpy(), abs=1e-4)
    assert (readings[-1].done, readings[-1].total) == (40, 40)
    held = linnaeus.features([Image.open(file) for file in pictures], weights=weights, progress=False)
    assert np.array_equal(held, found)  # pictures so small are decoded whole


def squares(trained: Classifier, pictures: list[Path]) -> np.ndarray:
    from linnaeus.data.images import pixels

    return pixels.squares(pictures, channels=3, size=16, resize="crop", decoder=trained.preprocessing.decoder)


def test_what_cannot_be_read_is_named(weights: Path, pictures: list[Path]) -> None:
    pictures[30].write_bytes(b"no picture")
    with pytest.raises(ImageError, match=r"30\.jpg: not an image"):
        linnaeus.features(pictures, weights=weights, progress=False)
    with pytest.raises(RunError, match="there is no such run or file"):
        linnaeus.features(pictures, weights="nothing.pt", progress=False)


def test_the_command_writes_names_and_features(weights: Path, pictures: list[Path], tmp_path: Path, capsys) -> None:
    out = tmp_path / "features.npz"
    assert run(["features", str(pictures[0].parent), "--weights", str(weights), "--out", str(out)]) == 0
    written = np.load(out)
    assert written["names"].tolist() == [str(file) for file in pictures]
    assert np.array_equal(written["features"], linnaeus.features(pictures, weights=weights, progress=False))
    assert "40 images" in capsys.readouterr().out
