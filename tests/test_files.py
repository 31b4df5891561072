"""Files are whole at every instant, whoever dies; a lock dies with its holder."""

import csv
import errno
import io
import json
import os
import random
import signal
import socket
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from linnaeus import files
from linnaeus.errors import RunError
from tests.house.source import ROOT

SIZE = 400_000  # bytes, so that a write takes long enough to be cut

WRITER = """
import sys
from pathlib import Path
from linnaeus import files

path, number = Path(sys.argv[1]), 0
print("ready", flush=True)
while True:
    files.write_whole(path, bytes([65 + number % 26]) * int(sys.argv[2]))
    number += 1
"""

HOLDER = """
import os, sys, time
from pathlib import Path
from linnaeus import files

with files.locked(Path(sys.argv[1])):
    if "--with-child" in sys.argv and os.fork() == 0:
        print(os.getpid(), flush=True)
    elif "--with-child" not in sys.argv:
        print("held", flush=True)
    time.sleep(60)
"""


def start(program: str, *words: str) -> "subprocess.Popen[str]":
    return subprocess.Popen([sys.executable, "-c", program, *words], stdout=subprocess.PIPE, text=True)


def first_line(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def kill(process: "subprocess.Popen[str]") -> None:
    process.kill()
    process.communicate()


def is_whole(content: bytes) -> bool:
    return len(content) == SIZE and content == content[:1] * SIZE


@pytest.mark.parametrize("seed", range(8))
def test_a_writer_killed_at_any_instant_leaves_a_whole_file(tmp_path: Path, seed: int):
    path = tmp_path / "weights.bin"
    path.write_bytes(b"0" * SIZE)
    writer = start(WRITER, str(path), str(SIZE))
    try:
        assert first_line(writer) == "ready"
        until = time.monotonic() + random.Random(seed).uniform(0, 0.1)
        while True:  # a reader beside it sees the old or the new
            assert is_whole(path.read_bytes())
            if time.monotonic() > until:
                break
    finally:
        kill(writer)
    assert is_whole(path.read_bytes())


def test_what_is_written(tmp_path: Path):
    path = tmp_path / "new folder" / "page.html"
    files.write_whole(path, "größer")
    assert path.read_bytes() == "größer".encode()
    files.write_whole(path, b"\x00\xff")
    assert path.read_bytes() == b"\x00\xff"
    assert [file.name for file in path.parent.iterdir()] == ["page.html"]


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (
            OSError(errno.ENOSPC, "No space left on device"),
            "cannot write .*page.html: No space left on device; free some space",
        ),
        (OSError(errno.EROFS, "Read-only file system"), "Read-only file system; choose a place that can be written"),
    ],
)
def test_a_write_that_fails_keeps_the_old_file(tmp_path: Path, error: OSError, message: str):
    path = tmp_path / "page.html"
    path.write_text("old")

    def write(temporary: Path) -> None:
        temporary.write_text("half of the ne")
        raise error

    with pytest.raises(RunError, match=message):
        files.write_whole_with(path, write)
    assert path.read_text() == "old"
    assert [file.name for file in tmp_path.iterdir()] == ["page.html"]


