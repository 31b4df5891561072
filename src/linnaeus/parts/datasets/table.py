"""A table of images: a CSV or TSV file with a row for each image, its path, its label and perhaps its split.

    path,label,split
    cat/1.jpg,cat,train
    /elsewhere/9.jpg,dog,test

Paths are relative to the table. Cells may be parted by commas, semicolons or tabs. A table without a split column leaves
the splits to be drawn.
"""

import csv
import io
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from linnaeus.parts.datasets._split_names import SPLITS

SHOWN = 3  # lines that a message quotes; the rest it counts


def build(
    cache: Path, /, *, path: str, image: str = "path", label: str = "label", split: str = "split"
) -> dict[str, Any]:
    """`image`, `label` and `split` are the names of the columns. Nobody knows whether a mirrored image keeps its class.

    Raises:
        ValueError: the table cannot be read or lacks a column; a row has an empty cell, a file that is not there, an
            unknown split, or gives an image a second label; val or test has a class that train has not.
    """
    file = Path(path).expanduser().absolute()
    lines = rows(_text(file), file)
    header = [name.strip() for name in next(lines, (1, []))[1]]
    for column in (image, label):
        if column not in header:
            raise ValueError(f"{file} has no column {column!r}; its first line names {', '.join(header) or 'nothing'}")
    columns = [header.index(image), header.index(label), header.index(split) if split in header else None]

    found: dict[str, dict[Path, str]] = {}
    complaints = []
    for line, cells in lines:
        try:
            part, picture, name = _parsed(cells, columns, file.parent)
            known = next((images[picture] for images in found.values() if picture in images), name)
            if known != name:
                raise ValueError(f"{picture} is labelled {name}, and {known} before")
            found.setdefault(part, {})[picture] = name
        except ValueError as error:
            complaints.append(f"line {line}: {error}")
    if complaints:
        more = f"; and {len(complaints) - SHOWN} more lines" if len(complaints) > SHOWN else ""
        raise ValueError(f"{file}, {'; '.join(complaints[:SHOWN])}{more}")
    return _dataset(found, file)


def _text(file: Path) -> str:
    try:
        content = file.read_bytes()
        return content.decode("utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except FileNotFoundError:
        raise ValueError(f"there is no file {file}") from None
    except OSError as error:
        raise ValueError(f"{file} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ValueError(f"{file} is not text in UTF-8; save it as CSV UTF-8") from None


def rows(text: str, file: Path) -> Iterator[tuple[int, list[str]]]:
    """The number of the line and the cells, of each line that is not blank."""
    delimiter = max(",;\t", key=text.partition("\n")[0].count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for cells in reader:
            if any(cells):
                yield reader.line_num, cells
    except csv.Error as error:
        raise ValueError(f"{file}, line {reader.line_num}: {error}") from None


def _parsed(cells: list[str], columns: list[int | None], root: Path) -> tuple[str, Path, str]:
    """Split, image and label of a row. Raises ValueError, without the line, for what is wrong with it."""
    name, label, split = (
        "all" if column is None else cells[column].strip() if column < len(cells) else "" for column in columns
    )
    if not (name and label and split):
        raise ValueError("a cell is empty")
    if columns[2] is not None and split.lower() not in SPLITS:
        raise ValueError(f"the split {split!r} is none of train, val and test")
    picture = root / name
    if not os.path.isfile(picture):  # noqa: PTH113  # of thousands of files
        raise ValueError(f"there is no file {picture}")
    return SPLITS.get(split.lower(), "all"), picture, label


def _dataset(found: dict[str, dict[Path, str]], file: Path) -> dict[str, Any]:
    if not found:
        raise ValueError(f"{file} names no images")
    for_training = found.get("train", found.get("all"))
    if for_training is None:
        raise ValueError(f"{file} has no row whose split is train")
    known = set(for_training.values())
    for split, images in found.items():
        if unknown := sorted(set(images.values()) - known):
            raise ValueError(f"{file}: {split} has classes that train has not: {', '.join(unknown)}; name them alike")
    names = sorted(known, key=int) if all(name.isdecimal() for name in known) else sorted(known)
    number = {name: place for place, name in enumerate(names)}

    def labelled(images: dict[Path, str]) -> tuple[list[Path], npt.NDArray[np.int64]]:
        return list(images), np.array([number[name] for name in images.values()], np.int64)

    splits = {split: labelled(images) for split, images in found.items()}
    return {"classes": names, "splits": splits, "root": file.parent, "mirror": None}
