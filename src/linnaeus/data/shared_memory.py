"""Room for batches between processes: workers hand them over in shared memory, of which a container has 64 MB by default.

A worker that finds none left says so to nobody, and the training would wait for its batch for ever: so the room is looked at first.
"""

import shutil
from pathlib import Path

PLACE = Path("/dev/shm")  # where Linux keeps it; other systems have no such limit
MOST_AHEAD = 4  # batches that a worker decodes before they are asked for
SPARED = 0.2  # of the free room, for whoever else uses it


def batches_ahead(bytes_of_batch: int, workers: int) -> int:
    """How many batches each worker may hold ready, besides the one in use; 0: there is no room for one each."""
    room = free()
    if room is None:
        return MOST_AHEAD
    fit = int(room * (1 - SPARED) // max(1, bytes_of_batch)) - 1
    return max(0, min(MOST_AHEAD, fit // max(1, workers)))


def free() -> int | None:
    """Bytes that are free; None: unlimited."""
    try:
        return shutil.disk_usage(PLACE).free
    except OSError:
        return None
