"""Who may ask, and how much: host, origin, token, length of the body, time and number of requests, before a byte is looked at.

421 another host than those that the service answers to (a name that an attacker has bound to this address), 403 a page of another
origin, 401 no token, 413 too long, 408 too slow, 503 too many at once.
"""

import asyncio
import hmac
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

OPEN = ("/", "/v2/health/live", "/v2/health/ready")  # these tell nothing, and need no token


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Of one service."""

    body: int = 32 * 2**20  # bytes
    seconds: float = 30.0  # until a body is there, and until a picture is decoded
    waiting: int = 128  # requests at once
    processes: int = 2  # that decode
    hosts: Collection[str] = field(default_factory=lambda: ("localhost", "127.0.0.1", "::1"))
    token: str | None = None  # None: anybody may ask


class Guard:
    """An ASGI application around another."""

    def __init__(self, app: Any, limits: Limits) -> None:
        self.app, self.limits, self.busy = app, limits, 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        refused = self._refused(Request(scope))
        if refused is not None:
            await refused(scope, receive, send)
            return
        self.busy += 1
        try:
            await self.app(scope, receive, send)
        finally:
            self.busy -= 1

    def _refused(self, request: Request) -> Response | None:
        if request.url.hostname not in self.limits.hosts:
            return refusal(421, "this service does not answer to that host")
        origin = request.headers.get("origin")
        if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
            return refusal(403, "requests from other pages are not answered")
        said = request.headers.get("authorization", "").encode()
        token = self.limits.token
        if (
            token is not None
            and request.url.path not in OPEN
            and not hmac.compare_digest(said, f"Bearer {token}".encode())
        ):
            return refusal(401, "the token is missing or wrong", {"WWW-Authenticate": "Bearer"})
        length = request.headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > self.limits.body:
            return refusal(413, f"the body is longer than {self.limits.body} bytes")
        if self.busy >= self.limits.waiting:
            return refusal(503, "too many requests at once", {"Retry-After": "1"})
        return None


async def body(request: Request, limits: Limits) -> bytes:
    """What was sent. Raises HTTPException: 408 too slow, 413 too long, 422 nothing."""
    parts, length = [], 0
    try:
        async with asyncio.timeout(limits.seconds):
            async for part in request.stream():
                length += len(part)
                if length > limits.body:
                    raise HTTPException(413, f"the body is longer than {limits.body} bytes")
                parts.append(part)
    except TimeoutError:
        raise HTTPException(408, f"the body did not arrive within {limits.seconds:g} s") from None
    if not length:
        raise HTTPException(422, "the body is empty: send the picture itself")
    return b"".join(parts)


def refusal(status: int, reason: str, headers: dict[str, str] | None = None) -> Response:
    """An answer that is none."""
    return JSONResponse({"error": reason}, status, {**(headers or {}), "Connection": "close"})
