"""Files written whole or not at all, checksums, and a lock that dies with its holder. The only place that writes durable files."""

import hashlib
import json
import os
import secrets
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from linnaeus.errors import RunError

try:
    import fcntl
except ImportError:  # Windows has no fcntl: there the lock file alone says who holds the run
    fcntl = None  # type: ignore[assignment]


def write_whole(path: Path, content: bytes | str) -> None:
    """Write `content` so that after a crash at any instant `path` holds the old bytes or the new ones, never a part.

    Temporary name, flush, fsync, rename, fsync of the folder: a rename without the first fsync can leave an empty file after
    a loss of power, one without the second can be forgotten.

    Raises:
        RunError: the disk is full or the folder cannot be written.
    """
    data = content.encode() if isinstance(content, str) else content

    def write(temporary: Path) -> None:
        temporary.write_bytes(data)

    write_whole_with(path, write)


def write_whole_with(path: Path, write: Callable[[Path], None]) -> None:
    """Like `write_whole`, for content that `write(temporary_path)` itself puts on the disk."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write(temporary)
        sync(temporary)
        temporary.replace(path)
        sync(path.parent)
    except OSError as error:
        raise RunError(
            f"cannot write {path}: {error.strerror or error}; free some space or choose another folder"
        ) from error
    finally:
        with suppress(OSError):  # where there is no such folder, unlink fails too, and would hide the error above
            temporary.unlink()


def write_json(path: Path, value: Any) -> None:
    """Write plain values as JSON, whole or not at all. Raises RunError as `write_whole`, ValueError for a number that is not finite."""
    write_whole(path, json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False) + "\n")


def sync(path: Path) -> None:
    """Have the operating system put a file or a folder on the disk now."""
    if path.is_dir() and os.name == "nt":  # a folder cannot be opened for this on Windows
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def checksum(path: Path) -> str:
    """BLAKE2b of a file's bytes, 32 hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=16)).hexdigest()


def checksum_of(content: bytes) -> str:
    """BLAKE2b of some bytes, 32 hexadecimal digits: what `checksum` says of a file that holds them."""
    return hashlib.blake2b(content, digest_size=16).hexdigest()


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold `path` as a lock while the block runs. The operating system frees it when its holder dies, however it dies.

    Raises:
        RunError: another living process holds it; the message names the process and its machine.
    """
    try:
        file = path.open("a+")
    except OSError as error:
        raise RunError(f"cannot write {path}: {error.strerror or error}") from error
    with file:
        if fcntl is not None:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                file.seek(0)
                holder = file.read().strip() or "another process"
                raise RunError(f"{path.parent} is in use by {holder}; wait for it or stop it first") from None
        file.seek(0)
        file.truncate()
        file.write(f"process {os.getpid()} on {socket.gethostname()}")
        file.flush()
        try:
            yield
        finally:
            file.truncate(0)
