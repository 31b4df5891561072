"""Predictions of very many images into a file, in memory that does not grow, and taken up again after a kill.

Beside FILE grows `.FILE.partial`, a JSON object a line, whose first line says what was asked of which model. At the end it becomes FILE,
whole or not at all, in the format that FILE's name ends in, and is removed.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, TextIO

from linnaeus import files
from linnaeus.delivery import answers
from linnaeus.delivery.answers import Columns, Plain, Unread, Wish
from linnaeus.delivery.predictor import Predictor
from linnaeus.errors import RunError, UsageError
from linnaeus.events import Watcher, nobody
from linnaeus.record.display import Shown

SUFFIXES = (".csv", ".json", ".jsonl", ".parquet")
TOLD = 20  # unreadable images that are named
ROWS = 10_000  # of Parquet that are written at once

Rows = Callable[[], Iterator[Plain]]  # all answers, from the first


@dataclass(frozen=True, slots=True, kw_only=True)
class Written(Shown):
    """`n` images were classified into `file`; `unread` others could not be read, of which the first are named with their reasons."""

    file: Path
    n: int
    unread: int
    first_unread: tuple[Unread, ...]  # the first images that could not be read, with the reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A `file` for answers; `resume` goes on where a killed prediction stopped; `on` a Ray cluster, see `delivery.on_cluster`.

    >>> linnaeus.predict("last", "folder", out=linnaeus.Target(file=Path("answers.csv")), progress=False).n
    1
    """

    file: Path
    resume: bool = False
    on: str | None = None


def write(
    predictor: Predictor, images: Any, target: Target, wish: Wish, *, model: str, tell: Watcher = nobody
) -> Written:
    """Classify images into a file, on this machine; `model` is told from others by this text.

    Raises:
        UsageError: a file of no known format, or what is resumed was asked otherwise. RunError: the disk is full.
    """
    file = target.file
    check_format(file)
    partial = file.with_name(f".{file.name}.partial")
    asked = question(wish, model)
    done = _resumed(partial, asked) if target.resume else set()
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with partial.open("a" if target.resume else "w", encoding="ascii") as lines:
            if not lines.tell():
                lines.write(json.dumps(asked) + "\n")
            _append(predictor, images, done, wish, lines, tell)
    except OSError as error:
        raise RunError(
            f"cannot write {partial}: {error.strerror or error}; free some space and go on with --resume"
        ) from error
    written = gather(lambda: _answers(partial), file, wish, len(predictor.model.classes))
    partial.unlink(missing_ok=True)
    return written


def check_format(file: Path) -> None:
    """Raise UsageError for a name that ends in no format."""
    if file.suffix not in SUFFIXES:
        raise UsageError(f"{file} cannot be written: its name must end in {', '.join(SUFFIXES)}")


def question(wish: Wish, model: str) -> dict[str, Any]:
    """What was asked of which model, as it is kept beside answers that are not all there yet."""
    return {"linnaeus": 1, "model": model, "top": wish.top, "sets": wish.sets, "unknown": wish.unknown}


def check_question(asked: Plain, before: Any, place: Path) -> None:
    """Raise UsageError where answers at `place` belong to another question."""
    if before != asked:
        raise UsageError(f"{place} was asked otherwise, or of another model; leave --resume out to begin anew")


def gather(rows: Rows, file: Path, wish: Wish, classes: int) -> Written:
    """The answers as FILE wants them, whole or not at all. Raises RunError."""
    columns = Columns(ranks=min(wish.top, classes), unknown=wish.unknown, sets=wish.sets is not None)
    files.write_whole_with(file, lambda temporary: _convert(rows, temporary, file.suffix, columns))
    return _counted(rows, file)


def _append(predictor: Predictor, images: Any, done: set[str], wish: Wish, lines: TextIO, tell: Watcher) -> None:
    for group in predictor.groups(images, wish, tell=tell, without=done):
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
            if place == 0:
                check_question(asked, told, partial)
            else:
                done.add(told["name"])
            whole += len(line)
    with partial.open("rb+") as cut:
        cut.truncate(whole)
    return done


def _answers(partial: Path) -> Iterator[dict[str, Any]]:
    with partial.open(encoding="ascii") as lines:
        yield from map(json.loads, islice(lines, 1, None))


def _counted(rows: Rows, file: Path) -> Written:
    n, unread = 0, 0
    first: list[Unread] = []
    for one in rows():
        if "error" in one:
            unread += 1
            if len(first) < TOLD:
                first.append(Unread(**one))
        else:
            n += 1
    return Written(file=file, n=n, unread=unread, first_unread=tuple(first))


def _convert(rows: Rows, file: Path, suffix: str, columns: Columns) -> None:
    if suffix == ".parquet":
        _parquet(rows(), file)
        return
    with file.open("w", encoding="utf-8", errors="backslashreplace", newline="") as out:
        if suffix == ".csv":
            out.writelines(answers.csv_lines(columns, rows()))
        elif suffix == ".jsonl":
            out.writelines(json.dumps(one) + "\n" for one in rows())
        else:
            read, unread = (one for one in rows() if "error" not in one), (one for one in rows() if "error" in one)
            out.writelines(answers.json_parts(read, unread))


def _parquet(found: Iterator[Plain], file: Path) -> None:
    try:
        from pyarrow import parquet
    except ImportError:
        raise UsageError("Parquet is written by pyarrow; pip install pyarrow") from None
    with parquet.ParquetWriter(file, table([]).schema) as writer:
        while rows := list(islice(found, ROWS)):
            writer.write_table(table(rows))


def table(rows: Iterable[Plain]) -> Any:
    """Answers as a table of pyarrow: name, labels, probabilities, unknown, set, error."""
    import pyarrow

    text = pyarrow.string()
    lists = (("labels", pyarrow.list_(text)), ("probabilities", pyarrow.list_(pyarrow.float64())))
    fields = [("name", text), *lists, ("unknown", pyarrow.bool_()), ("set", pyarrow.list_(text)), ("error", text)]
    # a name that is not UTF-8 shows its bytes
    sound = [{**row, "name": row["name"].encode("utf-8", "backslashreplace").decode()} for row in rows]
    return pyarrow.Table.from_pylist(sound, pyarrow.schema(fields))
