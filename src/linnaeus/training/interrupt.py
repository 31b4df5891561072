"""Stopping on request: the first SIGINT, SIGTERM or SIGHUP (a terminal that is closed) asks for a stop at the next step, the second
SIGINT stops at once."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class StopRequest:
    """`signal_number` is None until somebody asks."""

    def __init__(self) -> None:
        self.signal_number: int | None = None

    def __call__(self, signal_number: int, frame: FrameType | None) -> None:
        self.signal_number = signal_number
        signal.signal(signal.SIGINT, signal.default_int_handler)


@contextmanager
def listening() -> Iterator[StopRequest]:
    """Listen for these signals while the block runs. Outside the main thread nobody can, and the request stays silent."""
    request = StopRequest()
    if threading.current_thread() is not threading.main_thread():
        yield request
        return
    before = {number: signal.signal(number, request) for number in _signals()}
    try:
        yield request
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _signals() -> Iterator[signal.Signals]:
    yield from (signal.SIGINT, signal.SIGTERM)
    if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # as `nohup` asks
        yield signal.SIGHUP
