"""One worker: a process that trains what it is told, one task after another, and dies with its driver.

It speaks with its driver through two pipes: `line` carries tasks and news; nothing ever comes through `life`, and when it
closes the driver is gone. Then the worker ends at once, so that the next driver finds no other hand on its runs.
"""

import os
import sys
import threading
import time
import traceback
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path

from linnaeus import files
from linnaeus.errors import LinnaeusError
from linnaeus.events import EpochDone, Event
from linnaeus.studies.workers.executor import Alive, Done, Failed, Task, Train

BETWEEN_SIGNS = 1.0  # seconds


def work(train: Train, line: Connection, life: Connection, log: Path, lock: Path) -> None:
    """Do tasks until the driver says no more, or is gone. What libraries print goes into `log`; `lock` is held meanwhile."""
    threading.Thread(target=_die_with_the_driver, args=(life,), daemon=True).start()
    _print_into(log)
    with files.locked(lock):
        while True:
            try:
                task = line.recv()
            except (EOFError, OSError):
                return
            if task is None:
                return
            line.send(answer(train, task, line.send))


def answer(train: Train, task: Task, send: Callable[[Alive], object]) -> Done | Failed:
    """Do one task; `send` is told of each epoch, and of each second or so in between."""
    said = time.monotonic()

    def tell(event: Event) -> None:
        nonlocal said
        is_epoch = isinstance(event, EpochDone)
        if is_epoch or time.monotonic() - said > BETWEEN_SIGNS:
            said = time.monotonic()
            send(Alive(run=task.run, epoch=event.epoch if isinstance(event, EpochDone) else 0))

    try:
        return Done(run=task.run, outcome=train(task, tell))
    except LinnaeusError as error:
        return Failed(run=task.run, reason=str(error))
    except Exception as error:
        traceback.print_exc()
        first = (str(error).strip() or "no message").splitlines()[0]
        return Failed(run=task.run, reason=f"unexpected error, {type(error).__name__}: {first}")


def _die_with_the_driver(life: Connection) -> None:
    try:
        life.recv()
    except (EOFError, OSError):
        os._exit(1)


def _print_into(log: Path) -> None:
    """A worker has no terminal: what is printed in it is kept for those who look for a reason."""
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os.dup2(descriptor, 1)
    os.dup2(descriptor, 2)
    os.close(descriptor)
