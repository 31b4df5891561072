"""Forty runs killed by SIGKILL at random instants, also inside checkpoint writes, and taken up again: nothing may differ.

Each run is a process of its own, forked from a server that has torch loaded, so that a kill costs a second and not ten.
"""

import json
import multiprocessing
import os
import random
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from linnaeus import files
from linnaeus.errors import RunError
from linnaeus.record.folder import RunFolder
from tests.training.small import archive, weights
from tests.training.victim import PRELOADED, train_or_resume

KILLS = 40
pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    killed: bool
    half_written: bool  # the kill left a temporary file: it fell inside a write
    survived: bool


class Hunter:
    """Starts runs, kills them, and starts them again."""

    def __init__(self, data: str, runs: Path) -> None:
        self.data, self.runs = data, runs
        self.context = multiprocessing.get_context("forkserver")
        self.context.set_forkserver_preload(PRELOADED)

    def start(self, name: str):
        process = self.context.Process(target=train_or_resume, args=(self.data, str(self.runs), name))
        process.start()
        return process

    def whole(self) -> float:
        """Seconds that a run takes."""
        self.start("warm-up").join()
        begin = time.monotonic()
        process = self.start("whole")
        process.join()
        assert process.exitcode == 0
        return time.monotonic() - begin

    def hunt(self, name: str, delay: float) -> Outcome:
        victim = self.start(name)
        time.sleep(delay)
        if victim.is_alive():
            os.kill(victim.pid, signal.SIGKILL)
        victim.join()
        half_written = bool(list(self.runs.glob(f"{name}/**/.*.tmp")))
        survivor = self.start(name)
        survivor.join()
        # The record, not the exit status, says what became of it: two threads that start processes of one context can
        # both ask for a third one's status, and the later one is told 255.
        survived = RunFolder(self.runs / name).record().status == "finished"
        return Outcome(killed=victim.exitcode == -signal.SIGKILL, half_written=half_written, survived=survived)


def record_without_clock(folder: Path) -> dict:
    record = json.loads((folder / "record.json").read_text())
    return {name: value for name, value in record.items() if name not in ("name", "time", "checksum")}


def test_forty_kills_change_no_bit(tmp_path: Path) -> None:
    runs = tmp_path / "runs"
    hunter = Hunter(f"arrays({str(archive(tmp_path))!r})", runs)
    lasts, rng = hunter.whole(), random.Random(0)
    hunts = [(f"killed-{number}", rng.uniform(0, lasts)) for number in range(KILLS)]
    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(lambda hunt: hunter.hunt(*hunt), hunts))
    whole = runs / "whole"
    for name, _ in hunts:
        assert weights(RunFolder(runs / name)) == weights(RunFolder(whole))
        assert (runs / name / "history.jsonl").read_bytes() == (whole / "history.jsonl").read_bytes()
        assert record_without_clock(runs / name) == record_without_clock(whole)
        assert not list(runs.glob(f"{name}/**/.*.tmp")), "what a kill left half-written is cleared away"
    assert all(outcome.survived for outcome in outcomes)
    assert sum(outcome.killed for outcome in outcomes) > KILLS / 2, "most kills must hit a living run"
    assert any(outcome.half_written for outcome in outcomes), "some kills must fall inside a write"


def test_a_write_that_fails_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "file"
    files.write_whole(target, b"old")

    def dies(path: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files, "sync", dies)
    with pytest.raises(RunError, match="No space left"):
        files.write_whole(target, b"new")
    assert target.read_bytes() == b"old"
    assert [file.name for file in tmp_path.iterdir()] == ["file"]
