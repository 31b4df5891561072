"""The campaign: faults at changes and at random instants in every job, each gone on from, and the end compared with an undisturbed one.

python -m tests.reliability.campaign --points 1000 --seed 0 --out counts.json
"""

import argparse
import io
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np

from tests.reliability import jobs, world
from tests.reliability.world import Disk, Fault

ROOT = Path(__file__).parents[2]
PATIENCE = 300.0  # seconds that a job may take on a busy machine
SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
MODES, WEIGHTS = ("kill", "power", "full", "signal", "twice", "random", "clock"), (4, 4, 2, 2, 1, 2, 1)
NOT_COMPARED = ("cache", "config", "data", "photos")  # what costs time alone, and what is given
TRAININGS = (*jobs.TRAININGS, "together", "repeats", "extend", "streamed", "decoded", "train with a page")
VERBS = tuple(name for name in jobs.JOBS if name not in (*TRAININGS, "prepare", "careless"))
SLOW = ("study", "together", "export", "hub")  # fewer points of these

Leaves = dict[str, str]  # a digest by file and place in it


class Server:
    """The process of server.py; one job at a time."""

    def __init__(self, library: Path) -> None:
        environment = {
            **os.environ,
            "LD_PRELOAD": str(library),
            "OMP_NUM_THREADS": "1",
            "LINNAEUS_TRUST": "",
            "COLUMNS": "200",
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.reliability.server"], cwd=ROOT, env=environment, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip

    def ask(self, task: dict[str, Any]) -> dict[str, Any]:
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.write(json.dumps(task) + "\n")
        self.process.stdin.flush()
        return self.answer()

    def answer(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        found: dict[str, Any] = json.loads(self.process.stdout.readline())
        return found

    def do(self, job: str, place: Path, control: Path, fault: Fault, kill_after: float | None = None) -> int:
        """The exit status; what is still running of the job is killed."""
        shutil.rmtree(control, ignore_errors=True)
        control.mkdir(parents=True)
        task = {
            "job": job,
            "place": str(place),
            "control": str(control),
            "fault": [fault.mode, fault.at, fault.variant],
        }
        pid = self.ask(task)["pid"]
        timer = threading.Timer(PATIENCE if kill_after is None else kill_after, _kill_all, [pid])
        timer.start()
        try:
            return int(self.answer()["status"])
        finally:
            timer.cancel()
            _kill_all(pid)

    def close(self) -> None:
        self.process.communicate(timeout=30)


def _kill_all(group: int) -> None:
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        return
    except PermissionError:
        return


def leaves(place: Path, *, halves: bool = True) -> Leaves:
    """What a folder holds, by content: of JSON each value, of archives each array, of all else the bytes, its own place left out.

    `halves`: with what a killed writer left; where no run is locked, the next writer clears it away after an hour only.
    """
    found: Leaves = {}
    own = str(place).encode()
    for file in sorted(place.rglob("*")):
        name = file.relative_to(place).as_posix()
        if not file.is_file() or name.split("/")[0] in NOT_COMPARED or file.name == ".lock":
            continue
        if file.parent.name == "workers":  # what they said: one that was started anew says it again
            continue
        if not halves and re.search(r"\.[0-9a-f]{8}\.tmp", name):
            continue
        content = file.read_bytes()
        if file.suffix == ".json":
            _flatten(json.loads(content.replace(own, b"PLACE")), name, found)
        elif file.suffix == ".npz":
            with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
                found |= {f"{name}:{key}": _digest(value.tobytes()) for key, value in arrays.items()}
        elif file.suffix == ".docx":
            with zipfile.ZipFile(io.BytesIO(content)) as parts:
                found |= {f"{name}:{part}": _digest(parts.read(part)) for part in parts.namelist()}
        else:
            found[name] = _digest(content.replace(own, b"PLACE"))
    return found


def _flatten(plain: Any, name: str, found: Leaves) -> None:
    if isinstance(plain, dict):
        for key, value in plain.items():
            _flatten(value, f"{name}:{key}", found)
    elif isinstance(plain, list):
        for at, value in enumerate(plain):
            _flatten(value, f"{name}:{at}", found)
    else:
        found[name] = repr(plain)


def _digest(content: bytes) -> str:
    return blake2b(content, digest_size=12).hexdigest()


@dataclass(slots=True, kw_only=True)
class Undisturbed:
    """How a job ends that nothing disturbs. `loose` are leaves that differ between two such ends: what the clock says."""

    found: Leaves
    loose: frozenset[str]
    changes: int
    lasts: float

    def differing(self, other: Leaves) -> list[str]:
        names = (self.found.keys() ^ other.keys()) - self.loose
        return sorted(
            names | {name for name in self.found.keys() & other.keys() - self.loose if self.found[name] != other[name]}
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    job: str
    fault: Fault
    kill_after: float | None = None

    def __str__(self) -> str:
        return f"{self.job}: {self.fault if self.kill_after is None else f'kill after {self.kill_after:.2f} s'}"


@dataclass(slots=True)
class Count:
    """How it went, by job and fault."""

    points: Counter[str] = field(default_factory=Counter)
    hit: Counter[str] = field(default_factory=Counter)
    by_job: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)


class Campaign:
    def __init__(self, base: Path, servers: int = 2) -> None:
        self.base, self.count, self.lock = base, Count(), threading.Lock()
        library = world.build(base)
        self.servers = [Server(library) for _ in range(servers)]
        self.free = list(self.servers)
        self.template, self.number = base / "template", 0
        self.template.mkdir()
        status = self.servers[0].do("prepare", self.template, base / "control", Fault(mode="count"))
        assert not status, (base / "control" / "said").read_text()
        self.share_imports(base / "control")

    def share_imports(self, control: Path) -> None:
        """What a job has imported, all servers import, so that no later child has to."""
        names = json.loads((control / "modules").read_text())
        for server in self.servers:
            server.ask({"import": names})

    def begun(self) -> tuple[Path, Path]:
        """A new place that holds what the template does, and a folder beside it for its control."""
        with self.lock:
            self.number += 1
            place = self.base / f"{self.number:06d}"
        shutil.copytree(self.template, place)
        return place.resolve(), self.base.resolve() / f"{place.name}-control"

    def undisturbed(self, job: str) -> Undisturbed:
        """Three ends of a job: the first imports what it needs, two are compared."""
        ends: list[Leaves] = []
        lasts = 0.0
        for _ in range(3):
            place, control = self.begun()
            begin = time.monotonic()
            status = self.servers[0].do(job, place, control, Fault(mode="count"))
            lasts = time.monotonic() - begin
            assert not status, (job, (control / "said").read_text()[-3000:])
            ends.append(leaves(place))
            count = world.changes(control)
            if len(ends) == 1:
                self.share_imports(control)
            shutil.rmtree(place), shutil.rmtree(control)
        first, second = ends[1:]
        loose = {
            name
            for name in first.keys() | second.keys()
            if first.get(name) != second.get(name) or re.search(":time|:train_s", name)
        }
        return Undisturbed(found=second, loose=frozenset(loose), changes=count, lasts=lasts)

    def points(self, job: str, known: Undisturbed, number: int, draw: random.Random) -> list[Point]:
        """So many points of a job, drawn over faults and changes."""
        found = []
        for _ in range(number):
            at = draw.randint(1, known.changes)
            mode = draw.choices(MODES, WEIGHTS)[0]
            if mode == "random":
                found.append(Point(job=job, fault=Fault(mode="count"), kill_after=draw.uniform(0.01, known.lasts)))
                continue
            choices = {
                "kill": (0, 1),
                "power": (0, 1),
                "full": (0, 0, 1, 2),
                "signal": SIGNALS,
                "twice": (signal.SIGINT,),
                "clock": (0, 1),
            }
            found.append(Point(job=job, fault=Fault(mode=mode, at=at, variant=int(draw.choice(choices[mode])))))
        return found

    def tried(self, point: Point, known: Undisturbed) -> str | None:
        """What went wrong with a point; None: nothing."""
        with self.lock:
            server = self.free.pop()
        place, control = self.begun()
        try:
            status = server.do(point.job, place, control, point.fault, point.kill_after)
            said = (control / "said").read_text(errors="replace")
            if wrong := self.judged(point, status, said):
                return f"{point}: {wrong}"
            if point.fault.mode == "power" and status == -signal.SIGKILL:
                disk = Disk(self.template, place)
                disk.replay(control / "log")
                disk.restore(names=bool(point.fault.variant))
            again = server.do(point.job, place, control, Fault(mode="count"))
            said = (control / "said").read_text(errors="replace")
            if again:
                return f"{point}: status {status}, then {again}: {said[-1500:]}"
            found = leaves(place, halves=point.job in TRAININGS)
            if differing := known.differing(found):
                return f"{point}: status {status}; differs in {differing[:6]}"
            with self.lock:
                kind = "random" if point.kill_after is not None else point.fault.mode
                self.count.points[kind] += 1
                self.count.by_job[point.job] += 1
                self.count.hit[kind] += status != 0
            shutil.rmtree(place), shutil.rmtree(control)
            return None
        finally:
            with self.lock:
                self.free.append(server)

    def judged(self, point: Point, status: int, said: str) -> str | None:
        """Whether a job ended as it may under its fault."""
        if "Traceback" in said or "unexpected error" in said:
            return f"status {status}: {said[-1500:]}"
        if point.fault.mode == "full" and status not in (0, 1):
            return f"a full disk ended with {status}: {said[-500:]}"
        if point.fault.mode == "clock" and status:
            return f"a clock that jumps ended with {status}: {said[-500:]}"
        if point.fault.mode == "full" and status == 1 and not said.strip():
            return "a full disk, and not a word"
        return None

    def run(self, wanted: dict[str, int], seed: int) -> Count:
        """All points of the wanted numbers by job."""
        draw = random.Random(seed)
        for job, number in wanted.items():
            begin, known = time.monotonic(), self.undisturbed(job)
            points = self.points(job, known, number, draw)
            with ThreadPoolExecutor(len(self.servers)) as threads:
                wrong = list(filter(None, threads.map(self.tried, points, [known] * number)))
            self.count.failures += wrong
            seconds = time.monotonic() - begin
            print(f"{job}: {number} points, {len(wrong)} failed, {known.changes} changes, {seconds:.0f} s", flush=True)
            print(*wrong, sep="\n", flush=True)
        return self.count

    def close(self) -> None:
        for server in self.servers:
            server.close()


def shares(points: int) -> dict[str, int]:
    """How many points each job gets: trainings three times as many as other verbs, slow ones a fifth."""
    weights = {**dict.fromkeys(TRAININGS, 3.0), **dict.fromkeys(VERBS, 1.5), **dict.fromkeys(SLOW, 0.4)}
    total = sum(weights.values())
    return {job: max(1, round(points * weight / total)) for job, weight in weights.items()}


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--points", type=int, default=1000)
    asked.add_argument("--seed", type=int, default=0)
    asked.add_argument("--jobs", nargs="*", choices=[*TRAININGS, *VERBS])
    asked.add_argument("--servers", type=int, default=2)
    asked.add_argument("--out", type=Path)
    given = asked.parse_args()
    wanted = shares(given.points)
    if given.jobs:
        wanted = dict.fromkeys(given.jobs, given.points)
    with tempfile.TemporaryDirectory(prefix="campaign-") as base:
        campaign = Campaign(Path(base).resolve(), given.servers)
        count = campaign.run(wanted, given.seed)
        campaign.close()
    told = {
        "points": dict(count.points),
        "ended by the fault": dict(count.hit),
        "jobs": dict(count.by_job),
        "failures": count.failures,
    }
    print(json.dumps({**told, "failures": len(count.failures)}, indent=1))
    if given.out:
        given.out.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    sys.exit(bool(count.failures))


if __name__ == "__main__":
    main()
