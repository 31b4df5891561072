"""The card is read and written without torch; one of format 1 is read."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from linnaeus.classifier import card
from linnaeus.classifier.card import Card, Preprocessing
from linnaeus.classifier.confidence import Certainty
from linnaeus.errors import RunError
from linnaeus.recipe.spec import parse

KEPT = Path(__file__).parents[1] / "record" / "format1"
PREPROCESSING = Preprocessing(size=8, channels=1, resize="pad", mean=(0.5,), std=(0.25,))
CARD = Card(
    classes=("cat", "dog"),
    preprocessing=PREPROCESSING,
    model=parse("mlp(hidden=[4])"),
    head=parse("ridge"),
    precision="bf16",
    calibration=Certainty(temperature=1.5, unknown_below=0.4, set_from={0.9: 0.2}),
    checksums={"model.safetensors": "c0ffee"},
)


@pytest.mark.parametrize("one", [CARD, replace(CARD, head=None, calibration=None, checksums={})])
def test_what_is_written_is_read(one: Card, tmp_path: Path) -> None:
    one.write(tmp_path)
    assert card.read(tmp_path) == one


@pytest.mark.parametrize("folder", sorted(path.parent.name for path in KEPT.glob("*/classifier.json")))
def test_cards_of_format_1_are_read(folder: str) -> None:
    found, plain = card.read(KEPT / folder), json.loads((KEPT / folder / "classifier.json").read_text())
    assert (list(found.classes), str(found.model)) == (plain["classes"], plain["model"])
    assert list(found.preprocessing.std) == plain["intake"]["deviation"]
    assert found.checksums == {"model.safetensors": plain["weights"]}
    assert found.preprocessing.decoder == 1  # as they were trained
    if plain.get("certainty"):
        assert found.calibration is not None
        assert found.calibration.temperature == plain["certainty"]["temperature"]


def test_files_are_those_that_it_describes(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="cannot be read"):
        CARD.check(tmp_path)
    (tmp_path / "model.safetensors").write_bytes(b"others")
    with pytest.raises(RunError, match="damaged"):
        CARD.check(tmp_path)


def test_what_is_no_card_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="holds no trained model"):
        card.read(tmp_path)
    for text, message in (
        ("{", "cannot be read"),
        ("[]", "not a classifier"),
        ('{"format": 2}', "no whole card"),
        ("[" * 100_000, "nested too deeply"),
    ):
        (tmp_path / "classifier.json").write_text(text)
        with pytest.raises(RunError, match=message):
            card.read(tmp_path)


def test_it_loads_no_torch() -> None:
    script = "import sys, linnaeus.classifier.card; assert 'torch' not in sys.modules"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
