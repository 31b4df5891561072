"""Bundled weights: what is packed, what a card tells, and those that are there now."""

import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from linnaeus import files
from linnaeus.classifier import classifier
from linnaeus.errors import RunError, UnknownName
from linnaeus.finetuning.weights import bundled, source
from linnaeus.recipe.spec import parse
from linnaeus.record.folder import RunFolder
from tests.finetuning.small import DIGITS, MLP, train


def test_a_finished_run_is_packed(old: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    notes = {"published": {"accuracy": [0.97]}, "licence": "CC BY 4.0", "data_licence": "none", "hours": 2.5}
    file = bundled.pack(old, tmp_path, "small", notes)
    monkeypatch.setattr(bundled, "FOLDER", tmp_path)
    assert (bundled.names(), bundled.path("small")) == (["small"], file)
    card, record = bundled.card("small"), RunFolder(old).record()
    assert {key: card[key] for key in notes} == notes
    assert (card["model"], tuple(card["classes"]), card["data"]) == (MLP, DIGITS, "digits(limit=20)")
    assert card["score"]["value"] == record.scores["val"].metrics["accuracy"].value
    assert (card["score"]["split"], card["score"]["n"]) == ("val", record.data.counts["val"])
    assert set(card["score"]) == {"split", "metric", "value", "low", "high", "n"}
    assert card["recipe"] == (old / "recipe.toml").read_text(encoding="utf-8")
    assert card["weights"] == files.checksum(file)
    assert set(bundled.TOLD) <= set(card)
    packed, whole = load_file(file), load_file(old / "model.safetensors")
    assert packed.keys() == whole.keys()
    assert all(value.dtype == torch.float16 for value in packed.values())
    assert all(torch.equal(packed[name], value.half()) for name, value in whole.items())


def test_counters_are_left_out_and_the_test_score_comes_first(tmp_path: Path) -> None:
    import linnaeus

    record = train(tmp_path, "model=convnet(width=8)", name="net")
    assert record.folder is not None
    linnaeus.evaluate("net", split="test", runs=tmp_path / "runs")
    file = bundled.pack(record.folder, tmp_path, "net", {})
    assert not [name for name in load_file(file) if name.endswith("num_batches_tracked")]
    assert json.loads(file.with_suffix(".json").read_text(encoding="utf-8"))["score"]["split"] == "test"


def test_what_cannot_be_packed(old: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundled, "LARGEST", 100)
    with pytest.raises(RunError, match=r"would take [\d,]+ bytes; bundled weights may have 100"):
        bundled.pack(old, tmp_path, "small", {})
    trained = classifier.load(old)
    with torch.no_grad():
        trained.module.head.bias[0] = 1e6  # type: ignore[union-attr, index]
    monkeypatch.setattr(classifier, "load", lambda folder: trained)
    with pytest.raises(RunError, match=r"head\.bias holds numbers that half precision cannot"):
        bundled.pack(old, tmp_path, "small", {})
    assert list(tmp_path.iterdir()) == []


def test_a_file_without_its_card_does_not_come_along(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundled, "FOLDER", tmp_path)
    save_file({"a": torch.zeros(1)}, tmp_path / "orphan.safetensors")
    assert bundled.names() == []
    with pytest.raises(UnknownName, match=r"there is no set of weights 'orphan'"):
        bundled.path("orphan")


@pytest.mark.parametrize("name", bundled.names())
def test_each_that_comes_along_is_whole(name: str) -> None:
    card = bundled.card(name)
    assert set(bundled.TOLD) <= set(card) and card["name"] == name
    assert bundled.path(name).stat().st_size <= bundled.LARGEST
    found = source.find(name)
    tensors, _ = found.read()  # raises where the checksum is another
    network = classifier.build_module(
        parse(card["model"]), card["preprocessing"]["channels"], len(card["classes"]), card["preprocessing"]["size"]
    )
    missing = [key for key in network.state_dict() if key not in tensors and not key.endswith("num_batches_tracked")]
    assert missing == []
    assert 0 < card["score"]["low"] <= card["score"]["value"] <= card["score"]["high"] <= 1
