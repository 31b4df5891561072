"""Hostile checkpoints: pickles of every protocol and opcode that could run code, zips that lie, bombs, and mutations of good files."""

import io
import json
import os
import pickle
import random
import struct
import subprocess
import sys
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

MUTATIONS = int(os.environ.get("LINNAEUS_CHECKPOINTS", "2000"))  # under the marker slow
STATE = {"conv.weight": torch.arange(6.0).reshape(2, 3), "conv.bias": torch.zeros(2)}
ROOT = Path(__file__).parents[2]


class Trap:
    """Whoever unpickles it makes a file."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def __reduce__(self) -> tuple[object, ...]:
        return open, (str(self.file), "w")


def saved(held: object, is_zip: bool = True) -> bytes:
    out = io.BytesIO()
    torch.save(held, out, _use_new_zipfile_serialization=is_zip)
    return out.getvalue()


def zipped(pickled: bytes, others: dict[str, bytes] | None = None, method: int = zipfile.ZIP_STORED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        archive.writestr("archive/data.pkl", pickled)
        archive.writestr("archive/version", b"3\n")
        for name, content in (others or {}).items():
            archive.writestr(name, content)
    return out.getvalue()


def pickles(trap: Path) -> Iterator[tuple[str, bytes]]:
    """What runs code when it is unpickled by those who may."""
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        yield f"protocol {protocol}", pickle.dumps(Trap(trap), protocol)
        yield f"state and trap, protocol {protocol}", pickle.dumps({"a": [1, 2], "b": Trap(trap)}, protocol)
    name = str(trap).encode()
    word = b"X" + struct.pack("<I", len(name)) + name
    mode = b"X\x01\x00\x00\x00w"
    yield "GLOBAL and REDUCE", b"\x80\x02cio\nopen\n" + word + mode + b"\x86R."
    yield "STACK_GLOBAL", b"\x80\x04\x8c\x02io\x8c\x04open\x93" + word + mode + b"\x86R."
    yield "INST", b"(" + word + mode + b"iio\nopen\n."
    yield "OBJ", b"(cio\nopen\n" + word + mode + b"o."
    yield "NEWOBJ", b"\x80\x02cio\nFileIO\n" + word + mode + b"\x86\x81."
    yield "NEWOBJ_EX", b"\x80\x04\x8c\x02io\x8c\x06FileIO\x93" + word + mode + b"\x86}\x92."
    yield (
        "BUILD",
        b"\x80\x02ctorch\nTensor\n)\x81}X\x04\x00\x00\x00fileX" + struct.pack("<I", len(name)) + name + b"sb.",
    )
    yield "EXT1", b"\x80\x02\x82\x01)R."
    yield "PERSID", b"P" + name + b"\n."
    yield "attribute of an allowed one", b"\x80\x04\x8c\x0btorch._utils\x8c\x17_rebuild_tensor_v2.func\x93)R."
    yield "builtins", b"cbuiltins\neval\nX" + struct.pack("<I", 20) + b"__import__('os').abc" + b"\x85R."
    yield "posix", b"cposix\nsystem\nX" + struct.pack("<I", len(name) + 6) + b"touch " + name + b"\x85R."


def bombs() -> Iterator[tuple[str, bytes]]:
    """What asks for time and memory beyond all measure."""
    doubled = b"\x80\x02]q\x00" + b"".join(b"]q%c(h%ch%ce" % (at + 1, at, at) for at in range(120)) + b"."
    yield "lists that hold each other", doubled
    yield "a text of 2**60 bytes", b"\x80\x04\x8d" + struct.pack("<Q", 2**60) + b"x."
    yield "a number of 2**31 bytes", b"\x80\x02\x8b" + struct.pack("<i", 2**31 - 1) + b"\x01."
    yield "nested without end", b"\x80\x02" + b"]" * 500_000 + b"a" * 499_999 + b"."
    yield "tuples without end", b"\x80\x02K\x01" + b"\x85" * 500_000 + b"."
    yield "a memo of 2**31", b"\x80\x02]r\xff\xff\xff\x7f."
    yield "a frame of 2**62", b"\x80\x04\x95" + struct.pack("<Q", 2**62) + b"]."
    yield "marks", b"(" * 2_000_000


def zips() -> Iterator[tuple[str, bytes]]:
    """Archives that lie of what they hold."""
    good, pickled = saved(STATE), zipfile.ZipFile(io.BytesIO(saved(STATE))).read("archive/data.pkl")
    yield (
        "a gigabyte of nothing",
        zipped(pickled, {"archive/data/0": bytes(2**30), "archive/data/1": b"x"}, zipfile.ZIP_DEFLATED),
    )
    yield "names that lead out", zipped(pickled, {"../../../out": b"x", "/tmp/out": b"x", "archive/data/0": b"1234"})
    yield "storages that are missing", zipped(pickled)
    yield "storages too short", zipped(pickled, {"archive/data/0": b"1", "archive/data/1": b""})
    yield "no pickle", zipped(b"")
    yield "a pickle that is text", zipped(b"hello")
    yield "cut", good[:-40]
    yield "two archives", good + good
    yield "only an end", b"PK\x05\x06" + bytes(18)
    yield "an end that counts too much", b"PK\x03\x04" + b"PK\x05\x06" + b"\xff" * 18
    for flag in (1, 8, 64):  # encrypted, and the like
        yield (
            f"flag {flag}",
            good.replace(b"PK\x01\x02\x00\x00\x00\x00\x00\x08", b"PK\x01\x02\x00\x00\x00\x00" + bytes([flag, 8])),
        )


def asked(place: Path, contents: list[bytes]) -> list[dict[str, str]]:
    """What the sandbox answers to each."""
    names = []
    for number, content in enumerate(contents):
        (place / f"{number}.pt").write_bytes(content)
        names.append(str(place / f"{number}.pt"))
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "tests.reliability.reader"], input="\n".join(names), capture_output=True, text=True, cwd=ROOT,
        env=environment, timeout=3000, check=False,
    )  # fmt: skip
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(answers) == len(contents), done.stderr[-2000:]
    return answers


@pytest.mark.skipif(os.name == "nt", reason="the limits of a sandbox are those of Unix")
def test_nothing_is_run_and_nothing_waited_for(tmp_path: Path) -> None:
    trap = tmp_path / "sprung"
    found = dict(pickles(trap))
    found |= {f"{name}, zipped": zipped(content) for name, content in pickles(trap)}
    found |= dict(bombs()) | {f"{name}, zipped": zipped(content) for name, content in bombs()} | dict(zips())
    answers = dict(zip(found, asked(tmp_path, list(found.values())), strict=True))
    assert not trap.exists()
    read = [name for name, answer in answers.items() if "fault" not in answer]
    assert set(read) <= {"two archives", "flag 1", "flag 8", "flag 64", "names that lead out"}, read
    assert not (tmp_path.parent / "out").exists() and not Path("/tmp/out").exists()


def test_the_trap_would_spring(tmp_path: Path) -> None:
    with pickle.loads(pickle.dumps(Trap(tmp_path / "sprung"))):
        assert (tmp_path / "sprung").exists()


@pytest.mark.slow
@pytest.mark.parametrize("is_zip", [True, False])
def test_many_mutations(tmp_path: Path, is_zip: bool, capsys: pytest.CaptureFixture[str]) -> None:
    draw, good = random.Random(0), saved({"model": STATE, "epoch": 3}, is_zip)
    contents = []
    for _ in range(MUTATIONS // 2):
        changed = bytearray(good)
        for _ in range(draw.choice((1, 1, 2, 5))):
            changed[draw.randrange(len(changed))] = draw.choice((0, 1, 127, 128, 255, draw.randrange(256)))
        contents.append(bytes(changed[: draw.randrange(1, len(changed))] if draw.random() < 0.1 else changed))
    answers = asked(tmp_path, contents)
    with capsys.disabled():
        print(Counter(answer.get("fault", "read") for answer in answers))
