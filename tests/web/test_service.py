"""The service by its own answers: what it says of pictures, and what it refuses with which status."""

import io
import json
import os
import signal
import tarfile
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from PIL import Image

from linnaeus.delivery import export, onnx_model
from linnaeus.delivery.predictor import Predictor
from tests.delivery import exported

pytest.importorskip("onnxscript")
pytest.importorskip("onnxruntime")
testclient = pytest.importorskip("starlette.testclient")

from linnaeus.web import decoders, guard, service  # noqa: E402  # Starlette may be missing

LIMITS = guard.Limits(body=200_000, seconds=20, processes=1, token="secret")
KNOWN = {"Authorization": "Bearer secret", "Content-Type": "image/png"}


@pytest.fixture(scope="module")
def model() -> onnx_model.OnnxModel:
    one = exported.classifier()
    return onnx_model.load(export.model(one, exported.passport(one)))


@pytest.fixture(scope="module")
def client(model: onnx_model.OnnxModel) -> Iterator[Any]:
    served = service.app(model, name="pets", page="<p>page", limits=LIMITS)
    with testclient.TestClient(served, base_url="http://localhost:8000", raise_server_exceptions=False) as opened:
        yield opened


def picture(side: int = 40) -> bytes:
    small = Image.fromarray(np.random.default_rng(side).integers(0, 256, (4, 4, 3), dtype=np.uint8))
    buffer = io.BytesIO()
    small.resize((side, side + 7)).save(buffer, "PNG")
    return buffer.getvalue()


def test_answers_are_those_of_predict(client: Any, model: onnx_model.OnnxModel) -> None:
    found = client.post("/predict?top=2&sets=0.9&unknown=1&name=a.png", content=picture(), headers=KNOWN)
    assert found.status_code == 200
    (one,) = found.json()["predictions"]
    (wanted,) = (
        Predictor(model=model).listed([Image.open(io.BytesIO(picture()))], top=2, sets=0.9, unknown=True).predictions
    )
    assert (one["name"], one["labels"], one["set"]) == ("a.png", list(wanted.labels), list(wanted.set or ()))
    assert one["probabilities"] == pytest.approx(wanted.probabilities, abs=1e-6)
    assert one["unknown"] is wanted.unknown


@pytest.mark.parametrize(
    ("options", "status"),
    [
        ({"content": b"none"}, 422),
        ({"content": b""}, 422),
        ({"content": picture()[:60]}, 422),
        ({"content": b"x" * 200_001}, 413),
        ({"content": (b"x" * 1000 for _ in range(300))}, 413),
        ({"headers": {**KNOWN, "Content-Type": "multipart/form-data"}}, 415),
        ({"headers": {**KNOWN, "Authorization": "Bearer other"}}, 401),
        ({"headers": {"Content-Type": "image/png"}}, 401),
        ({"headers": {**KNOWN, "Origin": "http://evil.example"}}, 403),
        ({"headers": {**KNOWN, "Origin": "null"}}, 403),
        ({"headers": {**KNOWN, "Host": "evil.example:8000"}}, 421),
        ({"params": {"top": "0"}}, 422),
        ({"params": {"top": "many"}}, 422),
        ({"params": {"sets": "0.5"}}, 422),
        ({"headers": {**KNOWN, "Content-Length": "-1"}}, 413),
    ],
)
def test_what_is_wrong_has_its_status_and_a_reason(client: Any, options: dict[str, Any], status: int) -> None:
    found = client.post("/predict", **{"content": picture(), "headers": KNOWN, **options})
    assert found.status_code == status
    assert found.json()["error"]


def test_too_many_at_once_are_told_when_to_come_again(model: onnx_model.OnnxModel) -> None:
    none = guard.Limits(waiting=0, processes=1)
    with testclient.TestClient(service.app(model, name="x", page="", limits=none), base_url="http://localhost") as full:
        found = full.post("/predict", content=picture())
    assert (found.status_code, found.headers["retry-after"]) == (503, "1")


