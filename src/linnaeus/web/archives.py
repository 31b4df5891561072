"""The images of a tar: it lies in a temporary file, is read one member after another, and nothing of it is unpacked."""

import asyncio
import tarfile
from collections.abc import AsyncIterator
from typing import IO

from linnaeus.web import refusals
from linnaeus.web.limits import Limits
from linnaeus.web.refusals import Refusal

IN_MEMORY = 2**20  # bytes up to which an archive needs no file

Named = tuple[str, bytes | None]  # None: larger than an image may be


async def keep(parts: AsyncIterator[bytes], file: IO[bytes]) -> None:
    """Write the body as it comes. Raises Refusal: of the body, or 503 where the disk is full."""
    async for part in parts:
        try:
            await asyncio.to_thread(file.write, part)
        except OSError as error:
            raise Refusal(503, f"there is no room for the archive: {error.strerror}", {"Retry-After": "60"}) from None
    file.seek(0)


async def members(file: IO[bytes], limits: Limits) -> AsyncIterator[Named]:
    """(name, content) of each file. Raises Refusal for what is no tar, ends too early, or holds too many files."""
    try:
        # Not compressed: what is packed could unpack to anything.
        with await asyncio.to_thread(tarfile.open, fileobj=file, mode="r:") as archive:
            number = 0
            while (member := await asyncio.to_thread(archive.next)) is not None:
                number += 1
                if number > limits.images:
                    raise Refusal(413, f"an archive holds at most {limits.images:,} files")
                if member.isfile() and not member.issparse():
                    yield member.name, await asyncio.to_thread(_content, archive, member, limits.body)
    except (tarfile.TarError, OSError, ValueError, EOFError):
        raise refusals.unsound("the body is no tar, or it ends too early") from None


def _content(archive: tarfile.TarFile, member: tarfile.TarInfo, most: int) -> bytes | None:
    file = archive.extractfile(member) if member.size <= most else None
    content = file.read() if file is not None else None
    if content is not None and len(content) < member.size:
        raise EOFError
    return content
