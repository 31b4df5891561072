"""Very many images as pieces that are read one by one, by whoever has time: files, tar shards as WebDataset has them, and Parquet.

    pieces   what paths name: so many files together, a shard, a group of rows of a Parquet file with a column of encoded images
    images   the images of a piece, each with its name: PATH; SHARD.tar/MEMBER; FILE.parquet#ROW, from 0

Of a shard, members with the ending of a picture are images; labels and texts beside them are left. What a piece does not give is
said in place of an image, and the others go on.
"""

import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from linnaeus.delivery.answers import Unread
from linnaeus.delivery.predictor import sources
from linnaeus.errors import DataError, UsageError

SHARDS, PARQUET = (".tar", ".tar.gz", ".tgz"), ".parquet"
PICTURES = frozenset(["jpg", "jpeg", "png", "webp", "gif", "bmp", "tif", "tiff", "heic", "avif"])
ROWS = 64  # of Parquet that are read at once
TURNS = 4  # pieces for each core, at least,
LEAST, MOST = 64, 2_000  # but of so many files

Image = tuple[str, Path | bytes] | Unread


@dataclass(frozen=True, slots=True)
class Files:
    """Image files, by name."""

    names: tuple[str, ...]

    @property
    def count(self) -> int | None:
        return len(self.names)


@dataclass(frozen=True, slots=True)
class Shard:
    """A tar of images; how many is known when it is read."""

    path: str
    count = None


@dataclass(frozen=True, slots=True)
class RowGroup:
    """`count` rows of a Parquet file, the first of which is number `first` of the file."""

    path: str
    group: int
    first: int
    count: int
    column: str


Piece = Files | Shard | RowGroup


def pieces(images: Any, cores: int) -> Iterator[Piece]:
    """What paths name, as `predictor.expand` does; files in as many pieces as so many cores need to be done at one time.

    Raises:
        UsageError: an image in memory, or a Parquet file without one column of encoded images. DataError: one that cannot be read.
    """
    names: list[str] = []
    for name, source in sources(images):
        if not isinstance(source, Path):
            raise UsageError(f"{name} lies in memory; a cluster is given paths, which all its nodes see")
        if name.endswith(SHARDS):
            yield Shard(name)
        elif name.endswith(PARQUET):
            yield from _row_groups(name)
        else:
            names.append(name)
    together = min(MOST, max(LEAST, len(names) // (TURNS * cores)))
    for start in range(0, len(names), together):
        yield Files(tuple(names[start : start + together]))


def images(piece: Piece, folder: Path) -> Iterator[Image]:
    """The images of a piece; relative paths begin in `folder`."""
    match piece:
        case Files(names=names):
            yield from ((name, folder / name) for name in names)
        case Shard(path=path):
            yield from _members(path, folder / path)
        case RowGroup():
            yield from _rows(piece, folder / piece.path)


def _members(name: str, path: Path) -> Iterator[Image]:
    """The tar is read from its beginning to its end, once; that it has no end is seen where it is not compressed."""
    is_plain, is_empty = name.endswith(".tar"), True
    try:
        with tarfile.open(path, "r:" if is_plain else "r:gz") as shard:
            for member in shard:
                inner = PurePosixPath(member.name)
                if not member.isfile() or inner.name.startswith(".") or inner.suffix[1:].lower() not in PICTURES:
                    continue
                is_empty = False
                file = shard.extractfile(member)
                assert file is not None  # it is a file
                if len(content := file.read()) < member.size:
                    raise EOFError
                yield f"{name}/{member.name}", content
            if is_plain and path.stat().st_size < shard.offset + tarfile.BLOCKSIZE:
                raise EOFError
    except (EOFError, tarfile.ReadError):
        yield Unread(name=name, error="the shard ends too early, or is no tar")
    except (tarfile.TarError, OSError, ValueError) as error:
        yield Unread(name=name, error=f"the shard cannot be read to its end: {error}")
    else:
        if is_empty:
            yield Unread(name=name, error="the shard holds no pictures")


def _row_groups(name: str) -> Iterator[RowGroup]:
    try:
        from pyarrow import parquet
    except ImportError:
        raise UsageError("Parquet is read by pyarrow; pip install pyarrow") from None
    try:
        with parquet.ParquetFile(name) as file:
            column = _column(name, file.schema_arrow)
            first = 0
            for group in range(file.num_row_groups):
                count = file.metadata.row_group(group).num_rows
                yield RowGroup(name, group, first, count, column)
                first += count
    except (OSError, ValueError) as error:  # pyarrow's own are of these kinds
        raise DataError(f"{name} cannot be read as Parquet: {error}") from None


def _column(name: str, schema: Any) -> str:
    """The one column of bytes, which may lie within a structure, as Hugging Face keeps images: `image.bytes`."""
    from pyarrow import types

    found = []
    for field in schema:
        inner = field.type if types.is_struct(field.type) else ()
        within = [(f"{field.name}.{one.name}", one.type) for one in inner]
        found += [path for path, kind in within or [(field.name, field.type)] if _is_bytes(types, kind)]
    if len(found) != 1:
        raise UsageError(
            f"{name} has {len(found)} columns of bytes{': ' * bool(found)}{', '.join(found)}; "
            "it must have one, which holds the image files' content"
        )
    return str(found[0])


def _is_bytes(types: Any, kind: Any) -> bool:
    return bool(types.is_binary(kind) or types.is_large_binary(kind))


def _rows(piece: RowGroup, path: Path) -> Iterator[Image]:
    from pyarrow import parquet

    number = piece.first
    inner = piece.column.rpartition(".")[2] if "." in piece.column else ""
    try:
        with parquet.ParquetFile(path) as file:
            for batch in file.iter_batches(ROWS, row_groups=[piece.group], columns=[piece.column]):
                for row in batch.column(0).to_pylist():
                    content = row[inner] if inner and row is not None else row
                    name = f"{piece.path}#{number}"
                    yield (name, content) if content is not None else Unread(name=name, error="the row holds no image")
                    number += 1
    except (OSError, ValueError) as error:
        yield Unread(name=f"{piece.path}#{number}", error=f"this row and those after it cannot be read: {error}")
