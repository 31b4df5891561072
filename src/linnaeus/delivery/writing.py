"""Predictions of very many images into a file, in memory that does not grow, and taken up again after a kill.

Beside FILE grows `.FILE.partial`, a JSON object a line, whose first line says what was asked of which model. At the end it becomes FILE,
whole or not at all, in the format that FILE's name ends in, and is removed.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, TextIO

from linnaeus import files
from linnaeus.delivery import answers
from linnaeus.delivery.answers import Columns, Plain, Unread
from linnaeus.delivery.predictor import Predictor
from linnaeus.errors import RunError, UsageError
from linnaeus.events import Watcher, nobody
from linnaeus.record.display import Shown

SUFFIXES = (".csv", ".json", ".jsonl", ".parquet")
TOLD = 20  # unreadable images that are named
ROWS = 10_000  # of Parquet that are written at once


@dataclass(frozen=True, slots=True, kw_only=True)
class Written(Shown):
    """`n` images were classified into `file`; `unread` others could not be read, of which the first are named with their reasons."""

    file: Path
    n: int
    unread: int
    first_unread: tuple[Unread, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is asked of each image: so many classes, its prediction set at a level, whether it is unknown."""

    top: int = 1
    sets: float | None = None
    unknown: bool = False


def write(
    predictor: Predictor,
    images: Any,
    file: Path,
    wish: Wish,
    *,
    model: str,
    resume: bool = False,
    tell: Watcher = nobody,
) -> Written:
    """Classify images into a file; `model` is told from others by this text; `resume` goes on where a killed one stopped.

    Raises:
        UsageError: a file of no known format, or what is resumed was asked otherwise. RunError: the disk is full.
    """
    if file.suffix not in SUFFIXES:
        raise UsageError(f"{file} cannot be written: its name must end in {', '.join(SUFFIXES)}")
    partial = file.with_name(f".{file.name}.partial")
    asked = {"linnaeus": 1, "model": model, "top": wish.top, "sets": wish.sets, "unknown": wish.unknown}
    done = _resumed(partial, asked) if resume else set()
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with partial.open("a" if resume else "w", encoding="ascii") as lines:
            if not lines.tell():
                lines.write(json.dumps(asked) + "\n")
            _append(predictor, images, done, wish, lines, tell)
    except OSError as error:
        raise RunError(
            f"cannot write {partial}: {error.strerror or error}; free some space and go on with --resume"
        ) from error
    columns = Columns(
        ranks=min(wish.top, len(predictor.model.classes)), unknown=wish.unknown, sets=wish.sets is not None
    )
    files.write_whole_with(file, lambda temporary: _convert(partial, temporary, file.suffix, columns))
    counted = _counted(partial, file)
    partial.unlink(missing_ok=True)
    return counted


def _append(predictor: Predictor, images: Any, done: set[str], wish: Wish, lines: TextIO, tell: Watcher) -> None:
    for group in predictor.groups(images, top=wish.top, sets=wish.sets, unknown=wish.unknown, tell=tell, without=done):
        lines.writelines(answers.json_line(one) for one in group)
        lines.flush()  # to the system, which keeps it when this process is killed


def _resumed(partial: Path, asked: Plain) -> set[str]:
    """Names of the images that are done. A line that was cut off is removed."""
    if not partial.exists():
        return set()
    done, whole = set(), 0
    with partial.open("rb") as lines:
        for place, line in enumerate(lines):
            if not line.endswith(b"\n"):
                break
            told = json.loads(line)
            if place == 0 and told != asked:
                raise UsageError(
                    f"{partial} was asked otherwise, or of another model; leave --resume out to begin anew"
                )
            if place:
                done.add(told["name"])
            whole += len(line)
    with partial.open("rb+") as cut:
        cut.truncate(whole)
    return done


def _answers(partial: Path) -> Iterator[dict[str, Any]]:
    with partial.open(encoding="ascii") as lines:
        yield from map(json.loads, islice(lines, 1, None))


def _counted(partial: Path, file: Path) -> Written:
    n, unread = 0, 0
    first: list[Unread] = []
    for one in _answers(partial):
        if "error" in one:
            unread += 1
            if len(first) < TOLD:
                first.append(Unread(**one))
        else:
            n += 1
    return Written(file=file, n=n, unread=unread, first_unread=tuple(first))


def _convert(partial: Path, file: Path, suffix: str, columns: Columns) -> None:
    if suffix == ".parquet":
        _parquet(partial, file)
        return
    with file.open("w", encoding="utf-8", errors="backslashreplace", newline="") as out:
        if suffix == ".csv":
            out.writelines(answers.csv_lines(columns, _answers(partial)))
        elif suffix == ".jsonl":
            out.writelines(json.dumps(one) + "\n" for one in _answers(partial))
        else:
            read = (one for one in _answers(partial) if "error" not in one)
            unread = (one for one in _answers(partial) if "error" in one)
            out.writelines(answers.json_parts(read, unread))


def _parquet(partial: Path, file: Path) -> None:
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError:
        raise UsageError('Parquet is written by pyarrow; pip install "linnaeus[parquet]" brings it') from None
    text = pyarrow.string()
    lists = (("labels", pyarrow.list_(text)), ("probabilities", pyarrow.list_(pyarrow.float64())))
    fields = [("name", text), *lists, ("unknown", pyarrow.bool_()), ("set", pyarrow.list_(text)), ("error", text)]
    schema, found = pyarrow.schema(fields), _answers(partial)
    with parquet.ParquetWriter(file, schema) as writer:
        while rows := list(islice(found, ROWS)):
            for row in rows:  # a name that is not UTF-8
                row["name"] = row["name"].encode("utf-8", "backslashreplace").decode()
            writer.write_table(pyarrow.Table.from_pylist(rows, schema))
