"""Forty runs killed by SIGKILL at random instants, also inside checkpoint writes, and taken up again: nothing may differ.

Each run is a process of its own, forked from a server that has torch loaded, so that a kill costs a second and not ten.
"""

import json
import multiprocessing
import os
import random
import signal
import time
from pathlib import Path

import pytest

from linnaeus import api, files
from linnaeus.errors import RunError
from linnaeus.record.folder import RunFolder
from tests.training.small import FIXED, archive, weights

KILLS = 40
CHANGES = [
    *FIXED,
    "epochs=12",
    "save_every=0.000001",
    "ema=0.9",
    "augment=crop | flip",
    "model=mlp(hidden=[256], dropout=0.2)",
]

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")


def train_or_resume(data: str, runs: str, name: str) -> None:
    """What a person does after a crash: resume, and where the crash left no run yet, train again."""
    try:
        api.resume(name, runs=runs)
    except RunError:
        api.train(data, name=name, runs=runs, changes=CHANGES)


@pytest.fixture(scope="module")
def server():
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(
        ["linnaeus.training.session", "linnaeus.report.pages", "matplotlib.figure", "tests.training.test_kills"]
    )
    return context


def record_without_clock(folder: Path) -> dict:
    record = json.loads((folder / "record.json").read_text())
    return {name: value for name, value in record.items() if name not in ("name", "time")}


def test_forty_kills_change_no_bit(server, tmp_path: Path) -> None:
    data, runs = f"arrays({str(archive(tmp_path))!r})", tmp_path / "runs"

    def start(name: str):
        process = server.Process(target=train_or_resume, args=(data, str(runs), name))
        process.start()
        return process

    begin = time.monotonic()
    whole = start("whole")
    whole.join()
    assert whole.exitcode == 0
    lasted = time.monotonic() - begin
    rng, instants, half_written = random.Random(0), [], 0
    for number in range(KILLS):
        name = f"killed-{number}"
        victim = start(name)
        time.sleep(rng.uniform(0, lasted))
        if victim.is_alive():
            os.kill(victim.pid, signal.SIGKILL)
        victim.join()
        if victim.exitcode == -signal.SIGKILL:
            instants.append(number)
        half_written += bool(list(runs.glob(f"{name}/**/.*.tmp")))
        survivor = start(name)
        survivor.join()
        assert survivor.exitcode == 0
        assert weights(RunFolder(runs / name)) == weights(RunFolder(runs / "whole"))
        assert (runs / name / "history.jsonl").read_bytes() == (runs / "whole" / "history.jsonl").read_bytes()
        assert record_without_clock(runs / name) == record_without_clock(runs / "whole")
        assert not list(runs.glob(f"{name}/**/.*.tmp")), "what a kill left half-written is cleared away"
    assert len(instants) > KILLS / 2, "most kills must hit a living run for this test to mean anything"
    assert half_written, "some kills must fall inside a write"


def test_a_checkpoint_write_that_dies_leaves_the_old_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "file"
    files.write_whole(target, b"old")

    def dies(path: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files, "sync", dies)
    with pytest.raises(RunError, match="No space left"):
        files.write_whole(target, b"new")
    assert target.read_bytes() == b"old"
    assert [file.name for file in tmp_path.iterdir()] == ["file"]
