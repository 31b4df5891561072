"""A training of a second: generated images, a tiny network, one thread, so that bits can be compared."""

from pathlib import Path

import numpy as np
from safetensors.numpy import load_file

from linnaeus.data.dataset import Source, Splits
from linnaeus.data.load import load, open_source
from linnaeus.recipe.advise import advise
from linnaeus.recipe.read import override
from linnaeus.recipe.recipe import Recipe
from linnaeus.recipe.spec import Spec
from linnaeus.record.folder import RunFolder

FIXED = (
    "device=cpu",
    "precision=fp32",
    "threads=1",
    "compile=off",
    "epochs=3",
    "batch_size=16",
    "model=mlp(hidden=[16], dropout=0.1)",
)


def archive(folder: Path, *, size: int = 12, channels: int = 3, count: int = 90) -> Path:
    """Three classes of noise with a bright corner each: learnable, and equal on every machine."""
    rng = np.random.default_rng(0)
    images = rng.integers(0, 128, (count, size, size, channels), dtype=np.uint8)
    labels = np.arange(count) % 3
    for image, label in zip(images, labels, strict=True):
        image[: size // 2, label * size // 3 : (label + 1) * size // 3] += 120
    file = folder / f"images-{size}-{channels}-{count}.npz"
    np.savez(file, images=images, labels=np.array(["left", "middle", "right"])[labels])
    return file


def recipe_and_splits(file: Path, *changes: str) -> tuple[Recipe, Splits]:
    source: Source = open_source(Spec("arrays", (str(file),)))
    fields = advise(source.facts()) | {"data": source.spec}
    recipe = Recipe(**override(fields, [*FIXED, *changes]))
    return recipe, load(source, recipe)


def weights(folder: RunFolder) -> dict[str, bytes]:
    return {name: array.tobytes() for name, array in load_file(folder.path / "model.safetensors").items()}


def new_folder(path: Path) -> RunFolder:
    path.mkdir(parents=True)
    return RunFolder(path)
