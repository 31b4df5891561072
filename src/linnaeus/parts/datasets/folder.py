"""A folder of images: a sub-folder for each class, with or without train, val and test above them.

    photos/cat/1.jpg                    photos/train/cat/1.jpg
    photos/cat/spring/2.png             photos/test/cat/9.jpg
    photos/dog/3.webp                   photos/train/dog/3.webp

Classes are named by their folders; what lies deeper belongs to the class above. The splits may also be called training,
valid, validation and testing. Links are followed, circles of links are left.

Which files are images is told by their content when they are decoded, so every file is offered to the decoder and one that
is no image is listed with the reason, except what nobody means as an image: hidden files and folders, what other programs
leave beside images (Thumbs.db, __MACOSX, @eaDir), and files with the suffix of a text, a table or an archive.
"""

import os
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import numpy.typing as npt

from linnaeus.parts.datasets._split_names import SPLITS

PASSED_OVER = {"__MACOSX", "@eaDir", "$RECYCLE.BIN", "System Volume Information"}
NO_IMAGES = {
    *(".txt", ".md", ".rst", ".pdf", ".doc", ".docx", ".html", ".htm", ".log", ".py", ".ipynb"),
    *(".csv", ".tsv", ".json", ".jsonl", ".xml", ".yaml", ".yml", ".toml", ".xls", ".xlsx", ".mat", ".npy", ".npz"),
    *(".db", ".ini", ".cfg", ".lnk", ".zip", ".tar", ".gz", ".7z", ".rar", ".md5", ".sha256"),
}


def build(cache: Path, /, *, path: str) -> dict[str, Any]:
    """Nobody knows whether a mirrored image keeps its class.

    Raises:
        ValueError: the folder is missing, empty or without class folders, or val or test has a class that train has not.
    """
    root = Path(path).expanduser().absolute()
    if not root.is_dir():
        raise ValueError(f"{root} is a file, not a folder" if root.exists() else f"there is no folder {root}")
    folders, beside = _content(root)
    if not folders:
        found = f"{len(beside)} files but no class folders" if beside else "nothing"
        raise ValueError(f"{root} holds {found}; put the images of each class into a folder of its own")
    classes_of = {split: _classes(top) for split, top in _splits(root, folders).items()}
    known = classes_of.get("train", classes_of.get("all", {}))
    if not any(known.values()):
        raise ValueError(f"{root} holds class folders but no images")
    for split, classes in classes_of.items():
        if unknown := sorted(name for name, files in classes.items() if files and name not in known):
            raise ValueError(f"{root}: {split} has classes that train has not: {', '.join(unknown)}; name them alike")
    names = sorted(known, key=int) if all(name.isdecimal() for name in known) else sorted(known)
    note = f"{root}: {len(beside)} files beside the class folders have no class and are left out"
    return {
        "classes": names,
        "splits": {split: _labelled(classes, names) for split, classes in classes_of.items()},
        "root": root,
        "mirror": None,
        "notes": [note] if beside else [],
    }


def _splits(root: Path, folders: list[Path]) -> dict[str, Path]:
    """The folder of each split; of "all" where the splits are still to be drawn.

    One folder called train among others that are no splits is a class: pictures of trains.
    """
    splits = [folder for folder in folders if folder.name.lower() in SPLITS]
    others = [folder.name for folder in folders if folder not in splits]
    if not splits or (others and len(splits) == 1):
        _check_level(root, folders)
        return {"all": root}
    found = {SPLITS[folder.name.lower()]: folder for folder in splits}
    names = ", ".join(folder.name for folder in splits)
    if others:
        raise ValueError(f"{root} holds the splits {names}, but also {', '.join(others[:5])}; move these elsewhere")
    if len(found) < len(splits):
        raise ValueError(f"{root} holds {names}: two names for one split; merge them")
    if "train" not in found:
        raise ValueError(f"{root} holds {names}, but no train folder")
    for folder in splits:
        if not _content(folder)[0]:
            raise ValueError(f"{folder} holds no class folders")
    return found


def _check_level(root: Path, folders: list[Path]) -> None:
    """Archives often unpack to a folder in a folder."""
    inner = _content(folders[0])[0]
    if len(folders) == 1 and len(inner) > 1:
        names = ", ".join(folder.name for folder in inner[:5])
        raise ValueError(f"{root} holds one folder, which holds {names}; if these are the classes, name {folders[0]}")


def _classes(top: Path) -> dict[str, list[Path]]:
    """The files of each class. Names are brought to one form of Unicode: macOS writes é in another than Linux."""
    classes: dict[str, list[Path]] = {}
    for folder in _content(top)[0]:
        classes.setdefault(unicodedata.normalize("NFC", folder.name), []).extend(_files(folder))
    return classes


def _labelled(classes: dict[str, list[Path]], names: list[str]) -> tuple[list[Path], npt.NDArray[np.int64]]:
    files = [classes.get(name, []) for name in names]
    labels_N = np.repeat(np.arange(len(names)), [len(part) for part in files])
    return [file for part in files for file in part], labels_N.astype(np.int64)


def _files(folder: Path) -> Iterator[Path]:
    """All files below a folder, sorted. A link to where the walk has been, or to above it, is not followed."""
    seen = {os.path.realpath(parent) for parent in folder.parents}
    for place, folders, files in os.walk(folder, onerror=_complain, followlinks=True):
        if (real := os.path.realpath(place)) in seen:
            folders.clear()
            continue
        seen.add(real)
        folders[:] = sorted(filter(_is_meant, folders))
        yield from (Path(place, name) for name in sorted(files) if _may_be_image(name))


def _content(folder: Path) -> tuple[list[Path], list[Path]]:
    """The folders and the possible images right below, sorted."""
    try:
        entries = sorted(folder.iterdir())
    except OSError as error:
        _complain(error)
    folders = [entry for entry in entries if entry.is_dir() and _is_meant(entry.name)]
    return folders, [entry for entry in entries if not entry.is_dir() and _may_be_image(entry.name)]


def _is_meant(name: str) -> bool:
    return not name.startswith(".") and name not in PASSED_OVER


def _may_be_image(name: str) -> bool:
    return _is_meant(name) and f".{name.rpartition('.')[2].lower()}" not in NO_IMAGES


def _complain(error: OSError) -> NoReturn:
    raise ValueError(f"{error.filename} cannot be read: {error.strerror}")
