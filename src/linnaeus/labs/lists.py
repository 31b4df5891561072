"""Lists of a teacher and of students: CSV as any spreadsheet writes it.

UTF-8, UTF-16 or Windows-1251 (what Excel saves in Russian), cells parted by commas, semicolons or tabs, heads in English or Russian.
"""

import codecs
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from linnaeus import files
from linnaeus.errors import DataError
from linnaeus.parts.datasets import table

Row = tuple[int, list[str]]  # the number of its line, and its cells


def rows(file: Path) -> list[Row]:
    """The lines that are not blank. Raises DataError: the file cannot be read."""
    try:
        return list(table.rows(_text(file), file))
    except ValueError as error:
        raise DataError(str(error)) from None


def columns(head: Sequence[str], names: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """Where each column stands that is there, by any of its names, in small letters or large."""
    known = [plain(cell) for cell in head]
    found = {key: [known.index(name) for name in (key, *several) if name in known] for key, several in names.items()}
    return {key: places[0] for key, places in found.items() if places}


def plain(text: str) -> str:
    """A head or a name as it is compared: without case, several blanks, or the dots of ё."""
    return " ".join(text.casefold().replace("ё", "е").split())


def cells(line: Sequence[str], places: Mapping[str, int]) -> Iterator[tuple[str, str]]:
    """What stands in each column; nothing where the line is shorter."""
    for key, place in places.items():
        yield key, line[place].strip() if place < len(line) else ""


def _text(file: Path) -> str:
    try:
        content = files.read_bytes(file)
    except OSError as error:
        raise DataError(f"{file} cannot be read: {error.strerror or error}") from None
    zero = {
        place for place in (0, 1) if content and not any(content[place:40:2])
    }  # UTF-16 without its mark, in plain letters
    is_wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        if is_wide or len(zero) == 1:
            return content.decode("utf-16" if is_wide else "utf-16-be" if 0 in zero else "utf-16-le")
        if b"\0" in content:
            raise UnicodeError
        try:
            return content.decode("utf-8-sig")
        except UnicodeDecodeError:
            return content.decode("cp1251")
    except UnicodeError:
        raise DataError(f"{file} cannot be read: it is not text in UTF-8, UTF-16 or Windows-1251") from None
