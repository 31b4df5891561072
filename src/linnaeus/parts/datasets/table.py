"""A table of images: a CSV or TSV file with a row for each image, its path, its label and perhaps its split.

    path,label,split
    cat/1.jpg,cat,train
    /elsewhere/9.jpg,dog,test

Paths are relative to the table. Cells may be parted by commas, semicolons, tabs or `|`. A table without a split column leaves
the splits to be drawn. Columns of other names are named: `table("t.csv", image="filename", label="class")`.
"""

import csv
import io
import json
import os
import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from linnaeus.parts.datasets._split_names import SPLITS

SHOWN = 3  # lines that a message quotes; the rest it counts
SEARCHED = 100_000  # files among which one is looked for that the table names otherwise

# How others call these columns: suggested, never taken.
_IMAGE = (
    "file",
    "filename",
    "file_name",
    "filepath",
    "filepaths",
    "file_path",
    "image",
    "image_path",
    "img",
    "img_path",
    "image_id",
    "id",
    "name",
)
_LABEL = (
    "class",
    "class_name",
    "classname",
    "category",
    "target",
    "labels",
    "y",
    "species",
    "breed",
    "diagnosis",
    "class_id",
)


def build(
    cache: Path,
    /,
    *,
    path: str,
    image: str = "path",
    label: str = "label",
    split: str = "split",
    root: str = "",
    suffix: str = "",
    sep: str | None = None,
    encoding: str | None = None,
    skip_empty: bool = False,
    group: str = "",
) -> dict[str, Any]:
    """`path` of the table. `image`, `label` and `split` are the names of the columns, small letters or large. `root` is the folder of
    the images, below that of the table, and `suffix` what their names lack: of `id` 17, root="train" and suffix=".jpg" make
    train/17.jpg. `sep` parts the cells (None: what the first line holds most of), `encoding` is that of the file (None: UTF-8 or
    UTF-16), and with `skip_empty` rows with an empty cell are left out. `group` is the column that tells which images show one
    thing (a patient, a sign): they stay in one split, and intervals count things. Nobody knows whether a mirrored image keeps its
    class.

    Raises:
        ValueError: the table cannot be read or lacks a column; a row has an empty cell, a file that is not there, an
            unknown split, or gives an image a second label; val or test has a class that train has not.
    """
    file = Path(path).absolute()
    lines = rows(_text(file, encoding), file, sep)
    wanted = {"image": image, "label": label, "split": split} | ({"group": group} if group else {})
    header = next(lines, (1, []))[1]
    try:
        columns = _columns(header, wanted, file)
    except ValueError as error:
        raise ValueError(f"{error}{_one_hot(header, [cells for _, cells in lines])}") from None

    found: dict[str, dict[Path, str]] = {}
    shown: dict[Path, str] = {}
    complaints: list[str] = []
    for line, cells in lines:
        try:
            row = {key: cells[at].strip() if at < len(cells) else "" for key, at in columns.items()}
            if skip_empty and not all(row.values()):
                continue
            part, name = _split_and_label(row)
            picture = file.parent / root / f"{row['image']}{suffix}"
            if not os.path.isfile(picture):  # noqa: PTH113  # of thousands of files
                picture = _other_file(picture, row["image"], file, search=not complaints)
            known = next((images[picture] for images in found.values() if picture in images), name)
            if known != name:
                raise ValueError(f"{picture} is labelled {name}, and {known} before")
            found.setdefault(part, {})[picture] = name
            shown |= {picture: row["group"]} if "group" in row else {}
        except ValueError as error:
            complaints.append(f"line {line}: {error}")
    if complaints:
        more = f"; and {len(complaints) - SHOWN} more lines" if len(complaints) > SHOWN else ""
        raise ValueError(f"{file}, {'; '.join(complaints[:SHOWN])}{more}")
    return _dataset(found, file) | ({"groups": shown} if shown else {})


def _text(file: Path, encoding: str | None) -> str:
    if file.exists() and not (file.is_file() or file.is_dir()):
        raise ValueError(f"{file} is a device or a pipe, not a file")
    try:
        content = file.read_bytes()
        utf = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
        return content.decode(encoding or utf)
    except FileNotFoundError:
        raise ValueError(f"there is no file {file}") from None
    except OSError as error:
        raise ValueError(f"{file} cannot be read: {error.strerror}") from None
    except LookupError:
        raise ValueError(f"encoding={encoding!r} is none that is known; try utf-8, cp1251, cp1252 or cp866") from None
    except UnicodeDecodeError:
        is_utf = encoding is None
        advice = (
            'save it as CSV UTF-8, or name its encoding, such as encoding="cp1251"' if is_utf else "try another one"
        )
        raise ValueError(f"{file} is not text in {'UTF-8' if is_utf else encoding}; {advice}") from None


