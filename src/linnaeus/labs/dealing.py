"""Who does which variant: dealt evenly, or by the last digit of the record-book number where a list holds one."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from linnaeus.errors import DataError
from linnaeus.labs import lists

HEADS = {
    "student": ("name", "full name", "фио", "ф.и.о.", "студент", "имя и фамилия"),
    "surname": ("last name", "фамилия"),
    "given": ("first name", "given name", "имя"),
    "patronymic": ("отчество",),
    "group": ("группа", "№ группы", "номер группы"),
    "book": ("record book", "record-book number", "student id", "зачетка", "№ зачетки", "номер зачетки", "зачетная книжка",
             "№ зачетной книжки", "номер зачетной книжки", "шифр"),
}  # fmt: skip
NAMES = ("student", "surname", "given", "patronymic")


@dataclass(frozen=True, slots=True, kw_only=True)
class Dealt:
    """A student's variant."""

    student: str
    group: str
    variant: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Deal:
    """Everybody's, in the order of the list."""

    rows: tuple[Dealt, ...]
    by_book: bool  # by the last digit of the record-book number
    twice: tuple[tuple[str, tuple[int, ...]], ...]  # who stands in the list more than once, and in which lines


def dealt(file: Path, numbers: Sequence[int], lab: str) -> Deal:
    """A variant for each student of a list, whose columns may have heads; without, names stand in the first.

    Every run of as many students as there are variants holds each of them once, in an order that the name of the lab alone decides:
    who is added below changes nobody's above. Who stands twice is counted once.

    Raises:
        DataError: the list cannot be read or names nobody, or a record-book number ends in no digit.
    """
    found: dict[tuple[str, str, str], tuple[int, Mapping[str, str]]] = {}
    lines: dict[tuple[str, str, str], list[int]] = {}
    for line, row in _students(file):
        key = (lists.plain(row["student"]), lists.plain(row.get("group", "")), row.get("book", ""))
        found.setdefault(key, (line, row))
        lines.setdefault(key, []).append(line)
    if not found:
        raise DataError(f"{file} names no student")
    by_book = any("book" in row for _, row in found.values())
    order = _order(numbers, lab)
    rows = tuple(
        Dealt(
            student=row["student"],
            group=row.get("group", ""),
            variant=_by_digit(file, line, row["book"], numbers) if by_book else next(order),
        )
        for line, row in found.values()
    )
    twice = tuple((found[key][1]["student"], tuple(several)) for key, several in lines.items() if len(several) > 1)
    return Deal(rows=rows, by_book=by_book, twice=twice)


def _students(file: Path) -> Iterator[tuple[int, Mapping[str, str]]]:
    """The line and what it says: student, and group and book where they have columns."""
    below = lists.rows(file)
    places = lists.columns(below[0][1], HEADS) if below else {}
    if places.keys() & set(NAMES):
        del below[0]
    else:
        places = {"student": 0}
    for line, cells in below:
        row = dict(lists.cells(cells, places))
        student = " ".join(filter(None, (row.pop(key, "") for key in NAMES)))
        if student:
            yield line, {**row, "student": " ".join(student.split())}


def _order(numbers: Sequence[int], lab: str) -> Iterator[int]:
    """The variants, shuffled anew each time all of them were dealt."""
    shuffled = random.Random(lab)
    while True:
        yield from shuffled.sample(list(numbers), len(numbers))


def _by_digit(file: Path, line: int, book: str, numbers: Sequence[int]) -> int:
    """The variant of that number; where there are fewer than ten, they come round again."""
    digit = book.strip()[-1:]
    if not (digit.isascii() and digit.isdigit()):
        raise DataError(f"{file}, line {line}: the record-book number {book!r} ends in no digit; fill it in")
    return int(digit) if int(digit) in numbers else sorted(numbers)[int(digit) % len(numbers)]
