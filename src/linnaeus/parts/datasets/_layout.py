"""What the folders of a data set are, by their names and what lies in them: classes, splits, or neither.

Read without asking are classes right below the root, and splits that are called so (train, val, test and their like). All else that
is plainly no class is refused, with the way out in the message: splits under names of their own (training_set, seg_train, dev,
fold0), splits inside classes, classes one or more folders deeper, images beside masks or annotations, a test folder without labels.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from linnaeus.parts.datasets._split_names import SPLITS, looks_like
from linnaeus.parts.datasets._walk import Walk

IMAGES = {"images", "image", "imgs", "img", "jpegimages", "jpg", "jpeg", "png", "photos", "pictures", "rgb"}
BESIDE = {
    *("mask", "masks", "segmentation", "segmentations", "groundtruth", "ground_truth", "gt", "trimaps"),
    *(
        "label",
        "labels",
        "annotation",
        "annotations",
        "annots",
        "ann",
        "anns",
        "xml",
        "json",
        "bbox",
        "bboxes",
        "boxes",
        "xmls",
    ),
}
SHOWN = 5  # names in a message

Tops = dict[str, list[Path]]


def splits(root: Path, walk: Walk) -> Tops:
    """The folder that holds the classes of each split; that of "all" where the splits are still to be drawn.

    Raises:
        ValueError: the layout is none of those that are read, with the call or the folder to name instead.
    """
    folders, _ = walk.content(root)
    called = [folder for folder in folders if folder.name.lower() in SPLITS]
    if called and (len(called) == len(folders) or len(called) > 1):
        return _called(root, called, [folder for folder in folders if folder not in called], walk)
    _check_splits(root, folders, walk)
    _check_level(root, folders, walk)
    _check_inside(root, folders, walk)
    return {"all": [root]}


def chosen(root: Path, named: Mapping[str, Sequence[str]], walk: Walk) -> Tops:
    """The folders that are named for each split. Raises ValueError: none for training, or one that is not there."""
    if not named["train"]:
        raise ValueError("val and test are named, but no folder to train on; name it, too: train=…")
    for split, names in named.items():
        for name in names:
            if not (root / name).is_dir():
                raise ValueError(f"{split}={name!r}: there is no folder {root / name}")
            if not walk.content(root / name)[0]:
                raise ValueError(f"{split}={name!r}: {root / name} holds no class folders")
    return {split: [root / name for name in names] for split, names in named.items() if names}


def call(root: Path, tops: Mapping[str, Sequence[Path]]) -> str:
    """The call that names these folders, as it is typed in place of the root."""

    def text(folders: Sequence[Path]) -> str:
        names = [json.dumps(folder.relative_to(root).as_posix(), ensure_ascii=False) for folder in folders]
        return names[0] if len(names) == 1 else f"[{', '.join(names)}]"

    options = "".join(
        f", {split}={text(folders)}" for split in ("train", "val", "test") if (folders := tops.get(split))
    )
    return f"'folder({json.dumps(str(root), ensure_ascii=False)}{options})'"


def classes_below(folder: Path, walk: Walk) -> Path:
    """The folder that holds the classes: the same, or what it wraps in one or more single folders."""
    while True:
        folders, files = walk.content(folder)
        inner = [one for one in folders if walk.has_images(one)]
        if files or len(inner) != 1 or not walk.content(inner[0])[0]:
            return folder
        folder = inner[0]


def _called(root: Path, called: list[Path], others: list[Path], walk: Walk) -> Tops:
    """Splits by names that are theirs; whatever else is there must be explained."""
    tops: Tops = {}
    for folder in called:
        tops.setdefault(SPLITS[folder.name.lower()], []).append(folder)
    names = ", ".join(folder.name for folder in called)
    if others:
        raise ValueError(
            f"{root} holds the splits {names}, but also {_listed(others)}; to leave these out, name the splits: "
            f"{call(root, tops)}; or, if all are classes, 'folder({str(root)!r}, flat=True)'"
        )
    if any(len(folders) > 1 for folders in tops.values()):
        raise ValueError(f"{root} holds {names}: two names for one split; to pool them, say {call(root, tops)}")
    if "train" not in tops:
        raise ValueError(f"{root} holds {names}, but no train folder")
    labelled: Tops = {split: [classes_below(folders[0], walk)] for split, folders in tops.items()}
    if labelled != tops:
        raise ValueError(f"{root}: the classes lie deeper in its splits; if they do, name them: {call(root, labelled)}")
    without = [folders[0] for folders in tops.values() if not walk.content(folders[0])[0]]
    if without:
        rest = {split: folders for split, folders in tops.items() if folders[0] not in without}
        advice = f"to train without, say {call(root, rest)}" if "train" in rest else "its images have no labels"
        raise ValueError(f"{without[0]} holds no class folders; {advice}")
    return tops


def _check_splits(root: Path, folders: list[Path], walk: Walk) -> None:
    """Raise ValueError where folders that would be classes look like splits."""
    found = {folder: seen for folder in folders if (seen := looks_like(folder.name)) is not None}
    roles = {role for role, _ in found.values()}
    own_names = {rest for _, rest in found.values()}
    if len(found) < 2 or len(own_names) > 1 or (len(roles) < 2 and len(found) < len(folders)):
        return
    tops: Tops = {"train": [], "val": [], "test": []}
    for folder, (role, _) in found.items():
        if role != "unlabelled" and walk.has_images(folder):
            tops["train" if role == "fold" else role].append(classes_below(folder, walk))
    if roles == {"fold"}:
        tops = {"train": tops["train"][:-1], "test": tops["train"][-1:]}
    tops = {split: [top for top in tops_of if walk.content(top)[0]] for split, tops_of in tops.items()}
    way = f"if they do, say {call(root, tops)}; " if tops["train"] else ""
    raise ValueError(
        f"{root} holds {_listed(list(found))}, which look like splits, not classes; {way}"
        f"if they are the classes, 'folder({json.dumps(str(root), ensure_ascii=False)}, flat=True)'"
    )


def _check_level(root: Path, folders: list[Path], walk: Walk) -> None:
    """Raise ValueError where the classes lie deeper: archives unpack to a folder in a folder, images lie beside annotations."""
    with_images = [folder for folder in folders if walk.has_images(folder)]
    pictures = [folder for folder in with_images if folder.name.lower() in IMAGES]
    beside = [folder for folder in folders if folder.name.lower() in BESIDE or folder not in with_images]
    if len(pictures) == 1 and len(beside) == len(folders) - 1:
        with_images = pictures
    if len(with_images) != 1:
        return
    top = classes_below(with_images[0], walk)
    inner = [folder for folder in walk.content(top)[0] if walk.has_images(folder)]
    if len(inner) > 1:
        besides = f", and {_listed(beside)} beside it" if beside else ""
        raise ValueError(
            f"{root} holds images in one folder only{besides}; it holds {_listed(inner)}; if these are the classes, name {top}"
        )
    if pictures and len(folders) > 1:
        raise ValueError(
            f"{root} holds {pictures[0].name} beside {_listed(beside)}: images and their masks or annotations, not classes; "
            "put the images of each class into a folder of its own, or list them in a table (path,label)"
        )


def _check_inside(root: Path, folders: list[Path], walk: Walk) -> None:
    """Raise ValueError where each class folder holds splits."""
    inside = [{folder.name.lower() for folder in walk.content(one)[0]} for one in folders if walk.has_images(one)]
    shared = set.intersection(*inside) if len(inside) > 1 else set()
    if len({SPLITS[name] for name in shared & SPLITS.keys()}) > 1:
        names = ", ".join(sorted(shared & SPLITS.keys()))
        raise ValueError(
            f"{root}: each class folder holds the splits {names}; put these above the classes, "
            f"{root.name}/{names.partition(',')[0]}/{folders[0].name}; or, to draw splits anew, "
            f"'folder({json.dumps(str(root), ensure_ascii=False)}, flat=True)'"
        )


def _listed(folders: Sequence[Path]) -> str:
    more = f" and {len(folders) - SHOWN} more" if len(folders) > SHOWN else ""
    return ", ".join(folder.name for folder in folders[:SHOWN]) + more
