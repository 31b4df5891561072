"""Files written whole or not at all, checksums, and a lock that dies with its holder. The only place that writes durable files."""

import csv
import errno
import glob
import hashlib
import io
import json
import os
import secrets
import shutil
import socket
import stat
import time
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from linnaeus.errors import LinnaeusError, RunError

_RUN_BY_SPREADSHEETS = ("=", "+", "-", "@", "\t", "\r", "\n")
ABANDONED = 3600.0  # seconds after which a temporary file has no living writer
SEAL = "checksum"  # the last field of each object of JSON that is written here
LONGEST_JSON, LONGEST_TOML = 500_000_000, 1_000_000  # characters
MOST_DOTS = 2000  # of a line of TOML
_SUM = 16  # bytes of a checksum
NO_LOCKS = (errno.ENOSYS, errno.ENOLCK, errno.EOPNOTSUPP)  # what a file system says that cannot lock


class Damaged(ValueError):
    """A file of ours that is not what was written."""


def expanded(path: str | Path) -> Path:
    """The path with a leading `~` or `~user` replaced by that user's home.

    Raises:
        RunError: there is no such home: this user has neither HOME nor an entry in the system's list, as in containers.
    """
    try:
        return Path(path).expanduser()
    except RuntimeError:
        raise RunError(
            f"{path}: no home is known for {Path(path).parts[0]} here; write the whole path, or set HOME"
        ) from None


def write_whole(path: Path, content: bytes | str) -> None:
    """Write `content` so that after a crash at any instant `path` holds the old bytes or the new ones, never a part.

    Temporary name, flush, fsync, rename, fsync of the folder: a rename without the first fsync can leave an empty file after
    a loss of power, one without the second can be forgotten.

    Raises:
        RunError: the disk is full or the folder cannot be written.
    """
    # File names that are not UTF-8 reach us as lone surrogates: written as \udcXX, which JSON reads back exactly.
    data = content.encode("utf-8", "backslashreplace") if isinstance(content, str) else content

    def write(temporary: Path) -> None:
        temporary.write_bytes(data)

    write_whole_with(path, write)


