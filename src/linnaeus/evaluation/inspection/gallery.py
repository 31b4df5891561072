"""Pictures kept beside a record: each image once, small, in the order in which it was asked for."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from linnaeus.data.dataset import Dataset
from linnaeus.data.statistics import pictures
from linnaeus.recipe.recipe import Recipe

Array = npt.NDArray[Any]

LARGEST = 96  # pixels of the longer side


class Gallery:
    """What shall be kept of several splits, by split and place; no image is looked at before `arrays`."""

    def __init__(self, datasets: Mapping[str, Dataset], recipe: Recipe) -> None:
        self.datasets, self.recipe = datasets, recipe
        self.rows: dict[tuple[str, int], int] = {}

    def add(self, split: str, place: int) -> int:
        """The row of that image among the pictures."""
        return self.rows.setdefault((split, int(place)), len(self.rows))

    def arrays(self, maps_MTHW: Array, map_of_M: Sequence[int]) -> dict[str, Array]:
        """As `pictures-inspection-SPLIT.npz` holds them; see `record.inspection`. Raises ImageError: a file is gone."""
        wanted = list(self.rows)
        images: dict[tuple[str, int], Array] = {}
        for split, dataset in self.datasets.items():
            places = np.array([place for of, place in wanted if of == split], np.int64)
            if len(places):
                found = pictures(dataset, places, self.recipe)
                images |= {(split, int(place)): small(image) for place, image in zip(places, found, strict=True)}
        return {
            "images": np.stack([images[key] for key in wanted])
            if wanted
            else np.empty((0, 1, 1, self.recipe.channels), np.uint8),
            "names": np.array([self.datasets[split].names[place] for split, place in wanted], dtype=str),
            "splits": np.array([split for split, _ in wanted], dtype=str),
            "maps": np.stack([np.stack([small(one[..., None])[..., 0] for one in maps]) for maps in maps_MTHW])
            if len(maps_MTHW)
            else np.empty((0, 2, 1, 1), np.uint8),
            "map_of": np.array(map_of_M, np.int64),
        }


def small(image_HWC: Array) -> Array:
    """The same picture, its longer side at most `LARGEST` pixels."""
    if max(image_HWC.shape[:2]) <= LARGEST:
        return image_HWC
    picture = Image.fromarray(image_HWC[..., 0] if image_HWC.shape[-1] == 1 else image_HWC)
    picture.thumbnail((LARGEST, LARGEST))
    return np.asarray(picture).reshape(picture.height, picture.width, image_HWC.shape[-1])
