"""The service under clients that mean harm, or are only slow: nobody gets 5xx, and everybody else gets answers."""

import io
import random
import socket
import struct
import threading
import time
import zlib
from collections import Counter
from collections.abc import Iterator

import pytest
from PIL import Image

from linnaeus import files
from tests.web import serving
from tests.web.serving import ORIGIN, TOKEN, Served

pytestmark = pytest.mark.slow
pytest.importorskip("onnxscript")
pytest.importorskip("uvicorn")

UPLOADS, SLOW, AT_ONCE = 10_000, 300, 500


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    from dataclasses import replace

    from linnaeus.delivery import export
    from tests.delivery import exported

    folder = tmp_path_factory.mktemp("hostile")
    one = exported.classifier()
    files.write_whole(folder / "made.onnx", export.model(one, replace(exported.passport(one), origin=ORIGIN)))
    served = serving.begin(folder / "made.onnx")
    yield served
    served.process.kill()
    served.process.wait()


def pictures() -> list[bytes]:
    draws = random.Random(0)
    found = []
    for kind in ("JPEG", "PNG", "WebP", "GIF", "BMP", "TIFF"):
        small = Image.frombytes("RGB", (23, 17), draws.randbytes(23 * 17 * 3))
        buffer = io.BytesIO()
        small.save(buffer, kind)
        found.append(buffer.getvalue())
    return found


def bomb() -> bytes:
    """A PNG of 9,000 × 9,000 pixels in a few kilobytes."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    rows = zlib.compress(b"\0" * (9_000 * 9_001), 9)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", 9_000, 9_000, 8, 0, 0, 0, 0))
        + chunk(b"IDAT", rows)
        + chunk(b"IEND", b"")
    )


def mutated(good: list[bytes], draws: random.Random) -> bytes:
    content = bytearray(draws.choice(good))
    for _ in range(draws.choice((1, 3, 20))):
        content[draws.randrange(len(content))] = draws.randrange(256)
    how = draws.random()
    if how < 0.2:
        del content[draws.randrange(len(content)) :]
    elif how < 0.3:
        content += draws.randbytes(draws.randrange(5_000))
    elif how < 0.35:
        return draws.randbytes(draws.randrange(3_000))
    return bytes(content)


def test_hostile_uploads(service: Served) -> None:
    good, statuses = pictures(), Counter[int]()
    before = service.json("POST", "/predict", good[0])

    def send(seed: int, count: int) -> None:
        draws = random.Random(seed)
        for number in range(count):
            body = bomb() if number % 500 == 0 else mutated(good, draws)
            statuses[service.ask("POST", "/predict", body)[0]] += 1

    threads = [threading.Thread(target=send, args=(seed, UPLOADS // 8)) for seed in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(statuses.values()) == UPLOADS
    assert set(statuses) <= {200, 422, 429}, statuses
    assert service.json("POST", "/predict", good[0]) == before


def test_slow_clients_keep_nobody_from_an_answer(service: Served) -> None:
    head = f"POST /predict HTTP/1.1\r\nHost: 127.0.0.1:{service.port}\r\nAuthorization: Bearer {TOKEN}\r\n"
    slow = [socket.create_connection(("127.0.0.1", service.port)) for _ in range(SLOW)]
    for place, one in enumerate(slow):  # a third never ends its headers, the others trickle a body
        one.sendall(head.encode() if place % 3 == 0 else f"{head}Content-Length: 100000\r\n\r\nabc".encode())
    good = pictures()[0]
    begun = time.monotonic()
    found = Counter(service.ask("POST", "/predict", good)[0] for _ in range(20))
    assert found[200] == 20, found
    assert time.monotonic() - begun < 60
    for one in slow:
        one.close()


def test_many_at_once(service: Served) -> None:
    good, statuses = pictures()[0], Counter[int]()
    threads = [
        threading.Thread(target=lambda: statuses.update([service.ask("POST", "/predict", good)[0]]))
        for _ in range(AT_ONCE)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(statuses) <= {200, 429}
    assert statuses[200] >= 64
