"""Rows of pixels and an index of them in one file, every byte under a checksum, written whole or not at all.

rows      uint8, one after the other
index     JSON: their shape, a checksum for each block of them, and what the writer wants to remember
footer    length and checksum of the index, a magic word
"""

import errno
import hashlib
import json
import math
import mmap
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from linnaeus.files import write_whole_with

BLOCK = 2**22  # bytes of rows under one checksum
MAGIC = b"linnaeus store 1"
HELD = 2**26  # bytes of mapped rows that are looked at before their pages are let go

Pixels = npt.NDArray[np.uint8]
Shape = tuple[int, ...]


class Damaged(Exception):
    """A file that is not, or no longer, what `write` wrote."""


def write(file: Path, rows: Iterable[Pixels], shape: Shape, index: Mapping[str, Any], *, at_most: int) -> None:
    """Write rows of `shape` as they come, `at_most` so many, then `index`, which may be filled while they come.

    Raises:
        RunError: the disk is full, or the folder cannot be written; nothing is left behind.
    """

    def fill(temporary: Path) -> None:
        needed = at_most * math.prod(shape)
        if shutil.disk_usage(temporary.parent).free < needed:
            raise OSError(errno.ENOSPC, f"{needed / 1e9:.1f} GB are needed, more than is free")
        with temporary.open("wb") as out:
            count = 0
            for row in rows:
                out.write(row.tobytes())
                count += 1
            out.flush()
            sums = _sums(temporary, out.tell())
            text = json.dumps({"shape": [count, *shape], "sums": sums, "index": index}).encode()
            out.write(text + _footer(text))

    write_whole_with(file, fill)


def read(file: Path) -> tuple[Pixels, dict[str, Any]]:
    """The rows (N, …), mapped into memory for reading only, and the index.

    Raises:
        FileNotFoundError: there is no such file.
        Damaged: any byte of it is not what was written.
    """
    try:
        with file.open("rb") as stored:
            text, rows_end = _index_text(stored)
        content = json.loads(text)
        shape = tuple(content["shape"])
        if rows_end != math.prod(shape) or _sums(file, rows_end) != content["sums"]:
            raise Damaged("its rows do not fit their checksums")
        rows = np.asarray(np.memmap(file, np.uint8, "r", shape=shape)) if rows_end else np.empty(shape, np.uint8)
        return rows, content["index"]
    except FileNotFoundError:
        raise
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Damaged(str(error)) from error


def let_go(rows: object) -> None:
    """Of rows that `read` gave, those pages that were looked at need no memory of this process until they are looked at again."""
    while isinstance(rows, np.ndarray) and not isinstance(rows, np.memmap):
        rows = rows.base
    if isinstance(rows, np.memmap) and hasattr(mmap, "MADV_DONTNEED"):
        rows._mmap.madvise(mmap.MADV_DONTNEED)  # type: ignore[attr-defined]


def each(rows: Pixels, places: Iterable[int]) -> Iterator[Pixels]:
    """The rows at these places, one after the other; of a mapped file few pages are in memory at a time."""
    for count, place in enumerate(places, 1):
        row = rows[place]
        yield row
        if not count % max(1, HELD // max(1, row.nbytes)):
            let_go(rows)
    let_go(rows)


def _index_text(stored: BinaryIO) -> tuple[bytes, int]:
    """The text of the index, and where it begins."""
    length_of_footer = len(_footer(b""))
    end = max(0, stored.seek(0, os.SEEK_END) - length_of_footer)
    stored.seek(end)
    footer = stored.read()
    begin = end - int.from_bytes(footer[:8])
    if begin < 0:
        raise Damaged("its end is missing")
    stored.seek(begin)
    text = stored.read(end - begin)
    if footer != _footer(text):
        raise Damaged("its end is missing or does not fit")
    return text, begin


def _footer(text: bytes) -> bytes:
    return len(text).to_bytes(8) + hashlib.blake2b(text, digest_size=16).digest() + MAGIC


def _sums(file: Path, length: int) -> list[str]:
    """Checksums of the first `length` bytes, a block each; hashing frees the interpreter, so threads share the work."""

    def one(start: int) -> str:
        with file.open("rb") as stored:
            stored.seek(start)
            return hashlib.blake2b(stored.read(min(BLOCK, length - start)), digest_size=16).hexdigest()

    with ThreadPoolExecutor() as threads:
        return list(threads.map(one, range(0, length, BLOCK)))
