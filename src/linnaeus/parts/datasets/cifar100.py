"""CIFAR-100: 50,000 + 10,000 photographs, 32×32, colour, a hundred classes in twenty superclasses.

Krizhevsky 2009, "Learning multiple layers of features from tiny images", University of Toronto.
Downloaded (169 MB) from the author's page and held against torchvision's checksums, unless it is there already.
"""

from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import numpy as np
from torchvision.datasets import CIFAR100

from linnaeus.parts.datasets import _cifar

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
    ValueError: no such labels or superclass; it is not there and cannot be downloaded, or it is damaged.
    """
    if labels not in ("fine", "coarse"):
        raise ValueError(f'labels="{labels}": they are "fine" (100 classes) or "coarse" (20)')
    wanted = _superclasses(superclass)
    parts = _cifar.parts(CIFAR100, cache, folder)
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
