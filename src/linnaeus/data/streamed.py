"""Batches of images decoded as they are needed, by worker processes, in the very order of the resident ones."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Unpack

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.utils.data import DataLoader

from linnaeus.data import shared_memory
from linnaeus.data.batch import Batch
from linnaeus.data.dataset import Dataset, Paths
from linnaeus.data.images import decode
from linnaeus.device import cores
from linnaeus.errors import TrainingError
from linnaeus.events import Watcher, note
from linnaeus.recipe.recipe import Recipe


class Streamed:
    """The images of a split whose files are too many to hold."""

    def __init__(
        self, dataset: Dataset, device: torch.device, *, workers: int, **square: Unpack[decode.Square]
    ) -> None:
        assert not isinstance(dataset.store, np.ndarray)
        self.files = _Files(dataset.store, dataset.rows_N, dataset.labels_N, square)
        self.device = device
        self.workers = min(workers or cores(), cores())

    def batches(self, orders: Iterable[npt.NDArray[np.int64]], epoch: int = 0) -> Iterator[Batch]:
        """A batch for each array of indices into the split; images_BCHW lie channels last in memory.

        Raises:
            ImageError: a file that could be read when the run began cannot be read any more.
            TrainingError: a worker process was killed.
        """
        orders = list(orders)
        for order, (images_BHWC, labels_B) in zip(orders, self._decoded(orders), strict=True):
            yield Batch(
                images_BCHW=images_BHWC.to(self.device, non_blocking=True).permute(0, 3, 1, 2),
                labels_B=labels_B.to(self.device, non_blocking=True),
                indices_B=torch.from_numpy(order),
                epoch=epoch,
            )

    def _decoded(self, orders: list[npt.NDArray[np.int64]]) -> Iterable[tuple[Tensor, Tensor]]:
        ahead = shared_memory.batches_ahead(max(map(len, orders), default=0) * self.files.image_bytes, self.workers)
        return self._by_processes(orders, ahead) if ahead else self._by_threads(orders)

    def _by_processes(self, orders: list[npt.NDArray[np.int64]], ahead: int) -> Iterator[tuple[Tensor, Tensor]]:
        loader = DataLoader(
            self.files,
            sampler=orders,  # an index of the sampler is a whole batch here
            batch_size=None,
            num_workers=self.workers,
            pin_memory=self.device.type == "cuda",
            prefetch_factor=ahead if self.workers else None,
            generator=torch.Generator(),  # the loader would else draw from the global generator, and so change what follows
        )
        try:
            yield from loader
        except RuntimeError as error:
            if "DataLoader worker" not in str(error):
                raise
            raise TrainingError(
                "a process that decodes images was ended from outside, as happens when memory runs out; "
                "set workers=1 or a smaller batch_size, and resume the run"
            ) from error

    def _by_threads(self, orders: list[npt.NDArray[np.int64]]) -> Iterator[tuple[Tensor, Tensor]]:
        """The same batches where processes have no room to hand them over: slower, since threads take turns in Python."""
        pool = ThreadPoolExecutor(self.workers)
        begun: deque[Future[tuple[Tensor, Tensor]]] = deque()
        try:
            for order in orders:
                begun.append(pool.submit(self.files.__getitem__, order))
                if len(begun) > self.workers:
                    yield begun.popleft().result()
            while begun:
                yield begun.popleft().result()
        finally:
            pool.shutdown(cancel_futures=True)


def tell_of_room(dataset: Dataset, recipe: Recipe, tell: Watcher) -> None:
    """Say it where the batches of a training do not fit into shared memory."""
    wanted = recipe.batch_size * recipe.image_size**2 * recipe.channels
    workers = min(recipe.workers or cores(), cores())
    if not isinstance(dataset.store, np.ndarray) and not shared_memory.batches_ahead(wanted, workers):
        tell(note("shared-memory", free=(shared_memory.free() or 0) // 1_000_000, batch=-(-wanted // 1_000_000)))


class _Files(torch.utils.data.Dataset[tuple[Tensor, Tensor]]):
    """Whole batches by their indices. It travels to the worker processes, so it holds nothing else."""

    def __init__(
        self, paths: Paths, rows_N: npt.NDArray[np.int64], labels_N: npt.NDArray[np.int64], square: decode.Square
    ) -> None:
        self.paths: Sequence[Path] = paths
        self.rows_N, self.labels_N, self.square = rows_N, labels_N, square
        self.image_bytes = square["size"] ** 2 * square["channels"]

    def __getitem__(self, indices: npt.NDArray[np.int64]) -> tuple[Tensor, Tensor]:
        images = [decode.read(self.paths[row], **self.square) for row in self.rows_N[indices]]
        return torch.from_numpy(np.stack(images)), torch.from_numpy(self.labels_N[indices])
