"""One task on a node of a cluster: what runs there, and how it obeys its driver through two files that both of them see.

`RUN.order` is the driver's: the token of the task whose the run is, and `stop` where it is to save itself and end. `RUN.sign` is
the task's: the epoch that it is in and a count, written anew each second or so.
"""

import os
import signal
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout, suppress
from pathlib import Path

from linnaeus import files
from linnaeus.errors import RunError
from linnaeus.studies.workers.executor import Alive, Done, Failed, Task, Train
from linnaeus.studies.workers.worker import BETWEEN_SIGNS, answer

STOP = "stop"
SUCCESSION = 60.0  # seconds that an earlier worker of the same run may take to end


def run(train: Train, task: Task, order: Path, token: str, settings: Mapping[str, str], cwd: str) -> Done | Failed:
    """Do the task, as long as it is the one that the order names."""
    if _read(order).partition(" ")[0] != token:
        return Failed(run=task.run, reason=_not_seen(order))
    os.environ.update(settings)
    with suppress(OSError):
        os.chdir(cwd)  # where paths of data begin
    sign = _Sign(sign_of(order))
    sign.write(Alive(run=task.run))
    log = order.with_suffix(".log")
    with log.open("w", encoding="utf-8") as file, redirect_stdout(file), redirect_stderr(file):
        try:
            with _alone(order, sign), _obeying(order, token):
                said = answer(train, task, sign.write)
        except RunError as error:
            return Failed(run=task.run, reason=str(error))
    if isinstance(said, Done):
        log.unlink(missing_ok=True)
    return said


def sign_of(order: Path) -> Path:
    """The file of a task's signs of life."""
    return order.with_suffix(".sign")


class _Sign:
    def __init__(self, path: Path) -> None:
        self.path, self.epoch, self.count = path, 0, 0

    def write(self, alive: Alive) -> None:
        """A sign that is lost for a full disk or a network out of breath is followed by another."""
        self.epoch, self.count = max(self.epoch, alive.epoch), self.count + 1
        with suppress(OSError):
            self.path.write_text(f"{self.epoch} {self.count}", encoding="utf-8")


@contextmanager
def _alone(order: Path, sign: _Sign) -> Iterator[None]:
    """Hold the run, once an earlier worker has let it go. Raises RunError where it does not."""
    lock = order.with_name(f"worker-{order.stem}.lock")  # for which a driver without a cluster waits too
    end = time.monotonic() + SUCCESSION
    with ExitStack() as held:
        while True:
            try:
                held.enter_context(files.locked(lock))
                break
            except RunError:
                if time.monotonic() > end:
                    raise
            sign.write(Alive(run=order.stem))
            time.sleep(BETWEEN_SIGNS)
        yield


@contextmanager
def _obeying(order: Path, token: str) -> Iterator[None]:
    """Stop when the order says so, and end at once when it is another's."""
    is_over = threading.Event()

    def look() -> None:
        while not is_over.wait(BETWEEN_SIGNS):
            owner, _, wish = _read(order).partition(" ")
            if owner and owner != token:
                os._exit(1)
            if wish == STOP:
                os.kill(os.getpid(), signal.SIGTERM)  # the training saves itself after this step
                return

    watch = threading.Thread(target=look, daemon=True)
    watch.start()
    try:
        yield
    finally:
        is_over.set()
        watch.join()


def _read(order: Path) -> str:
    try:
        return order.read_text(encoding="utf-8")
    except OSError:  # a network out of breath
        return ""


def _not_seen(order: Path) -> str:
    if order.parent.is_dir():
        return "its order was taken back before it began"
    return (
        f"the node {socket.gethostname()} does not see {order.parent}: runs (--runs) and data (LINNAEUS_DATA) must lie in folders "
        "that all nodes share"
    )
