"""Squares of several requests go through the network together."""

import asyncio
import contextlib
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import numpy.typing as npt

TOGETHER = 32  # images at most
Square = npt.NDArray[np.uint8]


class Batches:
    """`await raw(square)` are the raw probabilities_K of one picture. What waits while the network is busy goes next, together."""

    def __init__(self, model: Any) -> None:
        self.model = model
        self._waiting: asyncio.Queue[tuple[Square, asyncio.Future[Any]]] = asyncio.Queue()
        self._thread = ThreadPoolExecutor(1)
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        self._thread.shutdown(wait=False)

    async def raw(self, square: Square) -> npt.NDArray[np.float32]:
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        await self._waiting.put((square, future))
        return np.asarray(await future)

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            group = [await self._waiting.get()]
            while len(group) < TOGETHER and not self._waiting.empty():
                group.append(self._waiting.get_nowait())
            try:
                squares_NHWC = np.stack([square for square, _ in group])
                raw_NK = await loop.run_in_executor(self._thread, self.model.probabilities, squares_NHWC)
                told: list[Any] = list(raw_NK)
            except Exception as error:  # each that waits is told, and the next group goes on
                told = [error] * len(group)
            for (_, future), found in zip(group, told, strict=True):
                if not future.done():
                    future.set_exception(found) if isinstance(found, Exception) else future.set_result(found)
