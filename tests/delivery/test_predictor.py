import io
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from linnaeus.api import predicting
from linnaeus.classifier import onnx_engine as engine
from linnaeus.classifier.card import Preprocessing
from linnaeus.classifier.classifier import Classifier, build_module
from linnaeus.classifier.confidence import Certainty
from linnaeus.delivery import onnx_model, predictor
from linnaeus.errors import DataError, ImageError, RunError
from linnaeus.events import nobody
from linnaeus.recipe.spec import parse
from tests.delivery import exported


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    """Predicted "bright" or "dark" by the mean of the image."""
    model = parse("linear")
    module = build_module(model, 1, 2, 8)
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.zero_()
        next(parameter for parameter in module.parameters() if parameter.ndim == 2)[0] = 1.0
    preprocessing = Preprocessing(size=8, channels=1, resize="stretch", mean=(0.5,), std=(0.5,))
    return Classifier(module=module, classes=("bright", "dark"), preprocessing=preprocessing, model=model)


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    (tmp_path / "in" / "deep").mkdir(parents=True)
    for name, value in (("a.png", 250), ("b.jpg", 5), ("deep/c.bmp", 250)):
        Image.new("L", (20, 30), value).save(tmp_path / "in" / name)
    (tmp_path / "in" / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n broken")
    return tmp_path / "in"


def named(classifier: Classifier, *paths: str, top: int = 1) -> tuple[dict[str, str], dict[str, str]]:
    found = predictor.Predictor(model=classifier).listed(paths, top=top, tell=nobody)
    return {Path(answer.name).name: answer.labels[0] for answer in found.predictions}, {
        Path(one.name).name: one.error for one in found.unread
    }


def test_a_folder_is_read_to_its_depth_and_the_unreadable_is_listed(classifier: Classifier, photos: Path) -> None:
    answers, unread = named(classifier, str(photos))
    assert answers == {"a.png": "bright", "b.jpg": "dark", "c.bmp": "bright"}
    assert list(unread) == ["broken.png"]
    assert unread["broken.png"]


def test_files_and_globs_come_in_their_order(classifier: Classifier, photos: Path) -> None:
    found = predictor.Predictor(model=classifier).listed(
        [str(photos / name) for name in ("b.jpg", "*.png", "none.png")], top=2, tell=nobody
    )
    assert [Path(answer.name).name for answer in found.predictions] == ["b.jpg", "a.png"]
    assert [Path(one.name).name for one in found.unread] == ["broken.png", "none.png"]
    assert found.predictions[0].labels == ("dark", "bright")
    assert sum(found.predictions[0].probabilities) == pytest.approx(1, abs=1e-5)


def test_standard_input_is_an_image_or_lines_that_are_paths(
    classifier: Classifier, photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for content, expected in [
        ((photos / "a.png").read_bytes(), ["-"]),
        (f"{photos / 'a.png'}\n{photos / 'b.jpg'}\n".encode(), ["a.png", "b.jpg"]),
        (f"{photos / 'a.png'}\r\n\r\n{photos / 'b.jpg'}".encode(), ["a.png", "b.jpg"]),
        (f"{photos / 'a.png'}\0{photos / 'b.jpg'}\0".encode(), ["a.png", "b.jpg"]),
    ]:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(content)))
        found = predictor.Predictor(model=classifier).listed(["-"], top=1, tell=nobody)
        assert [Path(answer.name).name for answer in found.predictions] == expected


def test_nothing_to_classify_is_no_success(
    classifier: Classifier, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "empty" / ".hidden").mkdir(parents=True)
    (tmp_path / "empty" / ".hidden" / "a.png").touch()
    with pytest.raises(DataError, match=r"there are no files in the folder .*empty; name"):
        named(classifier, str(tmp_path / "empty"))
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"")))
    with pytest.raises(DataError, match="standard input is empty"):
        named(classifier, "-")