def write_whole_with(path: Path, write: Callable[[Path], None]) -> None:
    """Like `write_whole`, for content that `write(temporary_path)` itself puts on the disk."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        if path.exists() and not path.is_file():  # a device or a pipe must not be replaced by a file
            raise RunError(f"cannot write {path}: it is not a file; choose another name")
        path.parent.mkdir(parents=True, exist_ok=True)
        _clear(path)
        write(temporary)
        sync(temporary)
        temporary.replace(path)
        sync(path.parent)
    except (FileExistsError, NotADirectoryError) as error:
        raise RunError(f"cannot write {path}: {path.parent} is not a folder") from error
    except OSError as error:
        raise _unwritten(path, error) from error
    finally:
        with suppress(OSError):  # where there is no such folder, unlink fails too, and would hide the error above
            temporary.unlink()


def write_folder_whole(path: Path, fill: Callable[[Path], None]) -> None:
    """A new folder that is there whole or not at all: `fill(temporary_folder)` makes it beside its place, then it is renamed.

    Raises:
        RunError: something is there already, the disk is full, or the place cannot be written.
    """
    from concurrent.futures import ThreadPoolExecutor  # here, since most commands write no folder

    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        if path.exists() or path.is_symlink():
            raise RunError(f"{path} is there already; name another place, or remove it")
        path.parent.mkdir(parents=True, exist_ok=True)
        _clear(path)
        temporary.mkdir()
        fill(temporary)
        with ThreadPoolExecutor() as threads:  # disks sync many files at once almost as soon as one
            list(threads.map(sync, [*temporary.rglob("*"), temporary]))
        temporary.rename(path)  # onto an empty folder that came meanwhile it would succeed, onto any other it fails
        sync(path.parent)
    except OSError as error:
        raise _unwritten(path, error) from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _unwritten(path: Path, error: OSError) -> RunError:
    """What to do where a place cannot be written."""
    full = error.errno in (errno.ENOSPC, errno.EDQUOT)
    advice = "free some space and try again" if full else "choose a place that can be written"
    return RunError(f"cannot write {path}: {error.strerror or error}; {advice}")


def _clear(path: Path) -> None:
    """Remove what writers of `path` that were killed have left beside it; an hour is longer than a living one takes."""
    for left in path.parent.glob(f".{glob.escape(path.name)}.{'[0-9a-f]' * 8}.tmp"):
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > ABANDONED:
                shutil.rmtree(left) if left.is_dir() else left.unlink()


def opened(path: Path) -> io.BufferedReader:
    """A file that somebody may have handed over, open for reading: nobody waits for a pipe's writer, or for a device's end.

    Raises:
        OSError: it cannot be opened, or is no file.
    """
    kind = path.stat().st_mode  # before opening: to open a pipe is to wait
    if not (stat.S_ISREG(kind) or stat.S_ISDIR(kind)):
        raise OSError(errno.EINVAL, "it is a device or a pipe, not a file", str(path))
    return path.open("rb")


def read_bytes(path: Path) -> bytes:
    """All of such a file. Raises OSError as `opened`."""
    with opened(path) as file:
        return file.read()


def read_text(path: Path) -> str:
    """All of such a file, a text in UTF-8; editors on Windows begin one with a mark. Raises OSError, and ValueError for what is no text."""
    return read_bytes(path).decode("utf-8-sig").replace("\r\n", "\n")


def write_json(path: Path, value: Any) -> None:
    """Write plain values as JSON, whole or not at all, an object with a seal. Raises as `write_whole`, ValueError for NaN."""
    held = sealed(value) if isinstance(value, dict) else value
    write_whole(path, json.dumps(held, ensure_ascii=False, indent=2, allow_nan=False) + "\n")


def read_json(path: Path) -> Any:
    """What a JSON file holds, without its seal. Raises OSError; ValueError for what is no JSON, endless or damaged."""
    return from_json(read_text(path))


def from_json(text: str) -> Any:
    """What a text of JSON holds, see `read_json`. Raises ValueError."""
    if len(text) > LONGEST_JSON:
        raise ValueError(f"it has {len(text):,} characters, more than any file of ours")
    try:
        return unsealed(json.loads(text))
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def read_toml(path: Path, what: str, refused: type[LinnaeusError]) -> dict[str, Any]:
    """What a TOML file in UTF-8 holds, which a person wrote as `what`. Raises `refused`, which says why it cannot be read."""
    try:
        return from_toml(read_text(path))
    except OSError as error:
        why = str(error.strerror or error)
    except UnicodeDecodeError:
        why = "it is not a text in UTF-8"
    except ValueError as error:
        why = str(error)
    raise refused(f"cannot read {what} {path}: {why}")


def from_toml(text: str) -> dict[str, Any]:
    """What a text of TOML holds. Raises ValueError for what is none, or endless."""
    if len(text) > LONGEST_TOML:
        raise ValueError(
            f"it has {len(text):,} characters, and no file that a person writes has more than {LONGEST_TOML:,}"
        )
    if any(
        line.count(".") > MOST_DOTS for line in text.splitlines()
    ):  # the parser's time goes by the square of a key's parts
        raise ValueError(f"a line of it has more than {MOST_DOTS:,} dots")
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def sealed(plain: Mapping[str, Any]) -> dict[str, Any]:
    """An object of JSON with the checksum of all that it holds as its last field."""
    return {**plain, SEAL: _sum_of(plain)}


def unsealed(plain: Any) -> Any:
    """What `sealed` was given. What has no seal, written by others or by earlier versions, is taken as it is.

    A seal whose own name is damaged leaves a field that no reader knows, and all others as they were.

    Raises:
        Damaged: anything in it is not what was written.
    """
    if not isinstance(plain, dict) or SEAL not in plain:
        return plain
    held = {name: value for name, value in plain.items() if name != SEAL}
    if plain[SEAL] != _sum_of(held):
        raise Damaged("it is not what was written, its checksum does not fit; restore it from a copy, or make it anew")
    return held


def _sum_of(plain: Mapping[str, Any]) -> str:
    return checksum_of(json.dumps(plain, allow_nan=False).encode())  # ASCII; numbers and order read back as they were


def write_sealed(path: Path, content: bytes) -> None:
    """Like `write_whole`, with a checksum after the content."""
    write_whole(path, content + hashlib.blake2b(content, digest_size=_SUM).digest())


def read_sealed(path: Path) -> bytes:
    """What `write_sealed` wrote. Raises OSError; ValueError where a byte of it is another."""
    whole = read_bytes(path)
    content, seal = whole[:-_SUM], whole[-_SUM:]
    if hashlib.blake2b(content, digest_size=_SUM).digest() != seal:
        raise Damaged(f"{path} is not what was written")
    return content


def csv_text(rows: Iterable[Sequence[object]]) -> str:
    """Rows as CSV. A cell that a spreadsheet would run (a file called `=cmd`) gets an apostrophe before it; numbers stay."""
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows(
        [harmless(cell) if isinstance(cell, str) else cell for cell in row] for row in rows
    )
    return out.getvalue()


def csv_cell(cell: str) -> str:
    """What a cell that `csv_text` wrote was before."""
    return cell[1:] if cell[:1] == "'" and cell[1:].startswith(_RUN_BY_SPREADSHEETS) else cell


def harmless(cell: str) -> str:
    """A cell that a spreadsheet shows and does not run."""
    return f"'{cell}" if cell.startswith(_RUN_BY_SPREADSHEETS) else cell


def sync(path: Path) -> None:
    """Have the operating system put a file or a folder on the disk now."""
    if path.is_dir() and os.name == "nt":  # a folder cannot be opened for this on Windows
        return
    descriptor = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)  # Windows syncs only what may be written
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def checksum(path: Path) -> str:
    """BLAKE2b of a file's bytes, 32 hexadecimal digits."""
    with opened(path) as file:
        return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=16)).hexdigest()


