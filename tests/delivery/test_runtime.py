"""linnaeus-runtime: made of our source, without the rest of it, and with the same bytes of output."""

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from linnaeus import files
from linnaeus.delivery import export
from tests.delivery import exported
from tests.house.source import ROOT

pytest.importorskip("onnxscript")
pytest.importorskip("onnxruntime")

FOREIGN = {"linnaeus", "torch", "msgspec", "typer", "rich", "scipy", "filelock", "fluent", "babel", "pyarrow", "onnx"}
WATCHED = f"""
import sys
from linnaeus_runtime.command import main
status = main()
sys.stdout.flush()
assert not {FOREIGN} & set(sys.modules), {FOREIGN} & set(sys.modules)
sys.exit(status)
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the gathered package, a model and pictures, two of them damaged."""
    folder = tmp_path_factory.mktemp("runtime")
    found = importlib.util.spec_from_file_location("gather", ROOT / "runtime" / "gather.py")
    assert found is not None and found.loader is not None
    gather = importlib.util.module_from_spec(found)
    found.loader.exec_module(gather)
    gather.gather(folder / "package" / "linnaeus_runtime")
    one = exported.classifier()
    files.write_whole(folder / "model.onnx", export.model(one, exported.passport(one)))
    (folder / "in").mkdir()
    exported.pictures(folder / "in")
    (folder / "in" / "half.png").write_bytes((folder / "in" / "002.png").read_bytes()[:60])
    (folder / "in" / "=none\x1b.jpg").write_bytes(b"none")
    return folder


def run(place: Path, program: list[str], package: Path, *words: str) -> subprocess.CompletedProcess[bytes]:
    environment = {**os.environ, "PYTHONPATH": str(package), "XDG_CACHE_HOME": str(place / "cache")}
    command = [sys.executable, *program, "predict", "model.onnx", *words]
    return subprocess.run(command, cwd=place, env=environment, capture_output=True, check=False, timeout=120)


@pytest.mark.parametrize(
    "words",
    [
        ["in", "--format", "csv"],
        ["in", "--format", "json", "--top", "3", "--sets", "0.9", "--unknown"],
        ["in", "none.png", "--format", "jsonl", "--top", "9"],
        ["in", "--out", "OUT.csv", "--top", "2", "--unknown"],
    ],
)
def test_the_same_bytes_as_linnaeus_without_the_rest_of_it(place: Path, words: list[str]) -> None:
    ours = run(place, ["-m", "linnaeus"], ROOT / "src", *[word.replace("OUT", "ours") for word in words])
    theirs = run(place, ["-c", WATCHED], place / "package", *[word.replace("OUT", "theirs") for word in words])
    assert theirs.returncode == ours.returncode == 1, theirs.stderr
    if "OUT.csv" in words:
        assert (place / "theirs.csv").read_bytes() == (place / "ours.csv").read_bytes()
        assert len((place / "ours.csv").read_text().splitlines()) == 43
    else:
        assert theirs.stdout == ours.stdout
        assert len(ours.stdout) > 1000
    assert theirs.stderr.decode().replace("linnaeus-runtime", "linnaeus") == ours.stderr.decode()


def test_the_telemetry_of_onnx_runtime_is_off(place: Path) -> None:
    """Its import alone would leave a device's number and a store of events there."""
    for program, package in ((["-c", WATCHED], place / "package"), (["-m", "linnaeus"], ROOT / "src")):
        assert b"Microsoft" not in run(place, program, package, "in").stderr
    assert not list(place.glob("cache/Microsoft"))


@pytest.mark.parametrize(
    ("words", "status", "told"),
    [
        (["in", "--top", "0"], 2, "at least 1"),
        (["in", "--resume"], 2, "name it with --out"),
        (["in", "--sets", "0.5"], 1, "prediction sets at the levels 0.9"),
        (["in", "--format", "xml"], 2, "invalid choice"),
    ],
)
def test_what_is_wrong_is_one_message(place: Path, words: list[str], status: int, told: str) -> None:
    done = run(place, ["-c", WATCHED], place / "package", *words)
    assert done.returncode == status
    assert told in done.stderr.decode()
    assert b"Traceback" not in done.stderr


def test_the_version_is_that_of_linnaeus_and_nothing_is_kept_twice() -> None:
    committed = subprocess.run(
        ["git", "ls-files", "runtime/src"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.split()
    assert {Path(name).name for name in committed} <= {"__init__.py", "__main__.py", "command.py"}
    assert 'path = "../src/linnaeus/_version.py"' in (ROOT / "runtime" / "pyproject.toml").read_text()


@pytest.mark.skipif(sys.platform == "win32", reason="there is no pseudo-terminal")
def test_a_terminal_is_shown_what_it_would_obey(place: Path) -> None:
    """CSV and JSON go whole to programs; a name that colours a terminal, or turns its text, is spelled there."""
    import pty

    (place / "shown").mkdir()
    shutil.copy(place / "in" / "002.png", place / "shown" / "\x1b[31m\u202e.png")
    for program, package in ((["-c", WATCHED], place / "package"), (["-m", "linnaeus"], ROOT / "src")):
        for form in ("csv", "json"):
            ours, theirs = pty.openpty()
            command = [sys.executable, *program, "predict", "model.onnx", "shown", "--format", form]
            environment = {**os.environ, "PYTHONPATH": str(package)}
            subprocess.run(command, cwd=place, env=environment, stdout=theirs, check=True, timeout=120)
            os.close(theirs)
            said = os.read(ours, 65536).decode()
            os.close(ours)
            assert "\x1b" not in said and "\u202e" not in said and ".png" in said
