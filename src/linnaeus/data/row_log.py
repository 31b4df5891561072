"""Rows that are appended as they are computed, some at a time, so that a process that is killed loses none that it has written.

A file of blocks: its first row, numbers of rows and of columns (8 bytes each), the rows, a checksum of all that. What follows the last
whole block is ignored, and so is a block that does not go on where the one before it ended: two processes may write the same rows.
"""

import hashlib
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from linnaeus.errors import RunError

_HEAD, _SUM = 24, 16  # bytes

Rows = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class _Block:
    """Some rows: where in the file they are, or themselves where they could not be written."""

    rows: int
    columns: int
    start: int = -1
    held: Rows | None = None

    @property
    def end(self) -> int:
        """Where the next block of the file begins."""
        return self.start + _HEAD + 4 * self.rows * self.columns + _SUM


class RowLog:
    """The blocks of one file, those that it held already and those that are added; they need no memory until they are read.

    Where the file cannot be written (a full disk, a folder that is read-only) further rows are held in memory: a file that
    saves time must not cost the work.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._blocks: list[_Block] = []
        self._file: FileIO | None = None
        self._writes = False
        with suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = FileIO(path, "a+")
            self._writes = True
            end = 0
            for first, block in _whole_blocks(self._file):
                end = block.end
                if first == len(self):
                    self._blocks.append(block)
            self._file.truncate(end)

    @property
    def lengths(self) -> list[int]:
        """Rows of each block."""
        return [block.rows for block in self._blocks]

    def __len__(self) -> int:
        """Rows."""
        return sum(self.lengths)

    def append(self, rows_ND: Rows) -> None:
        """Add some rows."""
        held = np.ascontiguousarray(rows_ND, np.float32)
        block = np.array([len(self), *held.shape], "<u8").tobytes() + held.tobytes()
        block += _sum(block)
        if self._file is not None and self._writes:
            with suppress(OSError):
                if self._file.write(block) == len(block):
                    start = self._file.tell() - len(block)
                    self._blocks.append(_Block(len(held), held.shape[1], start))
                    return
            self._writes = False
        self._blocks.append(_Block(len(held), held.shape[1], held=held))

    def clear(self) -> None:
        """Begin anew."""
        self._blocks.clear()
        if self._file is not None:
            self._file.truncate(0)

    def rows(self) -> Iterator[Rows]:
        """Each row, one after the other. Raises RunError: another process has changed the file."""
        for block in self._blocks:
            found = block.held if block.held is not None else _read(self._file, block)
            if found is None:
                raise RunError(f"{self.path} was changed by another process meanwhile; give the same command again")
            yield from found

    def remove(self) -> None:
        """The file is no longer needed."""
        with suppress(OSError):
            self.path.unlink(missing_ok=True)

    def __enter__(self) -> "RowLog":
        return self

    def __exit__(self, *_: Any) -> None:
        if self._file is not None:
            with suppress(OSError):
                self._file.close()


def _whole_blocks(file: FileIO) -> Iterator[tuple[int, _Block]]:
    """The blocks up to the first of which a byte is wrong, each with the number of its first row."""
    size, end = os.fstat(file.fileno()).st_size, 0
    while end + _HEAD <= size:
        file.seek(end)
        first, rows, columns = np.frombuffer(file.read(_HEAD), "<u8").tolist()
        block = _Block(rows, columns, end)
        if block.end > size or _read(file, block) is None:
            return
        end = block.end
        yield first, block


def _read(file: FileIO | None, block: _Block) -> Rows | None:
    """The rows of a block; None where the file does not hold them any more."""
    if file is None:
        return None
    file.seek(block.start)
    content = file.read(block.end - block.start)
    if content[-_SUM:] != _sum(content[:-_SUM]):
        return None
    return np.frombuffer(content, np.float32, block.rows * block.columns, _HEAD).reshape(block.rows, block.columns)


def _sum(block: bytes) -> bytes:
    return hashlib.blake2b(block, digest_size=_SUM).digest()
