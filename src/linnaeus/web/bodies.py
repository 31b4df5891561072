"""Bodies of requests, read as far as they may be long, and as fast as they must come."""

import asyncio
from collections.abc import AsyncIterator

from starlette.requests import ClientDisconnect, Request

from linnaeus.web import refusals
from linnaeus.web.refusals import Refusal

RAW = (
    "image/",
    "application/octet-stream",
    "application/x-www-form-urlencoded",
)  # the last is what curl says of any --data-binary


async def whole(request: Request, most: int, seconds: float) -> bytes:
    """The body. Raises Refusal: 413 if it is longer than `most` bytes, 408 if it takes longer than `seconds`."""
    return b"".join([part async for part in parts(request, most, seconds)])


async def parts(request: Request, most: int, seconds: float) -> AsyncIterator[bytes]:
    """The body as it comes. Raises Refusal as `whole`, and 400 where the client goes away."""
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
