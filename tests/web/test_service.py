"""The service as clients meet it: right answers, and an answer for whatever else they send."""

import base64
import io
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tarfile
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from linnaeus import files
from linnaeus.delivery import export, onnx_model
from linnaeus.delivery.predictor import Predicted, Predictor
from linnaeus.record import codec
from tests.delivery import exported
from tests.reporting import browser
from tests.web import serving
from tests.web.serving import ORIGIN, TOKEN, Served

pytest.importorskip("onnxscript")
pytest.importorskip("onnxruntime")
pytest.importorskip("uvicorn")
app = pytest.importorskip("linnaeus.web.app")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("service")
    one = exported.classifier()
    files.write_whole(folder / "made.onnx", export.model(one, replace(exported.passport(one), origin=ORIGIN)))
    (folder / "pictures").mkdir()
    exported.pictures(folder / "pictures", 12)
    return folder


@pytest.fixture(scope="module")
def service(place: Path) -> Iterator[Served]:
    served = serving.begin(place / "made.onnx")
    yield served
    served.process.kill()
    served.process.wait()


@pytest.fixture(scope="module")
def pictures(place: Path) -> list[Path]:
    return sorted(file for file in (place / "pictures").rglob("*") if file.is_file())


def close(one: dict[str, Any], other: Any) -> None:
    assert one["labels"] == list(other.labels)
    assert one["probabilities"] == pytest.approx(list(other.probabilities), abs=1e-6)
    assert one["unknown"] == other.unknown
    assert one["set"] == (list(other.set) if other.set is not None else None)


def test_an_image_is_answered_as_predict_answers_it(service: Served, place: Path, pictures: list[Path]) -> None:
    expected = Predictor.load(place / "made.onnx").listed(pictures, top=3, sets=0.9, unknown=True).predictions
    for file, wanted in zip(pictures, expected, strict=True):
        status, found = service.json("POST", "/predict?top=3&sets=0.9&unknown=true", file.read_bytes())
        assert status == 200
        assert found["unread"] == []
        close(found["predictions"][0], wanted)


def test_the_bytes_are_those_of_the_command_and_of_the_record(
    service: Served, place: Path, pictures: list[Path]
) -> None:
    content, words = pictures[0].read_bytes(), ["--top", "2", "--unknown"]
    command = [sys.executable, "-m", "linnaeus", "predict", str(place / "made.onnx"), "-", *words]
    by_format, by_json = (
        subprocess.run([*command, *more], input=content, capture_output=True, check=True).stdout
        for more in (["--format", "json"], ["--json"])
    )
    assert service.ask("POST", "/predict?top=2&unknown=true", content)[2] == by_format == by_json
    assert codec.from_plain(Predicted, json.loads(by_json)).predictions[0].name == "-"


