"""Bodies of requests, read as far as they may be long, and as fast as they must come."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager

from starlette.requests import ClientDisconnect, Request

from linnaeus.web import refusals
from linnaeus.web.refusals import Refusal

# the last is what curl says of any --data-binary
RAW = ("image/", "application/octet-stream", "application/x-www-form-urlencoded")


class Room:
    """The bytes of bodies that all requests hold together: many that trickle must neither fill the memory nor keep others out."""

    def __init__(self, most: int) -> None:
        self.most, self.held = most, 0

    @asynccontextmanager
    async def whole(self, request: Request, most: int, seconds: float) -> AsyncGenerator[bytes]:
        """The body, once, for as long as it is needed. Raises Refusal as `parts`, and 429 where too much is held."""
        content = bytearray()
        try:
            async for part in parts(request, most, seconds):
                self.held += len(part)
                content += part
                if self.held > self.most:
                    raise refusals.busy()
            yield bytes(content)
        finally:
            self.held -= len(content)


async def parts(request: Request, most: int, seconds: float) -> AsyncIterator[bytes]:
    """The body as it comes. Raises Refusal: 413 if it is longer than `most` bytes, 408 if it takes longer than `seconds`, 400 where the
    client goes away, 415 where it is compressed and could become anything.
    """
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise Refusal(415, "send the body as it is, without Content-Encoding")
    said = request.headers.get("content-length", "0")
    if not said.isdecimal() or int(said) > most:
        raise refusals.too_large(most)
    taken = 0
    stream = request.stream()
    end = asyncio.get_running_loop().time() + seconds
    while True:
        try:
            async with asyncio.timeout_at(end):
                part = await anext(stream, None)
        except TimeoutError:
            raise refusals.too_slow(seconds) from None
        except ClientDisconnect:
            raise refusals.unsound("the client went away") from None
        if part is None:
            return
        taken += len(part)
        if taken > most:
            raise refusals.too_large(most)
        yield part


def check_raw(request: Request) -> None:
    """Raise Refusal, 415, where the body is no image by itself: a form, JSON, base64."""
    said = request.headers.get("content-type", "application/octet-stream").lower()
    if not said.startswith(RAW):
        raise Refusal(415, f"send the image itself as the body, not {said.partition(';')[0]}: curl --data-binary @FILE")
