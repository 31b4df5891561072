"""Folders of images, decoded once: in threads, into one file that later runs map into memory.

A cache belongs to a list of files and to a rule: size, channels, resize, version of the decoding policy. It remembers of
each file its stamp (length in bytes, times of change of its content and of the file itself, inode), which says whether anything
has changed without a look into the files: `cp -p`, `rsync -t` and archives set the first time as they please, the second one they
cannot. What has not changed, or has only moved or been copied within the folder, is taken over from an older cache; of a file whose
stamp alone is new (after `chmod`, on another disk) the bytes are read and hashed again, and nothing is decoded. A damaged
cache is made anew. At most `KEPT` caches stay for one folder, and none that was unused for `UNUSED`.
"""

import functools
import hashlib
import math
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import PIL
import platformdirs

from linnaeus import files
from linnaeus.data import row_file
from linnaeus.data.images import decode
from linnaeus.device import cores
from linnaeus.errors import DataError, ImageError, RunError
from linnaeus.events import Reading, Watcher, nobody, note

KEPT = 4  # caches of one folder: other sizes, other selections of its files
UNUSED = 60 * 86_400  # seconds
MOST_REMEMBERED = 200  # small files of one kind
ABANDONED = 86_400  # seconds after which a temporary file has no living writer
VERSION = 3  # of what is kept: raise it where it would no longer be what is made anew
AT_ONCE = 2**25  # bytes of decoded images that wait to be written
BETWEEN_EVENTS = 0.1  # seconds

