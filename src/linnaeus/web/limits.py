"""`Limits`: how much of anything a client may ask for."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one service bears. Beyond it a client is told so, with an HTTP status of the 400s, or to come again."""

    body: int = 32 * 2**20  # bytes of one image, or of one request of the inference protocol
    batch: int = 2**30  # bytes of one archive
    images: int = 10_000  # of one archive
    held: int = 2**29  # bytes of all bodies that are held at once
    upload_s: float = 30.0  # in which a body has to arrive
    decode_s: float = 10.0  # in which an image has to be decoded
    decode_memory: int = 2 * 2**30  # bytes of address space of a decoding process
    waiting: int = 64  # images that wait at once; more are sent away with Retry-After
    together: int = 32  # images that pass through the network at once
    stop_s: int = 10  # in which answers under way are given when the service is told to stop


LIMITS = Limits()
