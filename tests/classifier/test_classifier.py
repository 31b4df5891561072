import json
from pathlib import Path

import numpy as np
import pytest
import torch

from linnaeus.classifier import classifier as classifiers
from linnaeus.classifier.card import Preprocessing
from linnaeus.classifier.classifier import Classifier, build_module, normalise
from linnaeus.errors import ImageError, RunError
from linnaeus.recipe.spec import parse

PREPROCESSING = Preprocessing(size=8, channels=3, resize="crop", mean=(0.5, 0.4, 0.3), std=(0.2, 0.3, 0.4))


def made() -> Classifier:
    torch.manual_seed(0)
    model = parse("mlp(hidden=[8])")
    return Classifier(
        module=build_module(model, 3, 2, 8), classes=("cat", "dog"), preprocessing=PREPROCESSING, model=model
    )


def images(count: int) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (count, 8, 8, 3), dtype=np.uint8)


def test_what_is_saved_is_what_is_loaded(tmp_path: Path) -> None:
    one = made()
    one.save(tmp_path)
    other = classifiers.load(tmp_path)
    assert (other.classes, other.preprocessing, other.model) == (one.classes, one.preprocessing, one.model)
    assert np.array_equal(other.probabilities(images(300)), one.probabilities(images(300)))


def test_probabilities_do_not_depend_on_the_batch() -> None:
    one = made()
    assert np.allclose(one.probabilities(images(40), batch_size=7), one.probabilities(images(40)), atol=1e-6)
    assert one.probabilities(images(0)).shape == (0, 2)


@pytest.mark.parametrize(
    "wrong", [lambda x: x / 255, lambda x: x[0], lambda x: np.kron(x, np.ones((1, 2, 2, 1), "uint8"))]
)
def test_raw_probabilities_are_of_what_the_network_sees_and_of_nothing_else(wrong) -> None:
    with pytest.raises(ImageError, match="predict_proba takes images of any size"):
        made().probabilities(wrong(images(2)))


def test_normalise_is_the_formula_it_states() -> None:
    batch = torch.from_numpy(images(4)).permute(0, 3, 1, 2)
    found = normalise(batch, PREPROCESSING)
    mean, std = (torch.tensor(values).view(1, 3, 1, 1) for values in (PREPROCESSING.mean, PREPROCESSING.std))
    assert torch.allclose(found, (batch / 255 - mean) / std, atol=1e-5)
    assert found.is_contiguous(memory_format=torch.channels_last)
    assert batch.dtype == torch.uint8


def test_damage_is_named_and_nothing_is_executed(tmp_path: Path) -> None:
    made().save(tmp_path)
    weights, card = tmp_path / "model.safetensors", tmp_path / "classifier.json"
    good = weights.read_bytes()
    weights.write_bytes(good[:-4] + b"????")
    with pytest.raises(RunError, match="damaged"):
        classifiers.load(tmp_path)
    weights.write_bytes(good)
    plain = json.loads(card.read_text())
    for change in (
        {"format": 9},
        {"model": "mlp(hidden=[9])"},
        {"classes": ["a", "b", "c"]},
        {"classes": ["a", "a"]},
        {"preprocessing": {"size": 8}},
    ):
        card.write_text(json.dumps(plain | change))
        with pytest.raises(RunError):
            classifiers.load(tmp_path)
    card.write_text("{")
    with pytest.raises(RunError, match="cannot be read"):
        classifiers.load(tmp_path)
    card.unlink()
    with pytest.raises(RunError, match="no trained model"):
        classifiers.load(tmp_path)


def test_weights_that_are_no_numbers_are_refused(tmp_path: Path) -> None:
    one = made()
    with torch.no_grad():
        next(one.module.parameters()).flatten()[0] = float("nan")
    one.save(tmp_path)
    with pytest.raises(RunError, match="holds what is no number"):
        classifiers.load(tmp_path)


def test_the_decoder_stays_with_it_and_old_cards_have_the_first(tmp_path: Path) -> None:
    made().save(tmp_path)
    card = json.loads((tmp_path / "classifier.json").read_text())
    assert "decoding" not in card
    card["preprocessing"].pop("decoder")
    card.pop("checksum")  # which those had not, either
    (tmp_path / "classifier.json").write_text(json.dumps({**card, "decoding": 2}))  # a number that said less
    old = classifiers.load(tmp_path)
    old.save_card(tmp_path)  # as a calibration writes it anew
    assert (old.preprocessing.decoder, classifiers.load(tmp_path).preprocessing.decoder) == (1, 1)
