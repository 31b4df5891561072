"""`Local`: trials as processes of this machine."""

import multiprocessing
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path

from linnaeus import files
from linnaeus.device import cores
from linnaeus.errors import RunError, StudyError
from linnaeus.studies.workers.executor import Died, Done, Failed, News, Task, Train
from linnaeus.studies.workers.worker import work

LOOK = 0.2  # seconds between looks at who is alive
ORPHANS = 60.0  # seconds that the workers of a driver that was killed may take to notice


@dataclass(slots=True)
class _Worker:
    process: BaseProcess
    line: Connection
    life: Connection  # held, never written to: it closes when this process dies
    log: Path
    lock: Path
    task: Task | None = None
    heard: float = field(default_factory=time.monotonic)


class Local:
    """`jobs` processes, each with one task at a time. A process that dies is replaced when there is a task for it."""

    def __init__(self, train: Train, jobs: int, folder: Path, silence: float) -> None:
        """`folder` gets locks and logs of the workers; one that says nothing for `silence` seconds is ended.

        Raises:
            StudyError: workers of an earlier driver do not end.
        """
        self.train, self.jobs, self.folder, self.silence = train, jobs, folder, silence
        self.threads = max(1, cores() // jobs)
        self.workers: list[_Worker] = []
        self.count = 0
        folder.mkdir(parents=True, exist_ok=True)
        _wait_for_orphans(folder)

    def start(self, task: Task) -> None:
        """Give the task to a worker that is free, or to a new one."""
        for worker in [one for one in self.workers if one.task is None]:
            with suppress(OSError):
                worker.line.send(task)
                worker.task, worker.heard = task, time.monotonic()
                return
            self._forget(worker)
        for last in (False, False, True):
            try:
                worker = self._new()
                break
            except OSError as error:  # it was ended while it was being born
                if last:
                    raise StudyError(f"no worker can be started: {error.strerror or error}") from error
        worker.task, worker.heard = task, time.monotonic()
        with suppress(OSError):  # dead already: `news` will find it so
            worker.line.send(task)

    def news(self, seconds: float) -> list[News]:
        """What has happened; waits at most so long for the first."""
        end = time.monotonic() + seconds
        while True:
            found = list(self._heard(min(LOOK, max(0.0, end - time.monotonic()))))
            if found or time.monotonic() >= end:
                return found

    def _heard(self, seconds: float) -> Iterator[News]:
        lines = {worker.line: worker for worker in self.workers}
        if not lines:
            time.sleep(seconds)
        for line in wait(list(lines), seconds) if lines else ():
            yield from self._said(lines[line])  # type: ignore[index]
        for worker in list(self.workers):
            if not worker.process.is_alive():
                while last := list(self._said(worker)):  # what it said last is heard first
                    yield from last
                yield from self._lost(worker, _how_it_ended(worker))
            elif worker.task is not None and time.monotonic() - worker.heard > self.silence:
                worker.process.kill()
                worker.process.join()
                yield from self._lost(worker, f"its worker said nothing for {self.silence:.0f} s")

    def _said(self, worker: _Worker) -> Iterator[News]:
        """One thing that it said, if there is any; the end of a pipe can be read too, and says nothing."""
        with suppress(EOFError, OSError):
            if worker.line.poll():
                said = worker.line.recv()
                worker.heard = time.monotonic()
                if isinstance(said, Done | Failed):
                    worker.task = None
                yield said

    def _lost(self, worker: _Worker, reason: str) -> Iterator[News]:
        self._forget(worker)
        if worker.task is not None:
            yield Died(run=worker.task.run, reason=reason)

    def end(self, seconds: float) -> None:
        """Ask what is under way to save and stop, wait at most so long, and let all workers go."""
        for worker in self.workers:
            if worker.task is not None:
                worker.process.terminate()
            else:
                with suppress(OSError):
                    worker.line.send(None)
        end = time.monotonic() + seconds
        while time.monotonic() < end and any(one.task is not None for one in self.workers):
            self.news(LOOK)
        for worker in list(self.workers):
            with suppress(OSError):
                worker.line.send(None)
            worker.process.join(LOOK if worker.task is None else 0.0)
            worker.process.kill()
            worker.process.join()
            self._forget(worker)

    def _new(self) -> _Worker:
        self.count += 1
        context = multiprocessing.get_context("spawn")  # a fork would take locks and threads of ours along
        (line, theirs), (their_life, life) = context.Pipe(), context.Pipe(duplex=False)
        log, lock = self.folder / f"worker-{self.count}.log", self.folder / f"worker-{self.count}.lock"
        process = context.Process(target=work, args=(self.train, theirs, their_life, log, lock), daemon=False)
        process.start()
        theirs.close()
        their_life.close()
        worker = _Worker(process=process, line=line, life=life, log=log, lock=lock)
        self.workers.append(worker)
        return worker

    def _forget(self, worker: _Worker) -> None:
        self.workers.remove(worker)
        worker.line.close()
        worker.life.close()
        worker.lock.unlink(missing_ok=True)


def _how_it_ended(worker: _Worker) -> str:
    worker.process.join()
    code = worker.process.exitcode or 0
    if code < 0:
        with suppress(ValueError):
            name = signal.Signals(-code).name
            hint = ", as a system does that is out of memory" if name == "SIGKILL" else ""
            return f"its worker was ended by {name}{hint}"
    last = ""
    with suppress(OSError):
        lines = worker.log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        last = f": {lines[-1]}" if lines else ""
    return f"its worker ended with status {code}{last}"


def _wait_for_orphans(folder: Path) -> None:
    """Until no worker of an earlier driver is left: they end by themselves, and hold their locks as long as they live."""
    for lock in sorted(folder.glob("worker-*.lock")):
        end = time.monotonic() + ORPHANS
        while True:
            try:
                with files.locked(lock):
                    lock.unlink(missing_ok=True)
                break
            except RunError as error:
                if time.monotonic() > end:
                    raise StudyError(f"a worker of an earlier command still lives, and does not end: {error}") from None
                time.sleep(LOOK)
