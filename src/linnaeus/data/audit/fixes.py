"""A fix list, and the new version of a data set that it makes; the old one stays as it is.

    path,action,label,reason
    train/cat/0017.png,relabel,dog,shows a dog
    train/cat/0018.png,drop,,
    train/cat/0019.png,keep,,looked at: it is right

`path` is the image's name in the data set: below its folder, or `train/00017` where the images are arrays. `label` is the new
class of a `relabel`. Other columns are for people.

The new version is a folder, SPLIT/CLASS/NAME (CLASS/NAME where the splits are still to be drawn). Files become hard links,
which take no space, or copies where the disk cannot link; images in arrays become PNG files, which hold them exactly and
which any program shows. The splits stay: they follow from the folders, or from the content of the images. The list goes along.
"""

import os
import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path, PurePosixPath

import numpy as np
from PIL import Image

from linnaeus import files
from linnaeus.data.dataset import Chunk, Source
from linnaeus.errors import DataError
from linnaeus.events import Reading, Watcher, nobody
from linnaeus.parts.datasets import table

ACTIONS = ("relabel", "drop", "keep")
SHOWN = 3  # faulty lines that a message quotes; the rest it counts
COPY = "fixes.csv"  # of the list, in the new folder
EVERY = 500  # images between two events


@dataclass(frozen=True, slots=True, kw_only=True)
class Fix:
    line: int
    path: str
    action: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """What came of it. `unchanged` are lines that say what is so already, or keep."""

    folder: Path  # that was written
    images: int  # files in the copy
    relabelled: int  # of them, images whose class was changed
    dropped: int  # images that were left out
    unchanged: int


def read(file: Path) -> list[Fix]:
    """The lines of a list, none of them looked up yet.

    Raises:
        DataError: no such file, no such columns, or lines that say nothing sound; their numbers are told.
    """
    rows = _rows(_text(file), file)
    header = [name.strip().lower() for name in next(rows, (1, []))[1]]
    if missing := [name for name in ("path", "action", "label") if name not in header]:
        raise DataError(
            f"{file} has no column {' or '.join(missing)}; its first line must name path, action and label, "
            f"and names {', '.join(header) or 'nothing'}"
        )
    fixes, faults = [], []
    lines: dict[str, int] = {}
    for line, cells in rows:
        path, action, label = (
            files.csv_cell(cells[place].strip()) if (place := header.index(name)) < len(cells) else ""
            for name in ("path", "action", "label")
        )
        action = action.lower()
        if fault := _fault(path, action, label, lines):
            faults.append((line, fault))
        else:
            lines[path] = line
            fixes.append(Fix(line=line, path=path, action=action, label=label))
    _raise(file, faults)
    return fixes


def apply(source: Source, file: Path, to: Path, tell: Watcher = nobody) -> Applied:
    """Write the data set as the list `file` would have it to the new folder `to`, whole or not at all.

    Raises:
        DataError: a data set or a list that this cannot be done with: unknown images or classes, no images left.
        RunError: `to` is there already or cannot be written.
    """
    fixes = read(file)
    _check_source(source)
    wanted = _looked_up(fixes, source, file)
    changed = {name: fix for name, fix in wanted.items() if fix is None or fix != _labels(source)[name]}
    if not changed:
        raise DataError(
            f"{file} changes nothing: none of its {len(fixes):,} lines drops an image or gives it another class"
        )
    _check_left(source, wanted, file)
    written = 0

    def fill(folder: Path) -> None:
        nonlocal written
        written = sum(_write_chunk(chunk, source, wanted, folder, tell) for chunk in source.chunks)
        shutil.copyfile(file, folder / COPY)

    files.write_folder_whole(to, fill)
    dropped = sum(label is None for label in changed.values())
    return Applied(
        folder=to,
        images=written,
        relabelled=len(changed) - dropped,
        dropped=dropped,
        unchanged=len(fixes) - len(changed),
    )


def default_target(source: Source) -> Path:
    """Beside the old folder, or here where the data set is none: NAME-fixed, or NAME-fixed-2 and so on."""
    first = source.spec.args[0] if source.spec.name in ("folder", "table", "arrays") and source.spec.args else None
    place = files.expanded(first).absolute() if isinstance(first, str) else Path(source.spec.name).absolute()
    stem = f"{place.name if place.is_dir() else place.stem}-fixed"
    names = (stem, *(f"{stem}-{number}" for number in range(2, 10_000)))
    return next(place.parent / name for name in names if not (place.parent / name).exists())


def _fault(path: str, action: str, label: str, lines: dict[str, int]) -> str | None:
    if not path:
        return "no path"
    if action not in ACTIONS:
        return f"the action {action!r} is none of {', '.join(ACTIONS)}"
    if action == "relabel" and not label:
        return f"relabel {path}, but to no label"
    if path in lines:
        return f"{path} again, after line {lines[path]}"
    return None


def _raise(file: Path, faults: Sequence[tuple[int, str]]) -> None:
    if faults:
        told = "; ".join(f"line {line}: {fault}" for line, fault in faults[:SHOWN])
        more = f"; and {len(faults) - SHOWN:,} more lines" if len(faults) > SHOWN else ""
        raise DataError(f"{file}, {told}{more}; nothing was written")


