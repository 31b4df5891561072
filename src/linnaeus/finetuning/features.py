"""Features of a frozen backbone, computed once and kept.

The backbone runs over the images a single time; what it gives lies in files that are mapped into memory, keyed by all it depends on:
the backbone's weights, the images, how they are made into inputs, the arithmetic, and the augmentation where there are
augmented views. Whoever fits a second head to the same finds them there. They are written in pieces of `PIECE` images,
each whole or not at all, and those of the piece that is not whole yet pass by pass: whatever kills a process, no feature
is computed twice.
"""

import functools
import hashlib
import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from linnaeus.data import cache, row_file
from linnaeus.data.batch import Batch
from linnaeus.data.dataset import Dataset
from linnaeus.data.row_log import RowLog
from linnaeus.device import ENGINES, Machine, let_memory_go
from linnaeus.errors import RunError
from linnaeus.events import Reading, Watcher
from linnaeus.finetuning.backbone import FrozenBackbone
from linnaeus.finetuning.feature_pass import Pass, compute
from linnaeus.recipe.recipe import Recipe

VERSION = 2
PIECE = 4096  # images in a file
KEPT = 12  # features of so many bodies and data sets; older ones go
UNUSED = 60 * 86_400  # seconds

Array = npt.NDArray[np.float32]


class Features:
    """Features of one split, in place of its images: a loader whose batches hold features_BD. `views_V` are lists of pieces."""

    def __init__(
        self, views_V: Sequence[Sequence[Array]], labels_N: npt.NDArray[np.int64], device: torch.device
    ) -> None:
        self.views_V, self.labels_N, self.device = views_V, labels_N, device

    def batches(self, orders: Iterable[npt.NDArray[np.int64]], epoch: int = 0) -> Iterator[Batch]:
        """A batch for each array of indices into the split; epochs take the views in turn."""
        pieces, looked_at = self.views_V[(epoch - 1) % len(self.views_V)], 0
        for order in orders:
            rows_BD = _gathered(pieces, order)
            if (looked_at := looked_at + rows_BD.nbytes) > row_file.HELD:
                looked_at = 0
                for piece in pieces:
                    row_file.let_go(piece)
            yield Batch(
                images_BCHW=torch.from_numpy(rows_BD).to(self.device),
                labels_B=torch.from_numpy(self.labels_N[order]).to(self.device),
                indices_B=torch.from_numpy(order),
                epoch=epoch,
            )

    def together(self) -> tuple[Array, npt.NDArray[np.int64]]:
        """(features, labels) of all views, one after another."""
        rows = [piece for pieces in self.views_V for piece in pieces]
        return np.concatenate(rows), np.tile(self.labels_N, len(self.views_V))


def features(
    backbone: FrozenBackbone, dataset: Dataset, recipe: Recipe, fingerprint: str, tell: Watcher, *, views: int = 0
) -> Features:
    """The features of a split: of the plain images, or of `views` augmented views of each.

    Raises:
        RecipeError: the augmentation mixes images. RunError: the disk is full. TrainingError: one image is too much for the device.
    """
    folder = _folder(backbone, dataset, recipe, fingerprint, views)
    with suppress(OSError):  # there is none yet, or it is read-only: a cache that cannot be written costs time only
        os.utime(folder)
    found = []
    total = max(views, 1) * len(dataset)
    for view in _views(views):
        pieces = []
        for start in range(0, len(dataset), PIECE):
            before = (max(view, 1) - 1) * len(dataset) + start

            def told(done: int, before: int = before) -> None:
                tell(Reading(done=before + done, total=total, what="features"))

            part = dataset.take(np.arange(start, min(start + PIECE, len(dataset))))
            pieces.append(_piece(folder / _name(view, start), Pass(backbone, part, recipe, view, start), told))
        found.append(pieces)
    let_memory_go()
    _tidy(folder.parent)
    return Features(found, dataset.labels_N, backbone.machine.torch_device)


