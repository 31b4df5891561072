"""How many threads `predict`, `evaluate` and `features` compute on: as many as are asked for, and afterwards what there was."""

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

import linnaeus
from linnaeus.classifier.classifier import Classifier
from linnaeus.cli.app import run as command
from linnaeus.device import on_threads
from linnaeus.errors import RecipeError
from linnaeus.finetuning.backbone import FrozenBackbone

IMAGES = np.random.default_rng(0).integers(0, 256, (6, 8, 8), np.uint8)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("threads")
    settings = {"epochs": 1, "precision": "fp32", "threads": 1}
    return linnaeus.train("digits(limit=30)", runs=place, report=False, progress=False, **settings).folder


def watched(monkeypatch: pytest.MonkeyPatch, kind: type, method: str) -> list[int]:
    """How many threads there were each time that this was called."""
    seen: list[int] = []
    plain = getattr(kind, method)

    def counted(self: object, *given: object) -> object:
        seen.append(torch.get_num_threads())
        return plain(self, *given)

    monkeypatch.setattr(kind, method, counted)
    return seen


@pytest.mark.parametrize("count", [1, 2, 3])
@pytest.mark.parametrize("verb", ["predict", "predict to a file", "evaluate", "features"])
def test_it_computes_on_so_many_and_gives_back_what_there_was(run, tmp_path, monkeypatch, verb, count):
    before = torch.get_num_threads()
    words = {
        "predict": ["predict", run, tmp_path / "0.png"],
        "predict to a file": ["predict", run, tmp_path / "0.png", "--out", tmp_path / "answers.csv"],
        "evaluate": ["evaluate", run, "--split", "train"],
        "features": ["features", tmp_path / "0.png", "--weights", run, "--out", tmp_path / "features.npz"],
    }[verb]
    Image.fromarray(IMAGES[0]).save(tmp_path / "0.png")
    on, method = (FrozenBackbone, "features") if verb == "features" else (Classifier, "logits")
    seen = watched(monkeypatch, on, method)
    assert command([*map(str, words), "--threads", str(count)]) == 0
    assert set(seen) == {count}
    assert torch.get_num_threads() == before


@pytest.mark.parametrize("verb", ["predict", "evaluate", "features"])
def test_more_than_any_machine_has_are_refused(run, tmp_path, capsys, verb):
    Image.fromarray(IMAGES[0]).save(tmp_path / "0.png")
    words = {
        "predict": ["predict", run, tmp_path / "0.png"],
        "evaluate": ["evaluate", run],
        "features": ["features", tmp_path / "0.png", "--weights", run, "--out", tmp_path / "features.npz"],
    }[verb]
    assert command([*map(str, words), "--threads", "10000"]) == RecipeError.exit_status
    assert "threads = 10000 are too many" in capsys.readouterr().err


def test_fewer_than_none_are_refused():
    with pytest.raises(RecipeError, match="threads = -1 must be 0 or more"), on_threads(-1):
        pass


def test_an_exported_file_is_asked_on_so_many(run, tmp_path, monkeypatch):
    runtime = pytest.importorskip("onnxruntime")
    pytest.importorskip("onnxscript")
    from linnaeus.classifier import onnx_runtime

    file = linnaeus.export(run, tmp_path / "digits.onnx", progress=False).file
    opened: list[int] = []
    plain = runtime.InferenceSession

    def session(model: object, options: object, **more: object) -> object:
        opened.append(options.intra_op_num_threads)  # type: ignore[attr-defined]
        return plain(model, options, **more)

    monkeypatch.setattr(onnx_runtime.imported(), "InferenceSession", session)
    Image.fromarray(IMAGES[0]).save(tmp_path / "0.png")
    assert command(["predict", str(file), str(tmp_path / "0.png"), "--threads", "1"]) == 0
    assert opened == [1]
    assert command(["predict", str(file), str(tmp_path / "0.png"), "--threads", "10000"]) == RecipeError.exit_status
