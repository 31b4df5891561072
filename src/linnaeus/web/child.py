"""A process that decodes images for the service, one after another, and may die of one: `python -m linnaeus.web.child …`.

On standard input: 8 bytes of length, then an image. On standard output: one byte, 0 or 1, 8 bytes of length, then the fitted square's
pixels, or the reason why there are none.
"""

import sys
from contextlib import suppress

from linnaeus.data.images import decode
from linnaeus.errors import ImageError

LENGTH = 8  # bytes of a length, the lowest first
PIXELS, REASON = b"\0", b"\1"


def main(arguments: list[str]) -> None:
    """`size channels resize decoder memory`: what the network wants, and how many bytes of address space this process may have."""
    size, channels, decoder, memory = (int(arguments[place]) for place in (0, 1, 3, 4))
    resize = arguments[2]
    _limit(memory)
    asked, told = sys.stdin.buffer, sys.stdout.buffer
    while len(length := asked.read(LENGTH)) == LENGTH:
        content = asked.read(int.from_bytes(length, "little"))
        try:
            square = decode.read(content, channels=channels, size=size, resize=resize, decoder=decoder)
            kind, answer = PIXELS, square.tobytes()
        except ImageError as error:
            kind, answer = REASON, error.reason.encode("utf-8", "backslashreplace")
        except MemoryError:
            kind, answer = REASON, b"it takes more memory to decode than an image may"
        told.write(kind + len(answer).to_bytes(LENGTH, "little") + answer)
        told.flush()


def _limit(memory: int) -> None:
    with suppress(ImportError, ValueError, OSError):  # Windows has no such limits, and some systems refuse them
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    main(sys.argv[1:])