def test_a_failure_that_is_ours_leaves_nothing_behind_either(tmp_path: Path):
    with pytest.raises(ValueError, match="not JSON compliant"):
        files.write_json(tmp_path / "x.json", {"loss": float("nan")})

    def write(temporary: Path) -> None:
        temporary.write_text("half")
        raise KeyError("weights")

    with pytest.raises(KeyError):
        files.write_whole_with(tmp_path / "x.bin", write)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_none(tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(RunError, match=r"cannot write .*/x: .*/file/sub is not a folder"):
        files.write_whole(tmp_path / "file" / "sub" / "x", "")


def test_a_pipe_is_not_replaced_by_a_file(tmp_path: Path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(RunError, match="it is not a file"):
        files.write_whole(tmp_path / "pipe", "x")
    assert (tmp_path / "pipe").is_fifo()


def test_names_of_any_bytes_survive_json(tmp_path: Path):
    name = os.fsdecode(b"caf\xe9.png")
    files.write_json(tmp_path / "names.json", [name, "кошка"])
    assert json.loads((tmp_path / "names.json").read_text(encoding="utf-8")) == [name, "кошка"]


def test_everything_is_on_the_disk_before_it_has_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The order that survives a loss of power: content, name, entry in the folder."""
    done: list[str] = []
    replace, fsync = Path.replace, os.fsync
    monkeypatch.setattr(Path, "replace", lambda self, target: (done.append("rename"), replace(self, target))[1])
    monkeypatch.setattr(
        os,
        "fsync",
        lambda descriptor: (done.append("folder" if _is_folder(descriptor) else "content"), fsync(descriptor))[1],
    )
    files.write_whole(tmp_path / "x", "content")
    assert done == ["content", "rename", "folder"]


def test_all_of_a_folder_is_on_the_disk_before_it_has_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    done: list[str] = []
    rename, fsync = Path.rename, os.fsync
    monkeypatch.setattr(Path, "rename", lambda self, target: (done.append("rename"), rename(self, target))[1])
    monkeypatch.setattr(os, "fsync", lambda descriptor: (done.append("fsync"), fsync(descriptor))[1])

    def fill(folder: Path) -> None:
        (folder / "within").mkdir()
        for name in ("a", "within/b"):
            (folder / name).write_text("content")

    files.write_folder_whole(tmp_path / "x", fill)
    assert done == ["fsync"] * 4 + ["rename", "fsync"]  # two files and two folders; then the folder that holds the name


def _is_folder(descriptor: int) -> bool:
    return stat.S_ISDIR(os.fstat(descriptor).st_mode)


def test_checksums(tmp_path: Path):
    path = tmp_path / "x"
    path.write_bytes(b"abc")
    assert files.checksum(path) == files.checksum_of(b"abc") == "cf4ab791c62b8d2b2109c90275287816"
    assert files.checksum_of(b"abd") != files.checksum_of(b"abc")


def test_a_living_holder_is_named(tmp_path: Path):
    path = tmp_path / ".lock"
    holder = start(HOLDER, str(path))
    try:
        assert first_line(holder) == "held"
        with pytest.raises(RunError, match=f"{tmp_path} is in use by process {holder.pid} on "), files.locked(path):
            pass
    finally:
        kill(holder)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_the_lock_of_a_dead_holder_is_taken_over(tmp_path: Path, how: signal.Signals):
    path = tmp_path / ".lock"
    holder = start(HOLDER, str(path))
    assert first_line(holder) == "held"
    holder.send_signal(how)
    holder.communicate()
    assert path.read_text().startswith(f"process {holder.pid}")  # it had no time to clean up
    with files.locked(path):
        assert path.read_text().startswith(f"process {os.getpid()} ")
    assert path.read_text() == ""


def test_the_workers_of_a_dead_holder_do_not_hold_on(tmp_path: Path):
    path = tmp_path / ".lock"
    holder = start(HOLDER, str(path), "--with-child")
    child = int(first_line(holder))
    try:
        holder.kill()
        holder.wait()
        os.kill(child, 0)  # it lives
        with files.locked(path):
            pass
    finally:
        os.kill(child, signal.SIGKILL)
        holder.communicate()


def test_a_lock_is_free_again_after_an_error(tmp_path: Path):
    path = tmp_path / ".lock"
    with pytest.raises(KeyError), files.locked(path):
        raise KeyError
    with files.locked(path), pytest.raises(RunError, match=f"in use by process {os.getpid()}"), files.locked(path):
        pass


def test_a_lock_where_nothing_can_be_written(tmp_path: Path):
    with pytest.raises(RunError, match="cannot write"), files.locked(tmp_path / "nowhere" / ".lock"):
        pass


@pytest.mark.parametrize("name", ["=cmd|'/c calc'!A0", "+1+1", "-2", "@SUM(A1)", "\tx"])
def test_csv_holds_nothing_that_a_spreadsheet_runs_and_gives_it_back(name: str):
    text = files.csv_text([("name", "share"), (name, -0.5)])
    _, (cell, share) = csv.reader(io.StringIO(text, newline=""))
    assert cell == f"'{name}"
    assert share == "-0.5"
    assert files.csv_cell(cell) == name


def test_a_name_with_an_apostrophe_stays_what_it_is():
    assert files.csv_text([("'tis", "it's")]) == "'tis,it's\n"
    assert files.csv_cell("'tis") == "'tis"


def test_no_csv_is_written_but_by_the_one_function():
    source = Path(files.__file__).parent
    writers = [
        file.relative_to(source).as_posix() for file in source.rglob("*.py") if "csv.writer(" in file.read_text("utf-8")
    ]
    assert writers == ["files.py"]


@pytest.fixture
def without_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file system as some networks and boxes have it."""

    def no_flock(descriptor: int, operation: int) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr("fcntl.flock", no_flock)


@pytest.mark.skipif(os.name == "nt", reason="Windows has locks everywhere")
def test_without_locks_it_is_told_and_the_second_writer_is_refused(tmp_path: Path, without_locks: None):
    path, told = tmp_path / ".lock", []
    refused = pytest.raises(RunError, match=f"in use by process {os.getpid()} on .* no locks.* remove {path}")
    with files.locked(path, lambda: told.append("first")), refused, files.locked(path, lambda: told.append("second")):
        pass
    assert told == ["first"]
    for holder, free in [(f"process {2**22 + 7} on {socket.gethostname()}", True), ("process 1 on elsewhere", False)]:
        path.write_text(holder)
        if free:
            with files.locked(path):
                assert path.read_text().startswith(f"process {os.getpid()}")
        else:
            with pytest.raises(RunError, match="in use by process 1 on elsewhere"), files.locked(path):
                pass


def test_what_a_killed_writer_left_is_cleared_by_a_later_one(tmp_path: Path):
    old, young, other = (tmp_path / name for name in (".a[1].01234567.tmp", ".a[1].89abcdef.tmp", ".b.01234567.tmp"))
    for left in (old, young, other):
        left.write_text("half")
    for left in (old, other):
        os.utime(left, (0, time.time() - 2 * files.ABANDONED))
    files.write_whole(tmp_path / "a[1]", "whole")
    assert sorted(file.name for file in tmp_path.iterdir()) == [young.name, other.name, "a[1]"]


def test_the_home_of_nobody_is_one_message(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    assert files.expanded("~/x.csv") == tmp_path / "x.csv" and files.expanded("a/~") == Path("a/~")
    with pytest.raises(
        RunError, match=r"^~nobody-is-called-so/x: no home is known for ~nobody-is-called-so here; write the whole"
    ):
        files.expanded("~nobody-is-called-so/x")


def test_homes_are_found_by_the_one_function():
    """Python's own raises a bare RuntimeError where there is no home."""
    source = ROOT / "src" / "linnaeus"
    users = [
        str(file.relative_to(source))
        for file in source.rglob("*.py")
        if ".expanduser(" in file.read_text(encoding="utf-8")
    ]
    assert sorted(users) == ["files.py", "recipe/read.py"]


@pytest.mark.skipif(os.name == "nt", reason="there are no such pipes")
def test_nobody_waits_for_a_pipe_or_reads_a_device(tmp_path: Path):
    """A run's folder that somebody hands over can hold a pipe in the place of its record."""
    pipe = tmp_path / "record.json"
    os.mkfifo(pipe)
    for read in (files.read_json, files.read_text, files.read_sealed, files.checksum, files.sha256):
        for place in (pipe, Path("/dev/zero")):
            with pytest.raises(OSError, match="a device or a pipe, not a file"):
                read(place)
