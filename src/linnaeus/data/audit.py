"""What is in a data set and what is wrong with it, before anything is trained."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image
from scipy.stats import binomtest

from linnaeus import files
from linnaeus.data import decode
from linnaeus.data.augment import pipeline
from linnaeus.data.dataset import SPLITS, Dataset, Source, Splits, load
from linnaeus.data.seeds import generator
from linnaeus.data.statistics import pictures
from linnaeus.events import Watcher
from linnaeus.recipe.recipe import NO_AUGMENTATION, Recipe

UNBALANCED = 5  # times as many images in the largest class as in the smallest
TINY = 0.08  # half width of the interval of an accuracy of 90 %; above, two recipes can hardly be told apart
SHEET = (6, 10)  # classes, images of each, on a contact sheet
TILE = 64  # least pixels of an image on it


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something to know before training: what, how many, which files, what to do."""

    what: str
    count: int
    files: tuple[str, ...]
    advice: str

    def to_plain(self) -> dict[str, Any]:
        return {"what": self.what, "count": self.count, "files": list(self.files), "advice": self.advice}


def describe(source: Source, recipe: Recipe, sheet: Path | None, tell: Watcher) -> dict[str, Any]:
    """The data set in plain values, with findings; the contact sheet is written where a file for it is given.

    Raises:
        DataError: the data cannot be used at all. RunError: the sheet cannot be written.
    """
    splits = load(source, recipe, tell)
    present = {name: dataset for name in SPLITS if (dataset := getattr(splits, name)) is not None}
    if sheet is not None:
        write_sheet(splits.train, recipe, sheet)
    return {
        "source": str(source.spec),
        "classes": list(splits.classes),
        "counts": {name: len(dataset) for name, dataset in present.items()},
        "per_class": {name: dataset.counts() for name, dataset in present.items()},
        "fingerprint": splits.fingerprint,
        "sizes": sizes(source),
        "channels": recipe.channels,
        "image_size": recipe.image_size,
        "skipped": [list(pair) for pair in splits.skipped],
        "findings": [finding.to_plain() for finding in findings(source, splits, recipe)],
        "sheet": str(sheet) if sheet else None,
    }


def findings(source: Source, splits: Splits, recipe: Recipe) -> list[Finding]:
    """All that a look at the counts can tell."""
    return [*_unreadable(splits), *_balance(splits), *_validation(splits), *_mirror(source, recipe)]


def sizes(source: Source) -> dict[str, list[int]]:
    """Least, middle and largest width and height of the images, in pixels."""
    found: list[tuple[int, int]] = []
    for chunk in source.chunks:
        if isinstance(chunk.images, np.ndarray):
            found.append((chunk.images.shape[2], chunk.images.shape[1]))
        else:
            found += [header[:2] for path in chunk.images if (header := decode.header(path)) is not None]
    widths, heights = (sorted(side) for side in zip(*found, strict=True))
    return {name: [side[0], side[len(side) // 2], side[-1]] for name, side in (("width", widths), ("height", heights))}


def _unreadable(splits: Splits) -> list[Finding]:
    if not splits.skipped:
        return []
    names = tuple(f"{name}: {reason}" for name, reason in splits.skipped)
    return [
        Finding(
            what="unreadable images",
            count=len(names),
            files=names,
            advice="repair or remove them; training goes on without them",
        )
    ]


def _balance(splits: Splits) -> list[Finding]:
    counts = splits.train.counts()
    most, least = int(np.argmax(counts)), int(np.argmin(counts))
    if counts[most] < UNBALANCED * counts[least]:
        return []
    what = f"unbalanced classes: {splits.classes[most]} has {counts[most]} training images, {splits.classes[least]} has {counts[least]}"
    return [
        Finding(
            what=what,
            count=counts[most] - counts[least],
            files=(),
            advice="read the recall of each class, not the accuracy alone; --set sampling=balanced shows all alike",
        )
    ]


def _validation(splits: Splits) -> list[Finding]:
    if splits.val is None:
        return [
            Finding(
                what="no validation images",
                count=0,
                files=(),
                advice="nothing can be chosen; hold some out with val=0.15",
            )
        ]
    n = len(splits.val)
    interval = binomtest(round(0.9 * n), n).proportion_ci(method="wilson")
    half = (interval.high - interval.low) / 2
    if half < TINY:
        return []
    what = f"only {n} validation images: an accuracy of 90 % will be known to ±{100 * half:.0f} points"
    return [
        Finding(what=what, count=n, files=(), advice="add images, or take differences smaller than that for chance")
    ]


def _mirror(source: Source, recipe: Recipe) -> list[Finding]:
    flips = any(part.name in ("flip", "alternating_flip") for part in recipe.augment.operands())
    if flips and source.mirror is False:
        what = "flips are asked for, but a mirror changes these classes"
        return [Finding(what=what, count=0, files=(), advice="leave flip out of augment")]
    if source.mirror is not None:
        return []
    if flips:
        what = "flips are asked for, and nobody said that a mirrored image keeps its class"
        advice = "keep them only if it does; of text, digits, signs, left and right it does not"
    else:
        what = "flips are off, since nobody said that a mirrored image keeps its class"
        advice = 'if it does (no text, digits, signs, left or right), add "| flip" to augment'
    return [Finding(what=what, count=0, files=(), advice=advice)]


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
