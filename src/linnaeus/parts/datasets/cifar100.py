"""CIFAR-100: 50,000 + 10,000 photographs, 32×32, colour, a hundred classes in twenty superclasses.

A. Krizhevsky, Learning multiple layers of features from tiny images, 2009.
Downloaded (169 MB) from the author's page and held against torchvision's checksums, unless it is there already.
"""

import io
import tarfile
import tempfile
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout
from difflib import get_close_matches
from http.client import HTTPException
from pathlib import Path
from typing import Any

import numpy as np
from torchvision.datasets import CIFAR100
from torchvision.datasets.utils import download_url

HINT = 'cifar100(folder="…") takes an unpacked copy that you have'
SUPERCLASSES = {
    "aquatic_mammals": ("beaver", "dolphin", "otter", "seal", "whale"),
    "fish": ("aquarium_fish", "flatfish", "ray", "shark", "trout"),
    "flowers": ("orchid", "poppy", "rose", "sunflower", "tulip"),
    "food_containers": ("bottle", "bowl", "can", "cup", "plate"),
    "fruit_and_vegetables": ("apple", "mushroom", "orange", "pear", "sweet_pepper"),
    "household_electrical_devices": ("clock", "keyboard", "lamp", "telephone", "television"),
    "household_furniture": ("bed", "chair", "couch", "table", "wardrobe"),
    "insects": ("bee", "beetle", "butterfly", "caterpillar", "cockroach"),
    "large_carnivores": ("bear", "leopard", "lion", "tiger", "wolf"),
    "large_man-made_outdoor_things": ("bridge", "castle", "house", "road", "skyscraper"),
    "large_natural_outdoor_scenes": ("cloud", "forest", "mountain", "plain", "sea"),
    "large_omnivores_and_herbivores": ("camel", "cattle", "chimpanzee", "elephant", "kangaroo"),
    "medium_mammals": ("fox", "porcupine", "possum", "raccoon", "skunk"),
    "non-insect_invertebrates": ("crab", "lobster", "snail", "spider", "worm"),
    "people": ("baby", "boy", "girl", "man", "woman"),
    "reptiles": ("crocodile", "dinosaur", "lizard", "snake", "turtle"),
    "small_mammals": ("hamster", "mouse", "rabbit", "shrew", "squirrel"),
    "trees": ("maple_tree", "oak_tree", "palm_tree", "pine_tree", "willow_tree"),
    "vehicles_1": ("bicycle", "bus", "motorcycle", "pickup_truck", "train"),
    "vehicles_2": ("lawn_mower", "rocket", "streetcar", "tank", "tractor"),
}


def build(
    cache: Path, /, *, labels: str = "fine", superclass: str | Sequence[str] | None = None, folder: str | None = None
) -> dict[str, Any]:
    """`labels` are "fine" (100) or "coarse" (20); `superclass` names those whose images stay, all if left open.

    `folder` is a local copy: the folder cifar-100-python, or the one that holds it. A mirrored cat is a cat.
    """
    if labels not in ("fine", "coarse"):
        raise ValueError(f'labels="{labels}": they are "fine" (100 classes) or "coarse" (20)')
    wanted = _superclasses(superclass)
    batches = _local(Path(folder).expanduser()) if folder else cache / CIFAR100.base_folder
    if not folder and not (batches / CIFAR100.meta["filename"]).exists():
        _download(cache)
    parts = {"train": _part(batches, train=True), "test": _part(batches, train=False)}
    fine = list(parts["train"].classes)
    superclass_of = {name: group for group, names in SUPERCLASSES.items() for name in names}
    classes = wanted if labels == "coarse" else [name for name in fine if superclass_of[name] in wanted]
    named = [superclass_of[name] if labels == "coarse" else name for name in fine]
    to_label = np.array([classes.index(name) if name in classes else -1 for name in named], np.int64)
    splits = {}
    for name, part in parts.items():
        labels_N = to_label[part.targets]
        splits[name] = (part.data[labels_N >= 0], labels_N[labels_N >= 0])
    return {"classes": classes, "splits": splits, "mirror": True}


def _superclasses(wanted: str | Sequence[str] | None) -> list[str]:
    """Their names, in the order of the data set."""
    names = list(SUPERCLASSES) if wanted is None else [wanted] if isinstance(wanted, str) else list(wanted)
    names = [str(name).replace(" ", "_") for name in names]
    for name in names:
        if name not in SUPERCLASSES:
            near = get_close_matches(name, SUPERCLASSES, n=3, cutoff=0.5)
            advice = f"did you mean {' or '.join(near)}?" if near else f"they are {', '.join(SUPERCLASSES)}"
            raise ValueError(f"CIFAR-100 has no superclass {name!r}; {advice}")
    return [name for name in SUPERCLASSES if name in names]


def _local(folder: Path) -> Path:
    for batches in (folder / CIFAR100.base_folder, folder):
        if (batches / CIFAR100.meta["filename"]).exists():
            return batches
    raise ValueError(f"{folder} holds no CIFAR-100: neither {CIFAR100.base_folder} nor {CIFAR100.meta['filename']}")


def _part(batches: Path, *, train: bool) -> CIFAR100:
    """Its files are pickles: torchvision opens them only after their checksums have been found right."""

    class Here(CIFAR100):  # type: ignore[misc]  # torchvision ships no types
        base_folder = batches.name

    try:
        return Here(batches.parent, train=train)
    except (OSError, RuntimeError) as error:
        raise ValueError(f"{batches} is incomplete or damaged; remove it to download it again, or {HINT}") from error


def _download(cache: Path) -> None:
    """Whole or not at all: unpacked in a temporary folder, which is then renamed."""
    silence = io.StringIO()
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache) as temporary, redirect_stdout(silence), redirect_stderr(silence):
            download_url(CIFAR100.url, temporary, CIFAR100.filename, CIFAR100.tgz_md5)
            with tarfile.open(Path(temporary, CIFAR100.filename)) as archive:
                archive.extractall(temporary, filter="data")
            Path(temporary, CIFAR100.base_folder).replace(cache / CIFAR100.base_folder)
    except (OSError, RuntimeError, HTTPException, tarfile.TarError) as error:
        reason = " ".join(str(error).split())
        raise ValueError(f"CIFAR-100 could not be downloaded to {cache}: {reason}; {HINT}") from error
