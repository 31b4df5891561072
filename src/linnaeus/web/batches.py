"""`Batches`: squares that wait pass through the network together; it never waits for more to come."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import numpy.typing as npt

from linnaeus.web.decoders import Square

Row = npt.NDArray[np.float32]
Network = Callable[[npt.NDArray[np.uint8]], npt.NDArray[np.float32]]  # squares_NHWC to raw probabilities_NK


class Batches:
    """One thread for the network: while it works, others decode and wait."""

    def __init__(self, network: Network, together: int) -> None:
        self.network, self.together = network, together
        self._waiting: asyncio.Queue[tuple[Square, asyncio.Future[Row]]] = asyncio.Queue()
        self._thread = ThreadPoolExecutor(1)
        self._work: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._work = asyncio.create_task(self._run())

    def stop(self) -> None:
        if self._work is not None:
            self._work.cancel()
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def probabilities(self, square: Square) -> Row:
        """Raw probabilities_K of one square."""
        answer: asyncio.Future[Row] = asyncio.get_running_loop().create_future()
        self._waiting.put_nowait((square, answer))
        return await answer

    async def _run(self) -> None:
        while True:
            batch = [await self._waiting.get()]
            while len(batch) < self.together and not self._waiting.empty():
                batch.append(self._waiting.get_nowait())
            squares_NHWC = np.stack([square for square, _ in batch])
            try:
                rows_NK = await asyncio.get_running_loop().run_in_executor(self._thread, self.network, squares_NHWC)
            except Exception as error:  # each of those who wait is told, and the next batch is tried
                for _, answer in batch:
                    if not answer.done():
                        answer.set_exception(error)
                continue
            for (_, answer), row in zip(batch, rows_NK, strict=True):
                if not answer.done():  # else its client went away
                    answer.set_result(row)