def rows(text: str, file: Path, sep: str | None = None) -> Iterator[tuple[int, list[str]]]:
    """The number of the line and the cells, of each line that is not blank."""
    delimiter = sep or max(",;\t|", key=text.partition("\n")[0].count)
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        for cells in reader:
            if any(cells):
                yield reader.line_num, cells
    except TypeError:
        raise ValueError(f"sep={sep!r} must be one sign, such as ';'") from None
    except csv.Error as error:
        raise ValueError(f"{file}, line {reader.line_num}: {error}") from None


def _columns(header: list[str], wanted: Mapping[str, str], file: Path) -> dict[str, int]:
    """Where the image, the label and, if it is there, the split stand. Raises ValueError with the call that would find them."""
    names = [name.strip() for name in header]
    small = [name.casefold() for name in names]
    found = {
        key: names.index(name) if name in names else small.index(name.casefold())
        for key, name in wanted.items()
        if name in names or small.count(name.casefold()) == 1
    }
    if lacking := [key for key in ("image", "label", "group") if key in wanted and key not in found]:
        likely = {"image": _IMAGE, "label": _LABEL}
        given = {
            key: names[found[key]]
            if key in found
            else next((name for name in names if name.casefold() in likely[key]), "…")
            for key in ("image", "label")
        }
        options = "".join(f", {key}={_quoted(name)}" for key, name in given.items() if wanted[key] != name)
        raise ValueError(
            f"{file} has no column {wanted[lacking[0]]!r}; its first line names {', '.join(names) or 'nothing'}; "
            f"say which is which: 'table({_quoted(str(file))}{options})'"
        )
    return found


def _one_hot(header: list[str], found: list[list[str]]) -> str:
    """Where each class has a column of 0 and 1, what is to be done, for the end of a message."""
    columns = zip(header, zip(*found, strict=False), strict=False)
    hot = [name for name, cells in columns if set(cells) <= {"0", "1", "0.0", "1.0"}]
    if len(hot) < 2:
        return ""
    return (
        f". {', '.join(hot[:SHOWN])}{' …' if len(hot) > SHOWN else ''} hold 0 and 1, a column for each class: write the name of the class "
        "of each image into one column instead"
    )


def _split_and_label(row: Mapping[str, str]) -> tuple[str, str]:
    """Raises ValueError, without the line, for what is wrong with them."""
    if empty := [key for key, cell in row.items() if not cell]:
        raise ValueError(f"a cell is empty ({empty[0]}); fill it in, or leave such rows out with skip_empty=True")
    split = row.get("split", "all").lower()
    if "split" in row and split not in SPLITS:
        raise ValueError(f"the split {row['split']!r} is none of train, val and test")
    return SPLITS.get(split, "all"), unicodedata.normalize("NFC", row["label"])


def _other_file(picture: Path, name: str, file: Path, *, search: bool) -> Path:
    """Where there is no such picture: what Windows wrote with backslashes is read with slashes. Raises ValueError."""
    if "\\" in name and (slashed := Path(str(picture).replace("\\", "/"))).is_file():
        return slashed
    raise ValueError(f"there is no file {picture}{_elsewhere(name, file) if search else ''}")


def _elsewhere(name: str, file: Path) -> str:
    """Where a file of that name lies, with a suffix or without: an option that would find it, for the end of a message."""
    last = name.replace("\\", "/").rpartition("/")[2]
    seen = 0
    for folder, folders, files in os.walk(file.parent):
        folders.sort()
        for found in files:
            stem, dot, ending = found.rpartition(".")
            if found == last or stem == last:
                place = Path(folder).relative_to(file.parent).as_posix()
                kept = name.replace("\\", "/").rpartition("/")[0]
                root = place.removesuffix(kept).strip("/") if kept and place.endswith(kept) else place
                options = [f"root={_quoted(root)}"] * (root not in ("", ".")) + [f"suffix={_quoted(dot + ending)}"] * (
                    found != last
                )
                would = file.parent / root / (name.replace("\\", "/") + (dot + ending) * (found != last))
                return (
                    f"; {Path(folder) / found} is one: say {', '.join(options)}" if options and would.is_file() else ""
                )
        seen += len(files)
        if seen > SEARCHED:
            break
    return ""


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


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
