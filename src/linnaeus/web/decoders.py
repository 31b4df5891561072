"""`Decoders`: images become squares in processes of their own, limited in time and memory, and replaced when they die."""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE, Process
from contextlib import suppress

import numpy as np
import numpy.typing as npt

from linnaeus.classifier.preprocessing import Preprocessing
from linnaeus.web import refusals
from linnaeus.web.child import LENGTH, PIXELS
from linnaeus.web.limits import Limits

Square = npt.NDArray[np.uint8]


class Decoders:
    """So many processes; `square` waits for one that is free."""

    def __init__(self, wanted: Preprocessing, limits: Limits, processes: int) -> None:
        self.wanted, self.limits, self.processes = wanted, limits, processes
        self.deaths = 0
        self._free: asyncio.Queue[Process] = asyncio.Queue()
        self._all: set[Process] = set()

    async def start(self) -> None:
        for _ in range(self.processes):
            self._free.put_nowait(await self._begun())

    async def stop(self) -> None:
        for process in self._all:
            with suppress(ProcessLookupError):
                process.kill()
        await asyncio.gather(*(process.wait() for process in self._all))

    async def square(self, content: bytes) -> Square:
        """The image as the network wants it, (H, W, C). Raises Refusal where it cannot be read, or takes too long or too much."""
        process = await self._free.get()
        try:
            async with asyncio.timeout(self.limits.decode_s):
                kind, answer = await _asked(process, content)
        except TimeoutError:
            await self._replace(process)
            raise refusals.unreadable(f"it is not decoded within {self.limits.decode_s:g} s") from None
        except (asyncio.IncompleteReadError, ConnectionError):  # it died of this image, or was killed
            await self._replace(process)
            raise refusals.unreadable("the process that decoded it died") from None
        except BaseException:  # the client went away: what the process still says is not the next image's answer
            await self._replace(process)
            raise
        self._free.put_nowait(process)
        if kind != PIXELS:
            raise refusals.unreadable(answer.decode())
        size, channels = self.wanted.size, self.wanted.channels
        return np.frombuffer(answer, np.uint8).reshape(size, size, channels)

    async def _replace(self, process: Process) -> None:
        self.deaths += 1
        with suppress(ProcessLookupError):
            process.kill()
        self._all.discard(process)
        await process.wait()
        self._free.put_nowait(await self._begun())

    async def _begun(self) -> Process:
        wanted = self.wanted
        size, channels, decoder = str(wanted.size), str(wanted.channels), str(wanted.decoder)
        words = [size, channels, wanted.resize, decoder, str(self.limits.decode_memory)]
        environment = os.environ | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}  # threads take address space
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "linnaeus.web.child", *words, stdin=PIPE, stdout=PIPE, env=environment
        )
        self._all.add(process)
        return process


async def _asked(process: Process, content: bytes) -> tuple[bytes, bytes]:
    """What the process says of an image: PIXELS or REASON, and which."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(len(content).to_bytes(LENGTH, "little") + content)
    await process.stdin.drain()
    kind = await process.stdout.readexactly(1)
    length = int.from_bytes(await process.stdout.readexactly(LENGTH), "little")
    return kind, await process.stdout.readexactly(length)
