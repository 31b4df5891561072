"""Strangers' pictures are decoded in children that are limited and may die: the service lives on."""

import asyncio
import contextlib
import multiprocessing
import signal
import sys
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool

import numpy as np
import numpy.typing as npt

from linnaeus.classifier.preprocessing import Preprocessing
from linnaeus.data.images import decode
from linnaeus.errors import ImageError

MEMORY = 2 * 2**30  # bytes of address space of a child: 89.5 megapixels of four samples, several times over
STOPPED = "corrupt: its decoding was stopped"

Square = npt.NDArray[np.uint8]


class Decoders:
    """`await square(content)` is the fitted picture, or the reason why there is none."""

    def __init__(self, wanted: Preprocessing, processes: int, seconds: float) -> None:
        self.wanted, self.processes, self.seconds = wanted, processes, seconds
        self.deaths = 0
        self._pool = self._fresh()

    async def square(self, content: bytes) -> Square | str:
        for _ in range(2):  # a second time, alone to blame, where another picture has broken the first pool
            pool = self._pool
            try:
                return await asyncio.wait_for(self._decoded(pool, content), self.seconds)
            except (BrokenProcessPool, TimeoutError, RuntimeError):
                self._replace(pool)
        return STOPPED

    async def _decoded(self, pool: ProcessPoolExecutor, content: bytes) -> Square | str:
        return await asyncio.get_running_loop().run_in_executor(pool, _read, content, self.wanted)

    def close(self) -> None:
        self._kill(self._pool)
        self._pool.shutdown(wait=True)

    def _fresh(self) -> ProcessPoolExecutor:
        context = multiprocessing.get_context("spawn")  # nothing of the service is copied into a child
        return ProcessPoolExecutor(self.processes, context, _limited)

    def _replace(self, broken: ProcessPoolExecutor) -> None:
        if self._pool is broken:
            self.deaths += 1
            self._pool = self._fresh()
            self._kill(broken)

    def _kill(self, pool: ProcessPoolExecutor) -> None:
        children = list((pool._processes or {}).values())
        pool.shutdown(wait=False, cancel_futures=True)
        for child in children:
            with contextlib.suppress(OSError, ValueError):
                child.kill()


def _limited() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the service says when to end
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _read(content: bytes, wanted: Preprocessing) -> Square | str:
    try:
        return decode.read(content, channels=wanted.channels, size=wanted.size, resize=wanted.resize)
    except ImageError as error:
        return error.reason
