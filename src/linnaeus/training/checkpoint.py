"""Checkpoints of a training: when one is due, how it is written, and how the newest undamaged one is found."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

from safetensors import SafetensorError

from linnaeus import files
from linnaeus.training import tree
from linnaeus.training.state import TrainState

KEPT = 2  # checkpoints: the newest could be the one that a failing disk damages
SHARE_FOR_SAVING = 0.03  # of the run's time
SOONEST = 5.0  # seconds from one checkpoint to the next


class Saver:
    """Decides when a checkpoint is due, so that saving takes at most its share of the run's time."""

    def __init__(self, folder: Path, every: float, is_first: bool = True) -> None:
        self.folder, self.every, self.is_first = folder, every, is_first
        self.next = time.perf_counter() + (every or SOONEST)

    def is_due(self) -> bool:
        return self.is_first and time.perf_counter() >= self.next

    def save(self, state: TrainState) -> None:
        start = time.perf_counter()
        save(state, self.folder)
        end = time.perf_counter()
        self.next = end + (self.every or max(SOONEST, (end - start) / SHARE_FOR_SAVING))


def save(state: TrainState, folder: Path) -> None:
    """Write a checkpoint whole, its checksum in its name, and drop all but the last two. Raises RunError on a full disk."""
    content = tree.to_bytes(state.to_tree())
    files.write_whole(folder / f"step-{state.step:09d}-{files.checksum_of(content)}.safetensors", content)
    for old in list(_checkpoints(folder))[KEPT:]:
        old.unlink(missing_ok=True)


def restore_newest(state: TrainState, folder: Path) -> bool:
    """Bring `state` to the newest undamaged checkpoint in `folder`; False if there is none: the run begins at step 0."""
    for path in _checkpoints(folder):
        try:
            content = path.read_bytes()
            if files.checksum_of(content) == path.stem.rpartition("-")[2]:
                state.restore(tree.from_bytes(content))
                return True
        except (OSError, ValueError, KeyError, SafetensorError):
            continue
    return False


def _checkpoints(folder: Path) -> Iterator[Path]:
    """The newest first. What a crash left half-written has another name."""
    if folder.is_dir():
        names = (path for path in folder.iterdir() if re.fullmatch(r"step-\d+-[0-9a-f]+\.safetensors", path.name))
        yield from sorted(names, reverse=True)