def test_the_open_inference_protocol(client: Any, model: onnx_model.OnnxModel) -> None:
    assert client.get("/v2/health/live").json() == {"live": True}
    assert client.get("/v2/health/ready").status_code == 200
    told = client.get("/v2/models/pets", headers=KNOWN).json()
    assert [one["name"] for one in told["outputs"]] == ["probabilities", "logits"]
    images = np.random.default_rng(0).integers(0, 256, (2, 20, 30, 3), dtype=np.uint8)
    one = {"name": "images", "datatype": "UINT8", "shape": [2, 20, 30, 3], "data": images.ravel().tolist()}
    found = client.post("/v2/models/pets/infer", json={"id": "7", "inputs": [one]}, headers=KNOWN).json()
    np.testing.assert_allclose(found["outputs"][0]["data"], model.answers(images).ravel(), atol=1e-6)
    assert (found["id"], found["outputs"][0]["shape"]) == ("7", [2, 5])
    for wrong in (
        {},
        {"inputs": [{**one, "data": [300]}]},
        {"inputs": [{**one, "shape": [1]}]},
        {"inputs": [{**one, "name": "x"}]},
        [],
    ):
        assert client.post("/v2/models/pets/infer", json=wrong, headers=KNOWN).status_code == 422
    assert client.post("/v2/models/pets/infer", content=b"\xff", headers=KNOWN).status_code == 422


def tar(*members: tuple[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, content in members:
            one = tarfile.TarInfo(name)
            one.size = len(content)
            archive.addfile(one, io.BytesIO(content))
        link = tarfile.TarInfo("link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    return buffer.getvalue()


def test_pictures_in_a_tar_are_answered_a_line_each_in_their_order(client: Any, model: onnx_model.OnnxModel) -> None:
    held = [(f"../{side}.png", picture(side)) for side in range(20, 29)]
    held[4] = ("none.png", b"none")
    found = client.post(
        "/predict/batch?top=2", content=tar(*held), headers={**KNOWN, "Content-Type": "application/x-tar"}
    )
    lines = [json.loads(line) for line in found.text.splitlines()]
    assert [one["name"] for one in lines] == [name for name, _ in held]
    assert [("error" in one) for one in lines] == [name == "none.png" for name, _ in held]
    (wanted,) = Predictor(model=model).predict([Image.open(io.BytesIO(held[-1][1]))], top=2)
    assert lines[-1]["labels"] == list(wanted.labels)
    refused = client.post(
        "/predict/batch", content=b"no tar" * 99, headers={**KNOWN, "Content-Type": "application/x-tar"}
    )
    assert refused.status_code == 422
    assert client.post("/predict/batch", content=b"x", headers=KNOWN).status_code == 415


def test_the_routes_are_those_that_openapi_tells(client: Any) -> None:
    told = client.get("/openapi.json", headers=KNOWN).json()["paths"]
    for path, methods in told.items():
        for method in methods:
            assert client.request(method, path, headers=KNOWN).status_code != 404
        assert client.request("DELETE", path, headers=KNOWN).status_code == 405
    assert client.get("/other", headers=KNOWN).status_code == 404
    assert client.get("/").text == "<p>page"
    assert 'linnaeus_requests_total{path="/predict",status="200"}' in client.get("/metrics", headers=KNOWN).text


async def killed(model: onnx_model.OnnxModel) -> Any:
    children = decoders.Decoders(model.preprocessing, 1, 20)
    try:
        first = await children.square(picture())
        for child in list((children._pool._processes or {}).values()):
            os.kill(child.pid or 0, signal.SIGKILL)
        return first, await children.square(picture()), children.deaths
    finally:
        children.close()


def test_a_killed_decoder_is_replaced(model: onnx_model.OnnxModel) -> None:
    import asyncio

    first, second, deaths = asyncio.run(killed(model))
    assert deaths == 1
    assert np.array_equal(first, second)


def test_answers_are_json_whatever_the_names(client: Any) -> None:
    found = client.post("/predict?top=5", content=picture(), headers=KNOWN)
    assert set(json.loads(found.text)["predictions"][0]["labels"]) == set(exported.CLASSES)
