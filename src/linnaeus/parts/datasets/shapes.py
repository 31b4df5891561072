"""Shapes: generated pictures to test and to demonstrate with. One shape, or a grid of equal ones, in two random colours.

The shapes are circle, square, triangle, cross, star and bar, filled or open: twelve classes; more come as grids of 1×2, 2×1,
2×2 and so on, up to 192. Place, size, tilt and colours are random. A network can learn them, a linear model cannot.

`write` puts them into files, for tests of folders: 20,000 JPEGs of mixed sizes in under a minute on two cores.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

Floats = npt.NDArray[np.float32]
Pixels = npt.NDArray[np.uint8]

SHAPES = ("circle", "square", "triangle", "cross", "star", "bar")
GRIDS = sorted(product((1, 2, 3, 4), repeat=2), key=lambda grid: (grid[0] * grid[1], grid))
NAMES = [
    f"{fill}{shape}" + (f" {rows}×{columns}" if rows * columns > 1 else "")
    for rows, columns in GRIDS
    for fill in ("", "open ")
    for shape in SHAPES
]
LINE = 0.08  # half the width of an open shape's line, in radii
MOST_TILT = 0.25  # radians
AT_ONCE = 64  # images drawn together
SIZES = 16  # different sizes among the files of `write`


def build(
    folder: Path,
    /,
    *,
    size: int = 32,
    classes: int = 4,
    channels: int = 3,
    count: int = 1000,
    seed: int = 0,
    noise: float = 0.05,
) -> dict[str, Any]:
    """`count` images of `size` pixels a side, of the first `classes` shapes, equally many of each, with 1, 3 or 4 `channels`; `seed` draws
    them. `noise` is its standard deviation, from black to white being 1. A mirrored image keeps its class.

    ValueError: an option out of range.
    """
    _check(size, classes, channels, count)
    labels_N = np.arange(count, dtype=np.int64) % classes
    images = np.empty((count, size, size, channels), np.uint8)
    for start in range(0, count, AT_ONCE):
        part = slice(start, start + AT_ONCE)
        images[part] = _draw(labels_N[part], (size, size, channels), noise, np.random.default_rng([seed, start]))
    return {"classes": NAMES[:classes], "splits": {"all": (images, labels_N)}, "mirror": True}


def write(
    folder: Path,
    *,
    size: int = 64,
    classes: int = 4,
    channels: int = 3,
    count: int = 1000,
    seed: int = 0,
    noise: float = 0.02,
    mixed_sizes: bool = True,
    suffixes: Sequence[str] = ("jpg", "png"),
) -> None:
    """The same as files folder/CLASS/00000.jpg and so on; `mixed_sizes` has sides from 0.75 to 2 times `size`."""
    _check(size, classes, channels, count)
    sides = np.random.default_rng(seed).integers(size * 3 // 4, size * 2 + 1, (SIZES, 2)).tolist()
    numbers = np.arange(count)
    group_N = numbers // classes % SIZES
    for name in NAMES[:classes]:
        (folder / name).mkdir(parents=True, exist_ok=True)

    def write_some(some: npt.NDArray[np.int64]) -> None:
        height, width = sides[group_N[some[0]]] if mixed_sizes else (size, size)
        labels_N = some % classes
        images = _draw(labels_N, (height, width, channels), noise, np.random.default_rng([seed, some[0]]))
        for number, label, image_HWC in zip(some.tolist(), labels_N, images, strict=True):
            suffix = suffixes[number // classes % len(suffixes)]
            picture = Image.fromarray(image_HWC[..., 0] if channels == 1 else image_HWC)
            picture.save(folder / NAMES[label] / f"{number:05d}.{suffix}", quality=90, compress_level=1)

    groups = [numbers[group_N == group] for group in range(SIZES)]
    with ThreadPoolExecutor() as threads:
        parts = [group[start : start + AT_ONCE] for group in groups for start in range(0, len(group), AT_ONCE)]
        list(threads.map(write_some, parts))


def _check(size: int, classes: int, channels: int, count: int) -> None:
    if not 2 <= classes <= len(NAMES):
        raise ValueError(f"classes={classes}: from 2 to {len(NAMES)} can be drawn")
    if channels not in (1, 3, 4):
        raise ValueError(f"channels={channels}: an image has 1, 3 or 4")
    if size < 8 or count < classes:
        raise ValueError(f"size={size}, count={count}: at least 8 pixels a side and one image of each class are needed")


def _draw(
    labels_N: npt.NDArray[np.int64], shape: tuple[int, int, int], noise: float, rng: np.random.Generator
) -> Pixels:
    """uint8 (N, H, W, C)."""
    height, width, channels = shape
    count = len(labels_N)
    mask_NHW = _mask(labels_N, height, width, rng)[..., None]
    behind, before = rng.random((2, count, 1, 1, channels), np.float32)
    chosen = np.arange(count), 0, 0, rng.integers(0, channels, count)
    before[chosen] = (behind[chosen] + 0.5) % 1  # in one channel at least the colours are far apart
    if channels == 4:
        behind[..., 3] = before[..., 3] = 1
    images = behind + mask_NHW * (before - behind)
    images[..., :3] += noise * rng.standard_normal((count, height, width, 1), np.float32)
    pixels: Pixels = (images * 255).clip(0, 255).astype(np.uint8)
    return pixels


def _mask(labels_N: npt.NDArray[np.int64], height: int, width: int, rng: np.random.Generator) -> Floats:
    """How far each pixel is covered (N, H, W), from 0 to 1, smooth at the edges."""

    def between(low: float, high: float) -> Floats:
        return rng.uniform(low, high, (len(labels_N), 1, 1)).astype(np.float32)

    grid_of, kind_N = np.divmod(labels_N, 2 * len(SHAPES))
    rows, columns = np.array(GRIDS, np.float32)[grid_of].T[:, :, None, None]
    cell_height, cell_width = height / rows, width / columns
    radius = between(0.3, 0.46) * np.minimum(cell_height, cell_width)
    # pixels from the middle of the cell, then from that of the shape, then in radii and tilted
    y = (np.arange(height, dtype=np.float32)[None, :, None] + 0.5) % cell_height - cell_height / 2
    x = (np.arange(width, dtype=np.float32)[None, None, :] + 0.5) % cell_width - cell_width / 2
    y = (y - between(-1, 1) * (cell_height / 2 - radius)) / radius
    x = (x - between(-1, 1) * (cell_width / 2 - radius)) / radius
    tilt = between(-MOST_TILT, MOST_TILT)
    x, y = x * np.cos(tilt) - y * np.sin(tilt), x * np.sin(tilt) + y * np.cos(tilt)

    distance_NHW = np.empty(x.shape, np.float32)
    for number, name in enumerate(SHAPES):
        these = kind_N % len(SHAPES) == number
        distance_NHW[these] = _distance(name, x[these], y[these])
    line = np.maximum(LINE, 0.6 / radius)
    is_open = (kind_N >= len(SHAPES))[:, None, None]
    distance_NHW = np.where(is_open, np.abs(distance_NHW + line) - line, distance_NHW)
    mask_NHW: Floats = (0.5 - distance_NHW * radius).clip(0, 1)
    return mask_NHW


def _distance(shape: str, x: Floats, y: Floats) -> Any:
    """From the edge of a shape of radius 1, negative inside (https://iquilezles.org/articles/distfunctions2d)."""
    wide, tall = np.abs(x), np.abs(y)
    match shape:
        case "circle":
            return np.hypot(x, y) - 1
        case "square":
            return np.maximum(wide, tall) - 0.8
        case "triangle":
            return np.maximum(y, 0.866 * wide - 0.5 * y) - 0.5
        case "cross":
            return np.minimum(np.maximum(wide - 1, tall - 0.35), np.maximum(wide - 0.35, tall - 1))
        case "star":  # a point inside lies beyond at most one of the five lines
            turns = np.arange(5) * (2 * np.pi / 5)
            lines = np.stack([x * np.sin(turn) + y * np.cos(turn) for turn in turns])
            return np.sort(lines, axis=0)[-2] - 0.309
        case _:  # bar
            return np.maximum(wide - 1, tall - 0.35)