def _check_source(source: Source) -> None:
    if source.spec.name == "+":
        raise DataError(f"{source.spec} is several data sets; fix them one at a time")
    options = [name for name in ("classes", "limit") if source.spec.get(name) is not None]
    if options:
        raise DataError(f"{source.spec} is part of a data set; fix the whole, without {' and '.join(options)}")
    bad = [name for name in source.classes if name in ("", ".", "..") or "/" in name or "\\" in name or "\0" in name]
    if bad:
        raise DataError(
            f"{source.spec}: the class {bad[0]!r} cannot be the name of a folder, which the new version would need"
        )


def _labels(source: Source) -> dict[str, str]:
    return {
        name: source.classes[label]
        for chunk in source.chunks
        for name, label in zip(chunk.names, chunk.labels_N.tolist(), strict=True)
    }


def _looked_up(fixes: Sequence[Fix], source: Source, file: Path) -> dict[str, str | None]:
    """The class, or None for none, of each image of which the list says something."""
    labels, faults = _labels(source), []
    wanted: dict[str, str | None] = {}
    for fix in fixes:
        # tables guard names that begin with = or -
        name = fix.path if fix.path in labels else fix.path.removeprefix("'")
        if name not in labels:
            faults.append((fix.line, f"there is no image {fix.path!r}{_near(fix.path, labels)}"))
        elif fix.action == "relabel" and fix.label not in source.classes:
            faults.append((fix.line, f"there is no class {fix.label!r}{_near(fix.label, source.classes)}"))
        else:
            wanted[name] = {"drop": None, "keep": labels[name], "relabel": fix.label}[fix.action]
    _raise(file, faults)
    return wanted


def _near(name: str, known: Sequence[str] | dict[str, str]) -> str:
    near = get_close_matches(name, list(known)[:20_000], n=1, cutoff=0.6)
    return f" (did you mean {near[0]}?)" if near else ""


def _check_left(source: Source, wanted: dict[str, str | None], file: Path) -> None:
    """Each class keeps the two training images without which the new version could not be trained on."""
    left = Counter(
        wanted.get(name, source.classes[label])
        for chunk in source.chunks
        if chunk.split in ("train", "all")
        for name, label in zip(chunk.names, chunk.labels_N.tolist(), strict=True)
    )
    few = [name for name in source.classes if left[name] < 2]
    if few:
        raise DataError(f"{file} leaves fewer than two training images of {', '.join(few[:5])}; nothing was written")


def _write_chunk(chunk: Chunk, source: Source, wanted: dict[str, str | None], folder: Path, tell: Watcher) -> int:
    top = folder if chunk.split == "all" else folder / chunk.split
    taken: set[Path] = set()
    kept = [
        (place, label)
        for place, name in enumerate(chunk.names)
        if (label := wanted.get(name, source.classes[chunk.labels_N[place]])) is not None
    ]
    # those that stay where they are come first, so that they keep their names
    kept.sort(key=lambda pair: pair[1] != source.classes[chunk.labels_N[pair[0]]])
    for done, (place, label) in enumerate(kept, start=1):
        target = _free(top / label / _below_class(chunk, place, source), taken)
        target.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(chunk.images, np.ndarray):
            image = chunk.images[place]
            Image.fromarray(image[..., 0] if image.shape[-1] == 1 else image).save(target, compress_level=1)
        else:
            _link(chunk.images[place], target)
        if done % EVERY == 0 or done == len(kept):
            tell(Reading(done=done, total=len(kept), what="written"))
    return len(kept)


def _below_class(chunk: Chunk, place: int, source: Source) -> PurePosixPath:
    """What the image is called within its class: the folders between the class and the file stay."""
    name = PurePosixPath(chunk.names[place])
    if isinstance(chunk.images, np.ndarray):
        return PurePosixPath(f"{name.name}.png")
    parts = chunk.images[place].parts
    label = source.classes[chunk.labels_N[place]]
    below = parts[parts.index(label, len(parts) - len(name.parts)) + 1 :] if label in parts[-len(name.parts) :] else ()
    return PurePosixPath(*below) if below and source.spec.name == "folder" else PurePosixPath(name.name)


def _free(target: Path, taken: set[Path]) -> Path:
    """The first of a.png, a-2.png, a-3.png … that no other image has."""
    found, number = target, 2
    while found in taken:
        found, number = target.with_name(f"{target.stem}-{number}{target.suffix}"), number + 1
    taken.add(found)
    return found


def _link(file: Path, target: Path) -> None:
    real = Path(os.path.realpath(file))
    try:
        os.link(real, target)
    except OSError:  # another disk, or one that has no links
        shutil.copy2(real, target)


def _text(file: Path) -> str:
    try:
        content = files.read_bytes(file)
        return content.decode("utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except FileNotFoundError:
        raise DataError(f"there is no fix list {file}") from None
    except OSError as error:
        raise DataError(f"the fix list {file} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise DataError(f"the fix list {file} is not text in UTF-8; save it as CSV UTF-8") from None


def _rows(text: str, file: Path) -> Iterator[tuple[int, list[str]]]:
    """As `table.rows`. Raises DataError where that raises ValueError."""
    try:
        yield from table.rows(text, file)
    except ValueError as error:
        raise DataError(str(error)) from None
