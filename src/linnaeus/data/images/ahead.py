"""Images read in threads while the images before them are worked on. No torch here."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from linnaeus.device import cores

Source = TypeVar("Source")
Read = TypeVar("Read")


def in_groups(
    sources: Sequence[Source], read: Callable[[Source], Read], together: int, threads: int = 0
) -> Iterator[list[Read]]:
    """What `read` makes of each source, so many together and in their order; it may not raise. `threads` 0: one for each core.

    While the caller works on one group, the next is read: two groups are held. Pillow frees the interpreter while it decodes.
    """
    groups: deque[list[Future[Read]]] = deque()
    with ThreadPoolExecutor(threads or cores()) as pool:
        for start in range(0, len(sources), together):
            groups.append([pool.submit(read, source) for source in sources[start : start + together]])
            if len(groups) > 1:
                yield [one.result() for one in groups.popleft()]
        for group in groups:
            yield [one.result() for one in group]