def are_kept(backbone: FrozenBackbone, dataset: Dataset, recipe: Recipe, fingerprint: str, *, views: int = 0) -> bool:
    """True where `features` would find all of them."""
    folder = _folder(backbone, dataset, recipe, fingerprint, views)
    starts = range(0, len(dataset), PIECE)
    return all((folder / _name(view, start)).is_file() for view in _views(views) for start in starts)


def are_begun(backbone: FrozenBackbone, dataset: Dataset, recipe: Recipe, fingerprint: str, *, views: int = 0) -> bool:
    """True where `features` would find some of them."""
    return any(_folder(backbone, dataset, recipe, fingerprint, views).glob("*"))


def first_of(
    backbone: FrozenBackbone, machines: Iterable[Machine], have: Callable[[FrozenBackbone], bool]
) -> FrozenBackbone | None:
    """The backbone on the first of these machines, with any engine, that has what is looked for."""
    there = (replace(backbone, machine=replace(machine, engine=name)) for machine in machines for name in ENGINES)
    return next(filter(have, there), None)


def _folder(backbone: FrozenBackbone, dataset: Dataset, recipe: Recipe, fingerprint: str, views: int) -> Path:
    return cache.cache_folder() / "features" / _key(backbone, dataset, recipe, fingerprint, views)


def _views(views: int) -> range:
    """Their numbers; 0 is that of the plain images."""
    return range(1, views + 1) if views else range(1)


def _name(view: int, start: int) -> str:
    return f"{view:03d}-{start:09d}.store"


def _piece(file: Path, one: Pass, told: Callable[[int], None]) -> Array:
    """Mapped from its file, so that what is looked at least needs no memory; where it cannot be written, in memory."""
    with suppress(FileNotFoundError, row_file.Damaged):
        rows, _ = row_file.read(file)
        told(len(rows))
        return rows.view(np.float32)
    with RowLog(file.with_suffix(".begun")) as log:
        compute(one, log, told)
        with suppress(RunError, OSError, row_file.Damaged):
            width = next(log.rows()).nbytes
            row_file.write(file, (row.view(np.uint8) for row in log.rows()), (width,), {}, at_most=len(log))
            log.remove()
            return row_file.read(file)[0].view(np.float32)
        return np.stack(list(log.rows()))


def _gathered(pieces: Sequence[Array], order: npt.NDArray[np.int64]) -> Array:
    if len(pieces) == 1:
        return pieces[0][order]
    rows = np.empty((len(order), pieces[0].shape[1]), np.float32)
    which = order // PIECE
    for piece in np.unique(which):
        rows[which == piece] = pieces[piece][order[which == piece] - piece * PIECE]
    return rows


def _key(backbone: FrozenBackbone, dataset: Dataset, recipe: Recipe, fingerprint: str, views: int) -> str:
    machine: dict[str, Any] = asdict(backbone.machine)
    names = _digest(dataset.names)
    depends = [
        VERSION,
        torch.__version__,
        backbone.checksum,
        str(recipe.model),
        backbone.preprocessing,
        machine,
        fingerprint,
        names,
    ]
    depends += [str(recipe.augment), recipe.seed, views] if views else []
    return hashlib.blake2b(repr(depends).encode(), digest_size=16).hexdigest()


# a second head asks for the same images once for each machine that could have seen them
@functools.lru_cache(maxsize=4)
def _digest(names: tuple[str, ...]) -> str:
    return hashlib.blake2b("\n".join(names).encode("utf-8", "surrogateescape"), digest_size=16).hexdigest()


def _tidy(root: Path) -> None:
    """Remove features that nobody has used for long, and all but the last few."""
    with suppress(OSError):  # another process may be faster
        folders = sorted(root.iterdir(), key=lambda path: path.stat().st_mtime, reverse=True)
        old = time.time() - UNUSED
        for folder in [path for place, path in enumerate(folders) if place >= KEPT or path.stat().st_mtime < old]:
            for file in folder.iterdir():
                file.unlink()
            folder.rmdir()