def sha256(path: Path) -> str:
    """SHA-256 of a file's bytes, as publishers of weights and data give it."""
    with opened(path) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def checksum_of(content: bytes) -> str:
    """BLAKE2b of some bytes, 32 hexadecimal digits: what `checksum` says of a file that holds them."""
    return hashlib.blake2b(content, digest_size=16).hexdigest()


@contextmanager
def locked(path: Path, unguarded: Callable[[], object] = lambda: None) -> Iterator[None]:
    """Hold `path` as a lock while the block runs. The operating system frees it when its holder dies, however it dies.

    A forked child, such as a loader's worker, does not hold it on. While the lock is held, the file says by whom. Where the file
    system has no locks, `unguarded` is called, and what the file says is believed: a second one is refused unless the process that
    it names is known to be dead.

    Raises:
        RunError: another living process holds it; the message names the process and its machine.
    """
    import filelock  # here, since most commands hold nothing

    lock = filelock.FileLock(path, blocking=False, fallback_to_soft=False)
    try:
        if not path.parent.is_dir():  # which the lock would make
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
        lock.acquire()
    except filelock.Timeout:
        raise RunError(f"{path.parent} is in use by {_holder(path)}; wait for it or stop it first") from None
    except OSError as error:
        if error.errno not in NO_LOCKS:
            raise RunError(f"cannot write {path}: {error.strerror or error}") from error
        if holder := _not_known_dead(path):
            raise RunError(
                f"{path.parent} is in use by {holder}; its file system has no locks, so if that process is gone, remove {path}"
            ) from None
        unguarded()
    _say_holder(path, f"process {os.getpid()} on {socket.gethostname()}")
    try:
        yield
    finally:
        _say_holder(path, "")
        lock.release()


def _holder(path: Path) -> str:
    with suppress(OSError):  # Windows lets nobody else read what is locked
        return path.read_text(encoding="utf-8").strip() or "another process"
    return "another process"


def _not_known_dead(path: Path) -> str:
    """Who holds a file without the help of the operating system; "" where nobody does, or one who died on this machine."""
    with suppress(OSError):
        holder = path.read_text(encoding="utf-8").strip()
        words = holder.split()
        if os.name != "nt" and words[1:2] and words[1].isdecimal() and words[-1] == socket.gethostname():
            try:
                os.kill(int(words[1]), 0)
            except ProcessLookupError:
                return ""
        return holder
    return ""


def _say_holder(path: Path, text: str) -> None:
    with suppress(OSError):
        if path.exists():  # who holds a lock may remove it
            path.write_text(text, encoding="utf-8")
