"""Answers from a Ray cluster: each image once, whatever dies; a bad picture, row or shard is one row."""

import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from linnaeus import files
from linnaeus.cli import app
from linnaeus.delivery import on_cluster, shards, writing
from linnaeus.delivery.answers import Wish
from linnaeus.delivery.predictor import Predictor
from linnaeus.delivery.writing import Target
from linnaeus.errors import UsageError
from tests.delivery.test_shards import tar
from tests.delivery.test_writing import Bright

pyarrow = pytest.importorskip("pyarrow")
parquet = pytest.importorskip("pyarrow.parquet")

LARGE = 480  # pictures that take a few hundredths of a second each: time enough to kill


def test_a_block_is_answered_as_predict_answers_its_images(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    buffer = io.BytesIO()
    Image.new("L", (5, 6), 200).save(buffer, "PNG")
    odd = os.fsdecode(b"caf\xe9.png")
    (tmp_path / odd).write_bytes(buffer.getvalue())
    tar(tmp_path / "s.tar", {"a.png": buffer.getvalue(), "b.png": b"none"})
    monkeypatch.setattr(on_cluster, "_loaded", lambda model: Predictor(model=Bright(), threads=1))
    work = on_cluster._Work(model="m", wish=Wish(top=2), folder=str(tmp_path), settings={"LINNAEUS_X": "1"})
    monkeypatch.delenv("LINNAEUS_X", raising=False)
    found = []
    for piece in (shards.Shard("s.tar"), shards.Files((odd, "none.png"))):
        for block in on_cluster._blocks(piece, str(tmp_path)):
            found += on_cluster.classified(block, work).to_pylist()
    monkeypatch.delenv("LINNAEUS_X")
    assert {row["name"]: row["error"] for row in found} == {
        "s.tar/a.png": None, "s.tar/b.png": "not an image", "caf\\udce9.png": None, "none.png": "no such file",
    }  # fmt: skip
    assert [row["labels"] for row in found if row["labels"]] == [["bright", "=dark"]] * 2


def test_addresses_and_formats_that_cannot_be(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(UsageError, match="driven from a node of the cluster"):
        on_cluster.write(tmp_path, 2, [], Target(file=tmp_path / "a.csv", on="ray://head:1"), Wish())
    with pytest.raises(UsageError, match="must end in"):
        on_cluster.write(tmp_path, 2, [], Target(file=tmp_path / "a.txt", on="ray"), Wish())
    assert app.run(["predict", "model.onnx", ".", "--on", "ray"]) == 2
    assert "--on writes a file: name it with --out" in capsys.readouterr().err


def test_what_is_done_belongs_to_one_question(tmp_path: Path) -> None:
    parts, asked = tmp_path / ".a.csv.parts", writing.question(Wish(), "m")
    on_cluster._begin(parts, asked, resume=True)
    (parts / "answers" / "x").touch()
    on_cluster._begin(parts, asked, resume=True)
    assert (parts / "answers" / "x").exists()
    with pytest.raises(UsageError, match="asked otherwise"):
        on_cluster._begin(parts, writing.question(Wish(top=2), "m"), resume=True)
    on_cluster._begin(parts, asked, resume=False)
    assert not (parts / "answers" / "x").exists()


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of large pictures and a bad one, two shards, Parquet, and a model."""
    pytest.importorskip("onnxscript")
    from linnaeus.delivery import export
    from tests.delivery import exported

    folder = tmp_path_factory.mktemp("ray")
    one = exported.classifier()
    files.write_whole(folder / "model.onnx", export.model(one, exported.passport(one)))
    small = Image.fromarray(np.random.default_rng(0).integers(0, 256, (60, 80, 3), dtype=np.uint8))
    small.resize((2400, 1800), Image.Resampling.BICUBIC).save(folder / "large.png", compress_level=1)
    (folder / "in").mkdir()
    for number in range(LARGE):
        (folder / "in" / f"{number:04d}.png").symlink_to(folder / "large.png")
    (folder / "in" / "bad.png").write_bytes(b"none")
    buffer = io.BytesIO()
    small.save(buffer, "PNG")
    tar(folder / "a.tar", {f"{number}.png": buffer.getvalue() for number in range(20)} | {"20.png": b"none"})
    (folder / "b.tar").write_bytes((folder / "a.tar").read_bytes()[:70_000])
    parquet.write_table(
        pyarrow.table({"image": [buffer.getvalue()] * 9 + [None]}), folder / "c.parquet", row_group_size=4
    )
    return folder


@pytest.fixture
def nodes() -> Iterator[Any]:
    pytest.importorskip("ray")
    from ray.cluster_utils import Cluster

    store = {"object_store_memory": 100 * 2**20}
    found = Cluster(initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": False, **store})
    yield found, store
    found.shutdown()


def command(place: Path, address: str, *words: str) -> list[str]:
    given = ["in", "a.tar", "b.tar", "c.parquet", "--out", "out.jsonl", "--on", address]
    return [sys.executable, "-m", "linnaeus", "predict", "model.onnx", *given, *words]


def answered(place: Path) -> int:
    parts = place / ".out.jsonl.parts" / "done"
    return sum(parquet.read_metadata(file).num_rows for file in parts.glob("*.parquet") if ".pending" not in file.name)


def wait_for(driver: subprocess.Popen[bytes], place: Path, images: int) -> None:
    end = time.monotonic() + 240
    while answered(place) < images:
        assert driver.poll() is None, "it ended before anything was killed"
        assert time.monotonic() < end
        time.sleep(0.05)


@pytest.mark.slow
@pytest.mark.filterwarnings("default")  # those of Ray are not ours
def test_a_node_and_a_driver_die_and_each_image_is_answered_once(place: Path, nodes: Any) -> None:
    cluster, store = nodes
    other = cluster.add_node(num_cpus=1, **store)
    driver = subprocess.Popen(command(place, cluster.address), cwd=place)
    wait_for(driver, place, 60)
    cluster.remove_node(other, allow_graceful=False)
    wait_for(driver, place, answered(place) + 60)  # the other node goes on
    os.kill(driver.pid, signal.SIGKILL)
    driver.wait()
    assert not (place / "out.jsonl").exists()
    before = answered(place)
    assert 120 <= before < LARGE
    cluster.add_node(num_cpus=1, **store)
    done = subprocess.run(
        command(place, cluster.address, "--resume"), cwd=place, capture_output=True, check=False, timeout=400
    )
    assert done.returncode == 1, done.stderr.decode()
    rows = [json.loads(line) for line in (place / "out.jsonl").read_text().splitlines()]
    names = [row["name"] for row in rows]
    assert len(names) == len(set(names))
    assert {name for name in names if name.startswith("in/")} == {
        f"in/{path.name}" for path in (place / "in").iterdir()
    }
    errors = {row["name"] for row in rows if "error" in row}
    assert errors == {"in/bad.png", "a.tar/20.png", "b.tar", "c.parquet#9"}
    assert sum(name.startswith("a.tar/") for name in names) == 21
    assert sum(name.startswith("c.parquet#") for name in names) == 10
    (expected,) = Predictor.load(place / "model.onnx").predict(place / "large.png")
    assert {row["labels"][0] for row in rows if row["name"].startswith("in/0")} == {expected.labels[0]}
    assert not (place / ".out.jsonl.parts").exists()
