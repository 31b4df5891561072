"""A folder of made-up photographs, clean or with known faults planted in it."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageOps

SIDE = 48
CLASSES = ("disc", "left", "right", "square")
COPIES = {  # how a copy that is not equal was changed, by the class; each is also another size, brighter, and a JPEG
    "disc": ImageOps.mirror,
    "left": lambda picture: picture.crop((5, 4, SIDE - 1, SIDE - 1)),
    "right": lambda picture: picture.rotate(4, Image.Resampling.BICUBIC),
    "square": lambda picture: stamped(picture),
}
COUNTS = {"train": 60, "val": 30, "test": 30}  # images of each class
SHAPES = {
    "disc": [(np.cos(turn), np.sin(turn)) for turn in np.linspace(0, 6.283, 24)],
    "left": [(-1, 0), (0.8, -1), (0.8, 1)],
    "right": [(1, 0), (-0.8, -1), (-0.8, 1)],
    "square": [(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)],
}


def photo(name: str, rng: np.random.Generator) -> Image.Image:
    """A shape before a landscape of clouds, no two alike."""
    clouds = rng.integers(0, 140, (8, 8, 3), dtype=np.uint8)
    picture = Image.fromarray(clouds).resize((SIDE, SIDE), Image.Resampling.BICUBIC)
    size, (x, y) = rng.uniform(0.28, 0.34) * SIDE, SIDE / 2 + rng.uniform(-3, 3, 2)
    corners = [(x + size * dx, y + size * dy) for dx, dy in SHAPES[name]]
    ImageDraw.Draw(picture).polygon(corners, fill=tuple(rng.integers(190, 256, 3).tolist()))
    grain = rng.normal(0, 6, (SIDE, SIDE, 1))
    return Image.fromarray((np.asarray(picture) + grain).clip(0, 255).astype(np.uint8))


def stamped(picture: Image.Image) -> Image.Image:
    """With a logo in a corner."""
    out = picture.copy()
    out.paste((250, 240, 230), (2, 37, 10, 45))
    out.paste((20, 10, 90), (4, 39, 8, 43))
    return out


def clean(folder: Path, counts: dict[str, int] = COUNTS) -> Path:
    """folder/SPLIT/CLASS/000.png without a fault, but for left and right, which a mirror changes into each other."""
    rng = np.random.default_rng(0)
    for split, count in counts.items():
        for name in CLASSES:
            (folder / split / name).mkdir(parents=True)
            for number in range(count):
                photo(name, rng).save(folder / split / name / f"{number:03d}.png")
    return folder


@dataclass(frozen=True)
class Planted:
    folder: Path
    leaks: set[tuple[str, str]]  # (training image, test image)
    exact: int  # of them
    contradictions: set[frozenset[str]]
    constant: str
    validation: int


def planted(folder: Path) -> Planted:
    """3 % of the training images also in test (half of them mirrored, cut, turned or with a logo, re-encoded and brighter), 2 % under
    a second label, a constant image, 12 validation images."""
    clean(folder, {**COUNTS, "val": 3})
    leaks = {leak(folder, name, number, again=number > 0) for name in CLASSES for number in range(2)}
    contradictions = set()
    for number, (name, other) in enumerate(zip(CLASSES, (*CLASSES[1:], CLASSES[0]), strict=True), start=20):
        one, copy = f"train/{name}/{number:03d}.png", f"train/{other}/copy-{number}.png"
        shutil.copy(folder / one, folder / copy)
        contradictions.add(frozenset((one, copy)))
    Image.new("RGB", (SIDE, SIDE), (120, 130, 90)).save(folder / "train/square/flat.png")
    return Planted(
        folder=folder,
        leaks=leaks,
        exact=len(CLASSES),
        contradictions=contradictions,
        constant="train/square/flat.png",
        validation=12,
    )


def leak(folder: Path, name: str, number: int, *, again: bool) -> tuple[str, str]:
    """Copy a test image into train: byte by byte, or `again` changed as `COPIES` says."""
    tested, trained = f"test/{name}/{number:03d}.png", f"train/{name}/leak-{number}.{'jpg' if again else 'png'}"
    if again:
        with Image.open(folder / tested) as picture:
            COPIES[name](picture).resize((60, 60)).point(lambda value: min(255, round(1.1 * value + 8))).save(
                folder / trained, quality=80
            )
    else:
        shutil.copy(folder / tested, folder / trained)
    return trained, tested
