"""Rows that are appended as they are computed, some at a time, so that a process that is killed loses none that it has written.

A file of blocks: its first row, numbers of rows and of columns (8 bytes each), the rows, a checksum of all that. What follows the last
whole block is ignored, and so is a block that does not go on where the one before it ended: two processes may write the same rows.
"""

import hashlib
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

_HEAD, _SUM = 24, 16  # bytes

Rows = npt.NDArray[np.float32]


class RowLog:
    """The blocks of one file, those that it held already and those that are added.

    Where the file cannot be written (a full disk, a folder that is read-only) the rows are held in memory alone: a file that
    saves time must not cost the work.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.blocks: list[Rows] = []
        self._file: BinaryIO | None = None
        with suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = path.open("a+b")
            self._file.seek(0)
            self.blocks, end = _whole_blocks(self._file.read())
            self._file.truncate(end)

    def __len__(self) -> int:
        """Rows."""
        return sum(map(len, self.blocks))

    def append(self, rows_ND: Rows) -> None:
        """Add some rows."""
        head = np.array([len(self), *rows_ND.shape], "<u8").tobytes()
        block = head + np.ascontiguousarray(rows_ND, np.float32).tobytes()
        self.blocks.append(rows_ND)
        if self._file is not None:
            try:
                self._file.write(block + _sum(block))
                self._file.flush()
            except OSError:
                self._close()

    def clear(self) -> None:
        """Begin anew."""
        self.blocks.clear()
        if self._file is not None:
            self._file.truncate(0)

    def _close(self) -> None:
        if self._file is not None:
            with suppress(OSError):  # which may try to write once more
                self._file.close()
        self._file = None

    def __enter__(self) -> "RowLog":
        return self

    def __exit__(self, *_: Any) -> None:
        self._close()


def _whole_blocks(content: bytes) -> tuple[list[Rows], int]:
    """The blocks whose every byte is right, and where the last of them ends."""
    blocks: list[Rows] = []
    end = 0
    while len(content) - end >= _HEAD:
        first, rows, columns = np.frombuffer(content, "<u8", 3, end).tolist()
        stop = end + _HEAD + rows * columns * 4
        if content[stop : stop + _SUM] != _sum(content[end:stop]):
            break
        if first == sum(map(len, blocks)):
            blocks.append(np.frombuffer(content, np.float32, rows * columns, end + _HEAD).reshape(rows, columns))
        end = stop + _SUM
    return blocks, end


def _sum(block: bytes) -> bytes:
    return hashlib.blake2b(block, digest_size=_SUM).digest()
