"""`Refusal`: an answer that says why there is no other, with its HTTP status."""

from collections.abc import Mapping
from types import MappingProxyType


class Refusal(Exception):
    """What a client is told in place of what it asked for."""

    def __init__(self, status: int, reason: str, headers: Mapping[str, str] = MappingProxyType({})) -> None:
        super().__init__(reason)
        self.status, self.reason, self.headers = status, reason, headers


def busy() -> Refusal:
    """All places for images that wait are taken."""
    return Refusal(429, "too many images are waiting; send this one again in a second", {"Retry-After": "1"})


def too_large(most: int) -> Refusal:
    """`most` bytes."""
    return Refusal(413, f"the body has more than {most:,} bytes")


def too_slow(seconds: float) -> Refusal:
    """A body that trickles holds a place that others need."""
    return Refusal(408, f"the body did not arrive within {seconds:g} s")


def unreadable(reason: str) -> Refusal:
    """An image that is none, or more than one may be."""
    return Refusal(422, reason)


def unsound(reason: str) -> Refusal:
    """A request that says what cannot be."""
    return Refusal(400, reason)