Pixels = npt.NDArray[np.uint8]
Shape = tuple[int, int, int]
Stamp = tuple[int, ...]  # length, times of change, inode: see above; `GONE` where the file cannot be read
GONE: Stamp = (-1,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """The readable ones of a list of files, decoded. `images` is mapped from the disk and cannot be written to."""

    images: Pixels  # (N, size, size, C)
    kept: npt.NDArray[np.int64]  # (N,): which of the given files each image is
    hashes: tuple[str | None, ...]  # of each given file's content (BLAKE2b, 32 digits); None where it cannot be opened
    skipped: tuple[tuple[Path, str], ...]  # the others, and why


def cache_folder() -> Path:
    """Where data sets and caches lie: LINNAEUS_DATA, or the user's cache folder; of a user without a home, one among temporary files."""
    if named := os.environ.get("LINNAEUS_DATA"):
        return files.expanded(named)
    try:
        return platformdirs.user_cache_path("linnaeus")
    except RuntimeError:  # neither HOME nor an entry in the system's list of users, as in containers
        return _homeless()


@functools.cache
def _homeless() -> Path:
    """A folder that is ours alone: of that name, anybody could have made one, and written there what we would believe."""
    folder = Path(tempfile.gettempdir()) / f"linnaeus-{os.getuid()}"
    with suppress(OSError):
        folder.mkdir(mode=0o700, exist_ok=True)
        if not folder.is_symlink() and folder.stat().st_uid == os.getuid():
            return folder
    return Path(tempfile.mkdtemp(prefix="linnaeus-"))


def remembered(kind: str, key: str, make: Callable[[], Any]) -> Any:
    """What `make` gives, as JSON holds it: read under `kind` and `key` where it was made before, else made and kept."""
    file = remembered_file(kind, key)
    try:
        return files.read_json(file)["made"]
    except (OSError, ValueError, KeyError, TypeError):
        made = make()
    remember(file, made)
    return made


def remember(file: Path, made: Any) -> None:
    """Keep what was made in a `remembered_file`, under "made"; of its kind only those that were used last stay."""
    with suppress(RunError):  # a cache that cannot be written costs time only
        files.write_json(file, {"made": made})
    keep_last(file.parent, "*.json", MOST_REMEMBERED)


def keep_last(folder: Path, pattern: str, most: int) -> None:
    """Remove all of these files but those that were used last."""
    for old in _by_age(folder, pattern)[most:]:
        with suppress(OSError):  # another process may be faster
            old.unlink()


def remembered_file(kind: str, key: str) -> Path:
    """Where `remembered` keeps it."""
    return cache_folder() / kind / f"{key}.json"


def decoded(
    paths: Sequence[Path],
    *,
    size: int,
    channels: int,
    resize: str,
    folder: Path,
    decoder: int = decode.DECODER,
    tell: Watcher = nobody,
) -> Decoded:
    """All readable images of `paths`, from the cache under `folder` if they lie there, else decoded into it.

    Raises:
        DataError: the cache cannot be written.
    """

    def pixels(content: bytes) -> Pixels:
        return decode.read(content, channels=channels, size=size, resize=resize, decoder=decoder)

    return _cached(paths, f"{size} {channels} {resize} decoder {decoder}", (size, size, channels), pixels, folder, tell)


def checked(paths: Sequence[Path], *, folder: Path, tell: Watcher = nobody) -> Decoded:
    """Like `decoded`, for images that are too many to hold: each is decoded to see that it can be, and not kept.

    `images` is empty: (N, 0, 0, 3).
    """

    def nothing(content: bytes) -> Pixels:
        return decode.decode(content, 3)[:0, :0]

    return _cached(paths, "checked", (0, 0, 3), nothing, folder, tell)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Index:
    """What a cache remembers of the listed files, a place each. Its rows are those without a reason, in order."""

    paths: list[str]
    stamps: list[Stamp]
    hashes: list[str | None]
    reasons: list[str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """What came of one file: its pixels, or the reason why there are none."""

    content: str | None
    pixels: Pixels | None = None
    reason: str | None = None


def _cached(
    paths: Sequence[Path], rule: str, shape: Shape, work: Callable[[bytes], Pixels], folder: Path, tell: Watcher
) -> Decoded:
    listed = [os.path.abspath(path) for path in paths]  # noqa: PTH100  # thousands of them, and pathlib is slow
    stamps = [_stamp(path) for path in listed]
    home = folder / "decoded" / _digest(_common_folder(listed))
    rule = _digest(rule, f"version {VERSION}", f"Pillow {PIL.__version__}")
    file = home / f"{rule}-{_digest(*listed)}.cache"

    found = _read(file, tell)
    if found is not None and (found[1].paths, found[1].stamps) == (listed, stamps):
        with suppress(OSError):  # a cache that we may only read serves as well
            os.utime(file)  # it was used, so it stays
    else:
        older = found or next(filter(None, (_read(path, tell) for path in _by_age(home, f"{rule}-*.cache"))), None)
        found = _build(file, listed, stamps, _Reader(work, older), shape, tell)
        _tidy(folder / "decoded", home)
    rows, index = found
    skipped = [(path, reason) for path, reason in zip(paths, index.reasons, strict=True) if reason is not None]
    kept = [place for place, reason in enumerate(index.reasons) if reason is None]
    return Decoded(images=rows, kept=np.array(kept, np.int64), hashes=tuple(index.hashes), skipped=tuple(skipped))


def _read(file: Path, tell: Watcher) -> tuple[Pixels, _Index] | None:
    """A cache whose every byte is right, else None."""
    try:
        rows, index = row_file.read(file)
        stamps = [tuple(stamp) for stamp in index.pop("stamps")]
        return rows, _Index(**index, stamps=stamps)
    except FileNotFoundError:
        return None
    except (row_file.Damaged, KeyError, TypeError, ValueError) as error:
        tell(note("cache", reason=str(error)))
        with suppress(OSError):
            file.unlink()
        return None


class _Reader:
    """Decodes files, or takes over what an older cache knows of them. Called from several threads."""

    def __init__(self, work: Callable[[bytes], Pixels], older: tuple[Pixels, _Index] | None) -> None:
        self.work = work
        self.by_stamp: dict[tuple[str, Stamp], _Seen] = {}
        self.by_content: dict[str, _Seen] = {}
        if older is None:
            return
        rows, index = iter(older[0]), older[1]
        for path, stamp, content, reason in zip(index.paths, index.stamps, index.hashes, index.reasons, strict=True):
            seen = _Seen(content=content, pixels=next(rows) if reason is None else None, reason=reason)
            if content is not None:
                self.by_stamp[path, stamp] = self.by_content[content] = seen

    def __call__(self, path: str, stamp: Stamp) -> _Seen:
        if known := self.by_stamp.get((path, stamp)):
            return known
        content = None
        try:
            read = decode.read_bytes(Path(path))
            content = hashlib.blake2b(read, digest_size=16).hexdigest()
            return self.by_content.get(content) or _Seen(content=content, pixels=self.work(read))
        except ImageError as error:
            return _Seen(content=content, reason=error.reason)


def _build(
    file: Path, paths: list[str], stamps: list[Stamp], reader: _Reader, shape: Shape, tell: Watcher
) -> tuple[Pixels, _Index]:
    """Read all files and write them as one cache, some at a time, so that memory stays bounded."""
    hashes: list[str | None] = []
    reasons: list[str | None] = []
    window = min(256, max(16, AT_ONCE // max(1, math.prod(shape))))

    def rows() -> Iterator[Pixels]:
        told = time.monotonic()
        with ThreadPoolExecutor(cores()) as threads:
            for start in range(0, len(paths), window):
                part = slice(start, start + window)
                for seen in threads.map(reader, paths[part], stamps[part]):
                    hashes.append(seen.content)
                    reasons.append(seen.reason)
                    if seen.pixels is not None:
                        yield seen.pixels
                    if (now := time.monotonic()) - told > BETWEEN_EVENTS or len(hashes) == len(paths):
                        told = now
                        tell(Reading(done=len(hashes), total=len(paths)))

    index = {"paths": paths, "stamps": stamps, "hashes": hashes, "reasons": reasons}  # filled while the rows come
    try:
        row_file.write(file, rows(), shape, index, at_most=len(paths))
    except RunError as error:
        raise DataError(f"{error} (it holds decoded images; LINNAEUS_DATA names another folder for it)") from None
    found = _read(file, tell)
    if found is None:
        raise DataError(f"cannot read {file} right after it was written; is the disk damaged?")
    return found


def _tidy(root: Path, home: Path) -> None:
    """Remove what no run will look for any more: old caches, those of a folder that has many, and halves left by a kill."""
    now = time.time()
    useless = [
        *_by_age(home, "*.cache")[KEPT:],
        *(path for path in _by_age(root, "*/*.cache") if now - _used(path) > UNUSED),
        *(path for path in _by_age(root, "*/.*.tmp") if now - _used(path) > ABANDONED),
    ]
    for path in useless:
        with suppress(OSError):  # another process may be faster, or still have it open (Windows)
            path.unlink()


def _by_age(folder: Path, pattern: str) -> list[Path]:
    """Files, the last used first."""
    return sorted(folder.glob(pattern), key=_used, reverse=True)


def _used(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def _stamp(path: str) -> Stamp:
    try:
        found = os.stat(path)  # noqa: PTH116  # as above
    except (OSError, ValueError):
        return GONE
    stamp = (found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)
    return stamp if os.access(path, os.R_OK) else GONE


def _common_folder(paths: Sequence[str]) -> str:
    try:
        return os.path.commonpath({os.path.dirname(path) for path in paths})  # noqa: PTH120  # as above
    except ValueError:  # no paths, or several drives
        return ""


def _digest(*texts: str) -> str:
    return hashlib.blake2b("\0".join(texts).encode("utf-8", "surrogateescape"), digest_size=8).hexdigest()
