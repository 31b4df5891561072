"""A folder of images: a sub-folder for each class, with or without train, val and test above them.

    photos/cat/1.jpg                    photos/train/cat/1.jpg
    photos/cat/spring/2.png             photos/test/cat/9.jpg
    photos/dog/3.webp                   photos/train/dog/3.webp

Classes are named by their folders; what lies deeper belongs to the class above. The splits may also be called training,
valid, validation and testing; other names are named: `folder("photos", train="training_set", test="test_set")`. Which files are
offered as images says `_walk`, which layouts are refused as no classes `_layout`.
"""

import os
import unicodedata
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from linnaeus.parts.datasets import _layout
from linnaeus.parts.datasets._walk import Walk

SHOWN = 5  # names in a note


def build(
    cache: Path,
    /,
    *,
    path: str,
    train: str | Sequence[str] = (),
    val: str | Sequence[str] = (),
    test: str | Sequence[str] = (),
    flat: bool = False,
    without: str | Sequence[str] = (),
) -> dict[str, Any]:
    """`path` of the folder. `train`, `val` and `test` name sub-folders that hold the class folders of a split; what is named for none is
    left out. With `flat` the sub-folders are classes, whatever they look like. `without` leaves out folders and files of these names or
    patterns: `without=["masks", "*_mask.png"]`. Nobody knows whether a mirrored image keeps its class.

    Raises:
        ValueError: the folder is missing, empty, without class folders or of a layout that says otherwise, a name in `without`
            is met nowhere, or val or test has a class that train has not.
    """
    root = Path(path).absolute()
    if not root.is_dir():
        raise ValueError(
            f"{root} is a file, not a folder: unpack an archive, and name its folder"
            if root.exists()
            else f"there is no folder {root}{_near(root)}"
        )
    walk = Walk(_names(without))
    folders, beside = walk.content(root)
    if not folders:
        found = f"{len(beside)} files but no class folders" if beside else "nothing"
        raise ValueError(f"{root} holds {found}; put the images of each class into a folder of its own")
    named = {"train": _names(train), "val": _names(val), "test": _names(test)}
    if flat:
        tops: _layout.Tops = {"all": [root]}
    else:
        tops = _layout.chosen(root, named, walk) if any(named.values()) else _layout.splits(root, walk)
    classes_of = {split: _classes(folders_of, walk) for split, folders_of in tops.items()}
    known = classes_of.get("train", classes_of.get("all", {}))
    _check(root, tops, classes_of, known)
    if unmet := set(walk.without) - walk.met:
        raise ValueError(f"without={sorted(unmet)[0]!r}: nothing in {root} has this name")
    names = sorted(known, key=int) if all(name.isdecimal() for name in known) else sorted(known)
    return {
        "classes": names,
        "splits": {split: _labelled(classes, names) for split, classes in classes_of.items()},
        "root": root,
        "mirror": None,
        "notes": [
            *([("beside", {"folder": str(root), "n": len(beside)})] if beside else []),
            *_deeper(tops.get("train", tops.get("all", [])), walk),
        ],
    }


def _names(given: str | Sequence[str]) -> list[str]:
    return [given] if isinstance(given, str) else list(given)


def _near(root: Path) -> str:
    """Of a path that is mistyped, the folders beside it that are spelled nearly so."""
    try:
        beside = [entry.name for entry in root.parent.iterdir() if entry.is_dir()]
    except OSError:
        return ""
    near = get_close_matches(root.name, beside, n=2)
    return f"; did you mean {' or '.join(str(root.parent / name) for name in near)}?" if near else ""


def _check(root: Path, tops: _layout.Tops, classes_of: dict[str, dict[str, list[Path]]], known: dict[str, Any]) -> None:
    if not any(known.values()):
        raise ValueError(f"{root} holds class folders but no images")
    for classes in classes_of.values():
        for name in classes:
            if name != name.encode("utf-8", "replace").decode("utf-8"):
                raise ValueError(
                    f"{root} holds the class folder {os.fsencode(name)!r}, whose name is not UTF-8; rename it "
                    "(of an archive made on Windows, unpack it anew with its code page: unzip -O cp866, 7z)"
                )
    strange = {split: unknown for split, classes in classes_of.items() if (unknown := _unknown(classes, known))}
    if strange:
        rest = {split: folders for split, folders in tops.items() if split not in strange}
        told = "; ".join(
            f"{split} has classes that train has not: {', '.join(names)}" for split, names in strange.items()
        )
        raise ValueError(
            f"{root}: {told}; name them alike, or leave {' and '.join(strange)} out: {_layout.call(root, rest)}"
        )


def _unknown(classes: dict[str, list[Path]], known: dict[str, Any]) -> list[str]:
    return sorted(name for name, files in classes.items() if files and name not in known)


def _deeper(tops: Sequence[Path], walk: Walk) -> list[tuple[str, dict[str, Any]]]:
    """A note where classes may lie one folder deeper: each class folder holds nothing but several folders, no two of one name."""
    classes = [folder for top in tops for folder in walk.content(top)[0] if walk.has_images(folder)]
    inner = [[one.name for one in walk.content(folder)[0] if walk.has_images(one)] for folder in classes]
    names = [name for of_class in inner for name in of_class]
    alone = all(
        len(of_class) > 1 and not walk.content(folder)[1] for of_class, folder in zip(inner, classes, strict=True)
    )
    if not names or not alone or len(set(names)) < len(names):
        return []
    shown = ", ".join(names[:SHOWN]) + ", …" * (len(names) > SHOWN)
    return [("deeper", {"n": len(names), "names": shown, "classes": ", ".join(one.name for one in classes[:SHOWN])})]


def _classes(tops: Sequence[Path], walk: Walk) -> dict[str, list[Path]]:
    """The files of each class. Names are brought to one form of Unicode: macOS writes é in another than Linux."""
    classes: dict[str, list[Path]] = {}
    for folder in (folder for top in tops for folder in walk.content(top)[0]):
        classes.setdefault(unicodedata.normalize("NFC", folder.name), []).extend(walk.files(folder))
    return classes


def _labelled(classes: dict[str, list[Path]], names: list[str]) -> tuple[list[Path], npt.NDArray[np.int64]]:
    files = [classes.get(name, []) for name in names]
    labels_N = np.repeat(np.arange(len(names)), [len(part) for part in files])
    return [file for part in files for file in part], labels_N.astype(np.int64)
