"""linnaeus export, on a real run of two epochs."""

import json
import re
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

pytestmark = pytest.mark.usefixtures("in_place")
pytest.importorskip("onnxscript")
pytest.importorskip("onnxruntime")


def test_the_file_answers_as_the_run_and_says_what_was_compared(linnaeus):
    done = linnaeus("export", "mine", "out/model.onnx")
    assert (done.status, done.err) == (0, "")
    assert "pictures are answered as the run answers them" in done.out
    assert "linnaeus predict out/model.onnx FILE" in done.out
    assert [path.name for path in Path("out").iterdir()] == ["model.onnx"]
    draws = np.random.default_rng(0)
    for place in range(5):
        Image.fromarray(draws.integers(0, 256, (30, 40 + place, 3), dtype=np.uint8)).save(f"{place}.png")
    (Path("none.png")).write_bytes(b"none")
    answers = [
        json.loads(linnaeus("predict", run, "*.png", "--format", "json").out) for run in ("mine", "out/model.onnx")
    ]
    labels = [[one["labels"] for one in answer["predictions"]] for answer in answers]
    assert labels[0] == labels[1]
    assert answers[0]["unread"] == answers[1]["unread"]


def test_other_pictures_can_be_compared_and_a_tolerance_be_missed(linnaeus):
    Image.new("RGB", (50, 60), (200, 10, 90)).save("red.png")
    done = linnaeus("export", "mine", "other.onnx", "--check", "red.png")
    assert (done.status, done.err) == (0, "")
    assert "1 picture is answered" in done.out
    done = linnaeus("export", "mine", "strict.onnx", "--tolerance", "0")
    assert done.status == 0 or ("was not written" in done.err and not Path("strict.onnx").exists())
    done = linnaeus("export", "mine", "model.pt")
    assert done.status == 2
    assert "ends in .onnx" in done.err


def test_a_missing_extra_is_told_alone_and_first(linnaeus, monkeypatch):
    monkeypatch.setitem(sys.modules, "onnxscript", None)
    done = linnaeus("export", "mine", "none.onnx")
    assert (done.status, done.out) == (2, "")
    assert done.err == 'linnaeus: exporting needs onnxscript; pip install "linnaeus[export]" brings it [UsageError]\n'


def test_a_folder_for_a_hub_has_a_card_and_is_there_whole_or_not(linnaeus):
    done = linnaeus("export", "mine", "hub")
    assert (done.status, done.err) == (0, "")
    expected = ["README.md", "classifier.json", "config.json", "model.onnx", "model.safetensors", "run.py"]
    assert sorted(path.name for path in Path("hub").iterdir()) == expected
    card = Path("hub/README.md").read_text(encoding="utf-8")
    assert card.startswith("---\npipeline_tag: image-classification\n")
    assert re.search(r"- validation: accuracy \d+\.\d\u00a0% \(\d+\.\d–\d+\.\d, n\u00a0\d+\)", card, re.IGNORECASE)
    assert len(Path("hub/run.py").read_text().splitlines()) <= 15
    assert linnaeus("predict", "hub/model.onnx", str(picture())).status == 0
    done = linnaeus("export", "mine", "hub")
    assert done.status == 1
    assert "is there already" in done.err


def test_in_integers_it_says_what_changes_and_refuses_much(linnaeus, monkeypatch):
    done = linnaeus("export", "mine", "small.onnx", "--int8", "--accept")
    assert (done.status, done.err) == (0, "")
    assert "of the answers stay as they are" in done.out
    assert linnaeus("predict", "small.onnx", "--format", "csv", str(picture())).status == 0
    monkeypatch.setattr("linnaeus.api.smaller.LEAST", 1.01)
    done = linnaeus("export", "mine", "refused.onnx", "--int8")
    assert done.status == 1
    assert "leave --int8 out" in done.err
    assert not Path("refused.onnx").exists()


def picture() -> Path:
    Image.new("RGB", (50, 60), (200, 10, 90)).save("red.png")
    return Path("red.png")