def test_links_to_nothing_that_a_pattern_finds_are_listed(classifier: Classifier, photos: Path) -> None:
    for name in ("lost.png", "[1].png", "odd*.png"):
        (photos / name).symlink_to(photos / "gone" / name)
    answers, unread = named(classifier, str(photos / "*.png"))
    assert answers == {"a.png": "bright"}
    assert unread.keys() == {"broken.png", "lost.png", "[1].png", "odd*.png"}
    assert unread["lost.png"] == "no such file"


def test_the_batch_is_bounded_and_the_result_does_not_depend_on_it(
    classifier: Classifier, photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = predictor.Predictor(model=classifier).listed([str(photos)], top=1, tell=nobody)
    monkeypatch.setattr(predictor, "TOGETHER", 2)
    assert predictor.Predictor(model=classifier).listed([str(photos)], top=1, tell=nobody) == whole


def test_more_classes_than_there_are_is_all_of_them(classifier: Classifier, photos: Path) -> None:
    (answer,) = predictor.Predictor(model=classifier).listed([str(photos / "a.png")], top=10, tell=nobody).predictions
    assert np.array(answer.probabilities).shape == (2,)


def test_probabilities_are_those_after_the_temperature(classifier: Classifier, photos: Path) -> None:
    raw, mild = (
        predictor.Predictor(model=replace(classifier, calibration=certainty)).listed(
            [str(photos / "a.png")], top=2, tell=nobody
        )
        for certainty in (Certainty(), Certainty(temperature=30.0))
    )
    assert raw == predictor.Predictor(model=classifier).listed([str(photos / "a.png")], top=2, tell=nobody)
    assert raw.predictions[0].labels == mild.predictions[0].labels
    assert 0.5 < mild.predictions[0].probabilities[0] < raw.predictions[0].probabilities[0]
    assert raw.predictions[0].unknown is None
    assert raw.predictions[0].set is None


def test_sets_and_the_unknown(classifier: Classifier, photos: Path) -> None:
    doubtful = replace(classifier, calibration=Certainty(temperature=1000.0, unknown_below=0.6, set_from={0.9: 0.0}))
    (answer,) = (
        predictor.Predictor(model=doubtful)
        .listed([str(photos / "b.jpg")], top=1, sets=0.9, unknown=True, tell=nobody)
        .predictions
    )
    assert answer.unknown is True
    assert answer.labels == ("dark",)
    assert answer.set == ("dark", "bright")
    sure = replace(classifier, calibration=Certainty(unknown_below=0.6, set_from={0.9: 0.5}))
    (answer,) = (
        predictor.Predictor(model=sure)
        .listed([str(photos / "b.jpg")], top=1, sets=0.9, unknown=True, tell=nobody)
        .predictions
    )
    assert (answer.unknown, answer.set) == (False, ("dark",))


def test_what_was_not_fitted_is_said(classifier: Classifier, photos: Path) -> None:
    def ask(certainty: Certainty | None, classes: tuple[str, ...] = ("bright", "dark"), **wish: float | bool) -> None:
        one = replace(classifier, calibration=certainty, classes=classes)
        predictor.Predictor(model=one).listed([str(photos)], top=1, tell=nobody, **wish)

    with pytest.raises(RunError, match="keeps no prediction sets; such things are fitted on validation images"):
        ask(None, sets=0.9)
    with pytest.raises(RunError, match=r"at the levels 0\.8, 0\.9, not at 0\.95"):
        ask(Certainty(set_from={0.8: 0.1, 0.9: 0.05}), sets=0.95)
    with pytest.raises(RunError, match="no threshold below which"):
        ask(Certainty(), unknown=True)
    with pytest.raises(RunError, match="has a class named 'unknown'"):
        ask(Certainty(unknown_below=0.5), ("unknown", "dark"), unknown=True)


def test_one_image_or_many_of_any_kind(classifier: Classifier, photos: Path, tmp_path: Path) -> None:
    classifier.save(tmp_path)
    loaded = predictor.Predictor.load(tmp_path)
    bright = np.full((9, 5), 250, np.uint8)
    for images in (photos / "a.png", str(photos / "a.png"), bright, Image.fromarray(bright), [bright], bright[None]):
        (found,) = loaded.predict(images, top=2)
        assert found.labels == ("bright", "dark")
        assert found.probabilities == pytest.approx(tuple(classifier.predict_proba(images)[0]), abs=1e-6)
    assert [one.labels[0] for one in loaded.predict([bright, 255 - bright])] == ["bright", "dark"]
    with pytest.raises(ImageError, match=r"broken\.png: "):
        loaded.predict([photos / "a.png", photos / "broken.png"])
    with pytest.raises(ImageError, match="image 0"):
        loaded.predict(np.zeros((3, 4), np.float32))


def test_nothing_here_loads_torch() -> None:
    script = "import sys, linnaeus.delivery.predictor, linnaeus.classifier.card; assert 'torch' not in sys.modules"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


def test_many_images_are_answered_by_whatever_is_quickest(
    classifier: Classifier, photos: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    pytest.importorskip("onnxscript")
    pytest.importorskip("onnxruntime")
    monkeypatch.setenv("LINNAEUS_DATA", str(tmp_path / "cache"))
    monkeypatch.setattr(engine, "FEWEST", 3)
    monkeypatch.setattr(engine, "SECONDS", {False: 0.0, True: 0.0})
    monkeypatch.setattr(engine, "WORTHWHILE", 1e9)
    used: list[int] = []
    plain = engine.Engine.__call__
    monkeypatch.setattr(engine.Engine, "__call__", lambda self, inputs: used.append(len(inputs)) or plain(self, inputs))
    found = predictor.Predictor(model=classifier).listed(str(photos), top=2, tell=nobody)
    assert used
    monkeypatch.setattr(engine, "FEWEST", 1000)
    used.clear()
    wanted = predictor.Predictor(model=classifier).listed(str(photos), top=2, tell=nobody)
    assert not used
    for one, other in zip(found.predictions, wanted.predictions, strict=True):
        assert (one.name, one.labels) == (other.name, other.labels)
        assert one.probabilities == pytest.approx(other.probabilities, abs=1e-5)


def test_the_gpu_is_taken_where_there_is_one(
    classifier: Classifier, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    classifier.save(tmp_path)
    monkeypatch.setattr("linnaeus.device.pick_device", lambda wish: {"auto": "meta", "cpu": "cpu"}[wish])
    assert predictor.Predictor.load(tmp_path).model.device.type == "meta"
    assert predictor.Predictor.load(tmp_path, device="cpu").model.device.type == "cpu"
    monkeypatch.setattr(predicting, "load", lambda run, runs: classifier_of(tmp_path))
    assert predicting.predictor("last").model.device.type == "meta"


def classifier_of(folder: Path) -> Classifier:
    return predictor.Predictor.load(folder, device="cpu").model


@pytest.mark.parametrize(
    ("there", "device", "first"),
    [(True, "auto", ("CUDAExecutionProvider", {"use_tf32": "0"})), (True, "cpu", None), (False, "auto", None)],
)
def test_an_exported_file_runs_on_the_gpu_where_its_runtime_can(there: bool, device: str, first: Any) -> None:
    class Runtime:
        @staticmethod
        def get_available_providers() -> list[str]:
            return [*[onnx_model.GPU] * there, "CPUExecutionProvider"]

    assert onnx_model._providers(Runtime, device) == [*([first] if first else []), "CPUExecutionProvider"]


@pytest.mark.gpu
def test_a_gpu_answers_as_the_cpu_does(tmp_path: Path) -> None:
    one, pictures = exported.classifier("resnet(depth=8)"), [path for _, path in exported.pictures(tmp_path)]
    one.save(tmp_path)
    there, here = (predictor.Predictor.load(tmp_path, device=name).predict(pictures, top=5) for name in ("auto", "cpu"))
    assert [answer.labels[0] for answer in there] == [answer.labels[0] for answer in here]
    shares = [[dict(zip(a.labels, a.probabilities, strict=True)) for a in answers] for answers in (there, here)]
    for gpu, cpu in zip(*shares, strict=True):
        assert gpu == pytest.approx(
            cpu, abs=2e-3
        )  # convolutions round to 19 bits there, unless torch is told otherwise
