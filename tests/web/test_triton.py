"""Triton's own client, with code as it is written for Triton, against the service. Where tritonclient[http] is installed."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from linnaeus import files
from linnaeus.delivery import export, onnx_model
from linnaeus.delivery.predictor import Predictor
from tests.delivery import exported
from tests.web import serving

triton = pytest.importorskip("tritonclient.http")
pytest.importorskip("onnxscript")
pytest.importorskip("uvicorn")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("triton")
    one = exported.classifier()
    files.write_whole(folder / "made.onnx", export.model(one, replace(exported.passport(one), origin=serving.ORIGIN)))
    exported.pictures(folder, 3)
    return folder


@pytest.fixture(scope="module")
def client(place: Path) -> Iterator[Any]:
    served = serving.begin(place / "made.onnx", token="")
    yield triton.InferenceServerClient(url=f"127.0.0.1:{served.port}")
    served.process.kill()
    served.process.wait()


def test_health_and_metadata(client: Any) -> None:
    assert client.is_server_live()
    assert client.is_server_ready()
    assert client.is_model_ready("made")
    assert not client.is_model_ready("other")
    assert client.get_server_metadata()["name"] == "linnaeus"
    assert client.get_model_metadata("made")["inputs"] == [
        {"name": "images", "datatype": "UINT8", "shape": [-1, -1, -1, 3]}
    ]


@pytest.mark.parametrize("binary", [True, False])
def test_pixels(client: Any, place: Path, binary: bool) -> None:
    images = np.random.default_rng(0).integers(0, 256, (3, 40, 50, 3), dtype=np.uint8)
    given = triton.InferInput("images", images.shape, "UINT8")
    given.set_data_from_numpy(images, binary_data=binary)
    asked = triton.InferRequestedOutput("probabilities", binary_data=binary)
    found = client.infer("made", [given], outputs=[asked], request_id="7")
    assert found.get_response()["id"] == "7"
    together, alone = found.as_numpy("probabilities"), client.async_infer("made", [given]).get_result()
    np.testing.assert_allclose(together, alone.as_numpy("probabilities"), atol=1e-6)
    np.testing.assert_allclose(together, onnx_model.load(place / "made.onnx").answers(images), atol=1e-6)


@pytest.mark.parametrize("binary", [True, False])
def test_encoded_images_and_the_names_of_their_classes(client: Any, place: Path, binary: bool) -> None:
    paths = sorted(place.glob("0*"))
    given = triton.InferInput("images", [len(paths)], "BYTES")
    given.set_data_from_numpy(np.array([path.read_bytes() for path in paths], dtype=np.object_))
    asked = triton.InferRequestedOutput("probabilities", binary_data=binary, class_count=2)
    found = client.infer("made", [given], outputs=[asked]).as_numpy("probabilities")
    expected = Predictor.load(place / "made.onnx").predict(paths, top=2)
    for row, one in zip(found, expected, strict=True):
        pairs = [(text.decode() if isinstance(text, bytes) else text).split(":", 2) for text in row]
        assert [name for _, _, name in pairs] == list(one.labels)
        assert [float(share) for share, _, _ in pairs] == pytest.approx(one.probabilities, abs=1e-6)
        assert [exported.CLASSES[int(place)] for _, place, _ in pairs] == list(one.labels)
