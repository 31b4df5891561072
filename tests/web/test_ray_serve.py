"""The program in docs/ray-serve.md, run as it stands there: two replicas, one of which is killed."""

import http.client
import importlib.util
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from linnaeus import files
from linnaeus.delivery import export
from tests.delivery import exported
from tests.house.source import ROOT

pytestmark = pytest.mark.slow
pytest.importorskip("onnxscript")

SENT = 300


def program() -> str:
    (code,) = re.findall(
        r"```python\n(.*?)```", (ROOT / "docs" / "ray-serve.md").read_text(encoding="utf-8"), re.DOTALL
    )
    return str(code)


def ask(content: bytes) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", 8000, timeout=60)
    connection.request("POST", "/", content)
    answer = connection.getresponse()
    return answer.status, answer.read()


@pytest.fixture
def place(tmp_path: Path) -> Path:
    pytest.importorskip("ray.serve")
    one = exported.classifier()
    files.write_whole(tmp_path / "model.onnx", export.model(one, exported.passport(one)))
    (tmp_path / "classify.py").write_text(program(), encoding="utf-8")
    found = importlib.util.spec_from_file_location("gather", ROOT / "runtime" / "gather.py")
    assert found is not None and found.loader is not None
    gather = importlib.util.module_from_spec(found)
    found.loader.exec_module(gather)
    gather.gather(tmp_path / "linnaeus_runtime")
    (tmp_path / "in").mkdir()
    exported.pictures(tmp_path / "in", 12)
    return tmp_path


@pytest.fixture
def served(place: Path) -> Iterator[subprocess.Popen[bytes]]:
    with socket.socket() as free:
        if free.connect_ex(("127.0.0.1", 8000)) == 0:
            pytest.skip("port 8000 is taken")
    environment = {
        **os.environ,
        "MODEL": str(place / "model.onnx"),
        "PYTHONPATH": str(place),
        "RAY_USAGE_STATS_ENABLED": "0",
    }
    command = [sys.executable, "-m", "ray.serve.scripts", "run", "classify:app"]
    process = subprocess.Popen(command, cwd=place, env=environment, start_new_session=True)
    yield process
    process.terminate()  # it shuts its cluster down
    try:
        process.wait(60)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def replicas(place: Path) -> list[int]:
    """Processes of the deployment, by their titles, whose environment names this model."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            is_ours = f"MODEL={place}".encode() in (folder / "environ").read_bytes()
            if is_ours and b"ServeReplica:default:Classify" in (folder / "cmdline").read_bytes():
                found.append(int(folder.name))
        except OSError:
            continue
    return found


@pytest.mark.filterwarnings("default")  # those of Ray are not ours
def test_the_page_s_program_answers_and_outlives_a_replica(place: Path, served: subprocess.Popen[bytes]) -> None:
    pictures = sorted((place / "in").iterdir())
    content = pictures[0].read_bytes()
    end = time.monotonic() + 180
    while True:
        assert served.poll() is None and time.monotonic() < end
        try:
            if ask(content)[0] == 200:
                break
        except OSError:
            time.sleep(0.5)
    command = [sys.executable, "-m", "linnaeus_runtime", "predict", "model.onnx", "-", "--top", "3", "--format", "json"]
    environment = {**os.environ, "PYTHONPATH": str(place)}
    for picture in pictures[:3]:
        given = picture.read_bytes()
        expected = subprocess.run(command, cwd=place, env=environment, input=given, capture_output=True, check=True)
        assert ask(given) == (200, expected.stdout)
    assert ask(b"no picture") == (422, b'{"error":"not an image"}')
    both = replicas(place)
    assert len(both) == 2
    statuses = Counter[int]()
    for number in range(SENT):
        if number == SENT // 3:
            os.kill(both[0], signal.SIGKILL)
        status, answer = ask(pictures[number % len(pictures)].read_bytes())
        statuses[status] += 1
        if status == 200:
            assert len(json.loads(answer)["predictions"][0]["labels"]) == 3
    assert statuses[200] >= SENT - 2, statuses  # what the dead one held may fail
    end = time.monotonic() + 120
    while len(replicas(place)) < 2:
        assert time.monotonic() < end, "no new replica"
        time.sleep(1)
