"""A contact sheet: what the network will see, a row a class."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image

from linnaeus import files
from linnaeus.data.augment import pipeline
from linnaeus.data.dataset import Dataset
from linnaeus.data.randomness import generator
from linnaeus.data.statistics import pictures
from linnaeus.recipe.recipe import NO_AUGMENTATION, Recipe

SHEET = (6, 10)  # classes, images of each
TILE = 64  # least pixels of an image on it


def write_sheet(train: Dataset, recipe: Recipe, path: Path) -> None:
    """A contact sheet: a row a class, the images augmented as the network will see them. Raises RunError."""
    classes, each = SHEET
    rows = [np.flatnonzero(train.labels_N == label)[:each] for label in range(len(train.classes))[:classes]]
    picked = np.concatenate(rows)
    images_BCHW = torch.from_numpy(pictures(train, picked, recipe)).permute(0, 3, 1, 2)
    targets_BK = torch.eye(len(train.classes))[torch.from_numpy(train.labels_N[picked])]
    if recipe.augment != NO_AUGMENTATION:
        images_BCHW, _ = pipeline(recipe.augment)(images_BCHW, targets_BK, generator(recipe.seed, "sheet"))
    tiles = images_BCHW.permute(0, 2, 3, 1).numpy()
    picture = _arranged(tiles, [len(row) for row in rows], each)
    files.write_whole_with(path, lambda temporary: picture.save(temporary, format="PNG"))


def _arranged(tiles_NHWC: npt.NDArray[np.uint8], rows: list[int], columns: int) -> Image.Image:
    side, gap = tiles_NHWC.shape[1] * max(1, TILE // tiles_NHWC.shape[1]), 4
    sheet = Image.new("RGB", (columns * (side + gap) + gap, len(rows) * (side + gap) + gap), "white")
    index = 0
    for row, count in enumerate(rows):
        for column in range(count):
            tile = tiles_NHWC[index]
            picture = (
                Image.fromarray(tile[..., 0] if tile.shape[-1] == 1 else tile)
                .convert("RGB")
                .resize((side, side), Image.Resampling.NEAREST)
            )
            sheet.paste(picture, (gap + column * (side + gap), gap + row * (side + gap)))
            index += 1
    return sheet