def tar(contents: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, content in contents.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


def test_a_tar_is_answered_line_by_line_and_a_bad_picture_is_one_line(
    service: Served, place: Path, pictures: list[Path]
) -> None:
    contents = {f"a/{file.name}": file.read_bytes() for file in pictures} | {"bad.png": b"no picture", "../up.png": b""}
    status, headers, body = service.ask("POST", "/predict/batch", tar(contents), Content_Type="application/x-tar")
    assert status == 200
    assert headers["content-type"].startswith("application/x-ndjson")
    found = [json.loads(line) for line in body.splitlines()]
    assert [one["name"] for one in found] == list(contents)
    assert ["error" in one for one in found] == [False] * len(pictures) + [True, True]
    expected = Predictor.load(place / "made.onnx").predict(pictures)
    for one, wanted in zip(found, expected, strict=False):
        close(one, wanted)


@pytest.mark.parametrize("body", [b"no tar", b"", tar({"a": b"x" * 5000})[:2000]])
def test_what_is_no_tar_is_told(service: Served, body: bytes) -> None:
    status, _, answer = service.ask("POST", "/predict/batch", body)
    assert status == 200  # the answers have begun
    assert "error" in json.loads(answer.splitlines()[-1])


@pytest.mark.parametrize("binary", [True, False])
@pytest.mark.parametrize("encoded", [True, False])
def test_the_inference_protocol_gives_the_same_probabilities(
    service: Served, place: Path, pictures: list[Path], binary: bool, encoded: bool
) -> None:
    model = onnx_model.load(place / "made.onnx")
    images = np.random.default_rng(0).integers(0, 256, (3, 50, 40, 3), dtype=np.uint8)
    contents = [file.read_bytes() for file in pictures[:3]]
    given: dict[str, Any] = {
        "name": "images",
        "datatype": "BYTES" if encoded else "UINT8",
        "shape": [3] if encoded else [3, 50, 40, 3],
    }
    tail = b""
    if binary:
        tail = b"".join(len(one).to_bytes(4, "little") + one for one in contents) if encoded else images.tobytes()
        given["parameters"] = {"binary_data_size": len(tail)}
    else:
        given["data"] = [base64.b64encode(one).decode() for one in contents] if encoded else images.tolist()
    asked = {
        "id": "7",
        "inputs": [given],
        "outputs": [{"name": "probabilities", "parameters": {"binary_data": binary}}],
    }
    text = json.dumps(asked).encode()
    more = {"Inference_Header_Content_Length": str(len(text))} if binary else {}
    status, headers, body = service.ask("POST", "/v2/models/made/infer", text + tail, **more)
    assert status == 200, body
    length = int(headers.get("inference-header-content-length", len(body)))
    told = json.loads(body[:length])
    assert (told["model_name"], told["id"], told["outputs"][0]["shape"]) == ("made", "7", [3, 5])
    found = np.frombuffer(body[length:], "<f4") if binary else np.array(told["outputs"][0]["data"])
    predicted = Predictor(model=model).predict(pictures[:3] if encoded else list(images), top=5)
    expected = [
        [dict(zip(one.labels, one.probabilities, strict=True))[name] for name in model.classes] for one in predicted
    ]
    assert found.reshape(3, 5) == pytest.approx(np.array(expected), abs=1e-6)


def test_the_protocol_says_what_there_is(service: Served) -> None:
    assert service.json("GET", "/v2/health/live") == (200, {"live": True})
    assert service.json("GET", "/v2/models/made/ready") == (200, {"name": "made", "ready": True})
    status, found = service.json("GET", "/v2/models/made")
    assert status == 200
    assert found["inputs"][0]["shape"] == [-1, -1, -1, 3]
    assert found["parameters"]["classes"] == list(exported.CLASSES)
    assert service.json("GET", "/v2")[1]["extensions"] == ["binary_tensor_data", "classification"]
    assert service.json("GET", "/v2/models/other")[0] == 404


@pytest.mark.parametrize(
    "request_",
    [
        b"", b"[]", b"{}", b"[" * 100_000, b'{"inputs": 3}', b'{"inputs": [{"name": "images", "datatype": "UINT8"}]}',
        b'{"inputs": [{"name": "images", "datatype": "UINT8", "shape": [99999, 2, 2, 3], "data": []}]}',
        b'{"inputs": [{"name": "images", "datatype": "UINT8", "shape": [1, 1, 1, 3], "data": [1, 2, 300]}]}',
        b'{"inputs": [{"name": "images", "datatype": "UINT8", "shape": [1, 1, 1, 3], "data": ["a", {}, []]}]}',
        b'{"inputs": [{"name": "images", "datatype": "UINT8", "shape": [1, 1, 1, 3], "data": [1, 2, 3]}], "outputs": [{"name": "x"}]}',
        b'{"inputs": [{"name": "images", "datatype": "BYTES", "shape": [1], "data": ["?"]}]}',
        b'{"inputs": [{"name": "images", "datatype": "BYTES", "shape": [1], "parameters": {"binary_data_size": 9}}]}',
        b'{"inputs": [{"name": "images", "datatype": "FP32", "shape": [1, 1, 1, 3], "data": [1, 2, 3]}]}',
        b'{"inputs": [{"name": "images", "datatype": "UINT8", "shape": [true, 1, 1, 3], "data": [1, 2, 3]}]}',
        b'{"inputs": [{"name": "images", "datatype": "UINT8", "shape": [1, 1, 1, 3], "data": [1, 2, 3]}],'
        b' "outputs": [{"name": "probabilities", "parameters": {"classification": "2"}}]}',
    ],
)  # fmt: skip
def test_unsound_requests_of_the_protocol_are_told_what_is_wrong(service: Served, request_: bytes) -> None:
    status, found = service.json("POST", "/v2/models/made/infer", request_)
    assert status == 400
    assert found["error"]


@pytest.mark.parametrize(
    ("status", "method", "path", "body", "headers"),
    [
        (401, "POST", "/predict", b"x", {"token": ""}),
        (401, "GET", "/metrics", None, {"token": "wrong"}),
        (421, "GET", "/", None, {"Host": "evil.example"}),
        (421, "POST", "/predict", b"x", {"Host": "127.0.0.1.evil.example:80"}),
        (403, "POST", "/predict", b"x", {"Origin": "https://evil.example"}),
        (403, "POST", "/predict", b"x", {"Origin": "null"}),
        (413, "POST", "/predict", b"x", {"Content_Length": str(10**12)}),
        (415, "POST", "/predict", b"x", {"Content_Type": "multipart/form-data; boundary=x"}),
        (415, "POST", "/predict", b"{}", {"Content_Type": "application/json"}),
        (415, "POST", "/predict", b"x", {"Content_Encoding": "gzip"}),
        (415, "POST", "/v2/models/made/infer", b"{}", {"Content_Encoding": "deflate"}),
        (422, "POST", "/predict", b"not an image", {}),
        (422, "POST", "/predict", b"", {}),
        (400, "POST", "/predict?top=x", b"x", {}),
        (400, "POST", "/predict?top=0", b"x", {}),
        (400, "POST", "/predict?sets=0.5", b"x", {}),
        (400, "POST", "/predict?url=http://evil", b"x", {}),
        (405, "GET", "/predict", None, {}),
        (404, "GET", "/../../etc/passwd", None, {}),
    ],
)
def test_what_cannot_be_has_a_status_and_a_reason(
    service: Served, status: int, method: str, path: str, body: bytes | None, headers: dict[str, str]
) -> None:
    found, told = service.json(method, path, body, **headers)
    assert found == status
    assert told["error"]


def test_other_names_that_were_given_are_its_own(service: Served) -> None:
    assert service.ask("GET", "/", Host="model.example")[0] == 200
    assert service.ask("POST", "/predict", b"x", Host="model.example", Origin="https://model.example")[0] == 422


def head(service: Served, length: str) -> bytes:
    """Of a request whose body is sent by hand."""
    lines = [
        "POST /predict HTTP/1.1",
        f"Host: 127.0.0.1:{service.port}",
        f"Authorization: Bearer {TOKEN}",
        length,
        "",
        "",
    ]
    return "\r\n".join(lines).encode()


def test_a_body_without_a_length_is_stopped_where_it_is_too_long(service: Served) -> None:
    with socket.create_connection(("127.0.0.1", service.port)) as connection:
        connection.sendall(head(service, "Transfer-Encoding: chunked"))
        chunk = b"100000\r\n" + b"x" * 0x100000 + b"\r\n"
        try:
            for _ in range(40):  # 40 MiB of the 32
                connection.sendall(chunk)
        except OSError:
            pass  # it hung up, having said why
        connection.settimeout(20)
        assert b" 413 " in connection.recv(100)


def test_it_survives_decoders_that_die(service: Served, pictures: list[Path]) -> None:
    content = pictures[0].read_bytes()
    before = service.json("POST", "/predict", content)
    for child in children(service.process.pid):
        os.kill(child, signal.SIGKILL)
    found = [service.ask("POST", "/predict", content)[0] for _ in range(6)]
    assert set(found) <= {200, 422}
    assert found[-1] == 200
    assert service.json("POST", "/predict", content) == before
    assert b"linnaeus_decoder_deaths_total 0" not in service.ask("GET", "/metrics")[2]


def children(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children")
    if not listed.exists():
        pytest.skip("needs /proc")
    return [int(child) for child in listed.read_text().split()]


def test_many_at_once_are_answered_or_asked_to_come_again(service: Served, pictures: list[Path]) -> None:
    content, found = pictures[0].read_bytes(), []

    def ask() -> None:
        status, headers, _ = service.ask("POST", "/predict", content)
        found.append((status, headers.get("retry-after")))

    threads = [threading.Thread(target=ask) for _ in range(120)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 120
    assert set(found) <= {(200, None), (429, "1")}
    assert (200, None) in found


def test_the_page_asks_its_own_service_alone(service: Served) -> None:
    status, headers, body = service.ask("GET", "/", token="")
    assert status == 200
    page = body.decode()
    assert "connect-src 'self'" in page
    assert "</script>" not in page.partition('id="facts">')[2].partition("</script>")[0]
    assert headers["x-content-type-options"] == "nosniff"


def test_the_description_has_each_route(service: Served) -> None:
    status, found = service.json("GET", "/openapi.json", token="")
    assert status == 200
    described = {(path, method.upper()) for path, methods in found["paths"].items() for method in methods}
    assert described == {(path, method) for path, (method, _) in app.ROUTES.items()}
    named = set(re.findall(r"#/components/schemas/(\w+)", json.dumps(found)))
    assert named == {"Predicted", "Prediction", "Unread", "Refusal"} == set(found["components"]["schemas"])


def test_told_to_stop_it_gives_the_answers_under_way(place: Path, pictures: list[Path]) -> None:
    served = serving.begin(place / "made.onnx")
    content = pictures[0].read_bytes()
    with socket.create_connection(("127.0.0.1", served.port)) as connection:
        connection.sendall(head(served, f"Content-Length: {len(content)}") + content[:10])
        time.sleep(0.3)
        served.process.send_signal(signal.SIGTERM)
        time.sleep(0.3)
        connection.sendall(content[10:])
        assert b" 200 " in connection.recv(100)
    assert served.process.wait(timeout=15) in (0, -signal.SIGTERM)


def test_in_a_browser_the_page_gives_the_answers_of_its_service(service: Served, place: Path, tmp_path: Path) -> None:
    picture = place / "pictures" / "000.jpg"
    (expected,) = Predictor.load(place / "made.onnx").predict(picture, top=5)
    content = base64.b64encode(picture.read_bytes()).decode()
    with browser.tab(tmp_path) as tab:
        tab.open(f"http://127.0.0.1:{service.port}/#token={TOKEN}")
        tab.wait("document.getElementById('state').hidden")
        found = tab.run(f"linnaeus.predict(new Blob([Uint8Array.from(atob('{content}'), sign => sign.charCodeAt(0))]))")
        assert not tab.errors
    named = dict(zip(expected.labels, expected.probabilities, strict=True))
    assert found == pytest.approx([named[name] for name in exported.CLASSES], abs=1e-6)
