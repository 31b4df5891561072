"""`Cluster`: trials as tasks of a Ray cluster.

Ray places a task where cores are free, says when a node dies, and brings the answer. All else goes through the folder of runs,
which all nodes see. A task has two files there, in `workers/`: its order, by which the driver tells whose the run is and when
to stop, and its signs of life. A run belongs to the newest order alone: a worker that finds another one in its place, because
its driver was killed or its node was given up, ends at once, and its successor waits for the lock until it has.
"""

import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from linnaeus import files
from linnaeus.errors import StudyError
from linnaeus.studies.workers import errand, joining
from linnaeus.studies.workers.executor import Alive, Died, Done, Failed, News, Task, Train

LOOK = 0.5  # seconds between looks at signs of life
COUNT = 5.0  # seconds between looks at which nodes there are
LOCAL_STORE = 128 * 2**20  # bytes that a cluster of this machine keeps for objects; ours are a few hundred bytes each


@dataclass(slots=True)
class _Flight:
    task: Task
    ref: Any  # of what the task returns
    order: Path
    token: str
    sign: str = ""
    heard: float = field(default_factory=time.monotonic)


class Cluster:
    """As many tasks at once as there are places: a GPU each where the cluster has some, else `threads` cores each."""

    def __init__(self, train: Train, address: str, folder: Path, silence: float, jobs: int | None = None) -> None:
        """Connect. `address` is ray (a cluster on this machine, for as long as the study takes), HOST:PORT or ray://HOST:PORT.

        Raises:
            ClusterError: Ray is not installed, or nothing answers at the address. StudyError: what answers is no cluster to train on.
        """
        self.train, self.folder, self.silence, self.most = train, folder.absolute(), silence, jobs
        self.folder.mkdir(parents=True, exist_ok=True)
        self.ray = joining.ray()
        self.flights: dict[str, _Flight] = {}
        joining.connect(self.ray, address, store=LOCAL_STORE, otherwise="--jobs N needs no cluster")
        nodes = self._nodes()
        self.has_gpus = any(gpus for _, gpus in nodes)
        self.threads = _threads(nodes, jobs)
        self.jobs = self._room(nodes)
        self.counted = time.monotonic()

    def start(self, task: Task) -> None:
        """Give the task to the cluster, which begins it as soon as a node has room.

        Raises:
            StudyError: no node is large enough, or the cluster is gone.
        """
        token = secrets.token_hex(8)
        order = self.folder / f"{task.run}.order"
        files.write_whole(order, token)
        with suppress(FileNotFoundError):
            errand.sign_of(order).unlink()
        with _reached():
            ref = self._remote(task).remote(self.train, task, order, token, joining.settings(), str(Path.cwd()))
        self.flights[task.run] = _Flight(task=task, ref=ref, order=order, token=token)

    def _remote(self, task: Task) -> Any:
        threads = int(task.recipe["threads"]) or self.threads
        gpus = 1 if self.has_gpus and task.recipe["device"] != "cpu" else 0
        largest = max((cpus for cpus, there in self._nodes() if there >= gpus), default=0)
        if threads > largest:
            raise StudyError(
                f"a trial of {threads} threads fits on no node, the largest has {largest}: lower recipe.threads"
            )
        return self.ray.remote(errand.run).options(num_cpus=threads, num_gpus=gpus, max_retries=0, name=task.run)

    def news(self, seconds: float) -> list[News]:
        """What has happened; waits at most so long for the first. Raises StudyError where the cluster is gone."""
        end = time.monotonic() + seconds
        while True:
            with _reached():
                found = [*self._answered(min(LOOK, max(0.0, end - time.monotonic()))), *self._signs()]
                if time.monotonic() - self.counted > COUNT:
                    self.jobs, self.counted = self._room(self._nodes()), time.monotonic()
            if found or time.monotonic() >= end:
                return found

    def _answered(self, seconds: float) -> Iterator[News]:
        if not self.flights:
            time.sleep(seconds)
            return
        by_ref = {flight.ref: flight for flight in self.flights.values()}
        self.ray.wait(list(by_ref), timeout=seconds)
        ready, _ = self.ray.wait(list(by_ref), num_returns=len(by_ref), timeout=0)
        for ref in ready:
            flight = by_ref[ref]
            said = self._answer(flight)
            self._forget(flight)
            yield said

    def _answer(self, flight: _Flight) -> Done | Failed | Died:
        run, errors = flight.task.run, self.ray.exceptions
        try:
            said: Done | Failed = self.ray.get(flight.ref)
            return said
        except (errors.RayTaskError, errors.RuntimeEnvSetupError) as error:  # before anything of ours was run
            return Failed(run=run, reason=f"a node cannot run trials: {joining.last_line(error)}")
        except errors.OutOfMemoryError:
            return Died(run=run, reason="its worker was ended, as its node is out of memory")
        except errors.RayError as error:
            return Died(run=run, reason=f"its worker or its node is gone ({type(error).__name__})")

    def _signs(self) -> Iterator[News]:
        for flight in list(self.flights.values()):
            with suppress(OSError):
                sign = errand.sign_of(flight.order).read_text(encoding="utf-8")
                if sign != flight.sign:
                    flight.sign, flight.heard = sign, time.monotonic()
                    yield Alive(run=flight.task.run, epoch=int(sign.partition(" ")[0] or 0))
            if flight.sign and time.monotonic() - flight.heard > self.silence:  # without a sign it waits for room
                self._kill(flight)
                yield Died(run=flight.task.run, reason=f"its worker said nothing for {self.silence:.0f} s")

    def end(self, seconds: float) -> None:
        """Ask what is under way to save and stop, wait at most so long, and leave the cluster."""
        if not self.ray.is_initialized():
            return
        for flight in self.flights.values():
            files.write_whole(flight.order, f"{flight.token} {errand.STOP}")
        end = time.monotonic() + seconds
        with suppress(StudyError):
            while time.monotonic() < end and any(flight.sign for flight in self.flights.values()):
                self.news(LOOK)
        for flight in list(self.flights.values()):
            with suppress(Exception):  # the cluster may be gone
                self._kill(flight)
        self.ray.shutdown()

    def _kill(self, flight: _Flight) -> None:
        self._forget(flight)
        self.ray.cancel(flight.ref, force=True)

    def _forget(self, flight: _Flight) -> None:
        """Its order becomes nobody's: a worker that is alive against all that Ray knows ends."""
        del self.flights[flight.task.run]
        files.write_whole(flight.order, "nobody")
        errand.sign_of(flight.order).unlink(missing_ok=True)

    def _nodes(self) -> list[tuple[int, int]]:
        """(cores, GPUs) of each node that is alive."""
        alive = [node["Resources"] for node in self.ray.nodes() if node["Alive"]]
        return [(int(node.get("CPU", 0)), int(node.get("GPU", 0))) for node in alive]

    def _room(self, nodes: list[tuple[int, int]]) -> int:
        room = sum(gpus if self.has_gpus else cpus // self.threads for cpus, gpus in nodes)
        return max(1, min(room, self.most or room))


@contextmanager
def _reached() -> Iterator[None]:
    """A cluster that is gone shows as whatever Ray raises: here it becomes one message."""
    try:
        yield
    except Exception as error:
        if isinstance(error, ConnectionError) or type(error).__module__.startswith(("ray.", "grpc.")):
            raise StudyError(
                f"the cluster is gone ({type(error).__name__}); nothing is lost, the same command goes on once it is back"
            ) from error
        raise


def _threads(nodes: list[tuple[int, int]], jobs: int | None) -> int:
    """Cores of each trial, where its recipe leaves them open: those that go with a GPU; or all, shared among `jobs`; or one."""
    largest = max((cpus for cpus, _ in nodes), default=0)
    if not largest:
        raise StudyError("the cluster has no node with a core to train on; add one with: ray start --address HOST:PORT")
    with_gpus = [cpus // gpus for cpus, gpus in nodes if gpus]
    wanted = min(with_gpus) if with_gpus else sum(cpus for cpus, _ in nodes) // jobs if jobs else 1
    return max(1, min(wanted, largest))
