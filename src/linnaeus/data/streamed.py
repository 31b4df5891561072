"""Batches of images decoded as they are needed, by worker processes, in the very order of the resident ones."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.utils.data import DataLoader

from linnaeus.data.batch import Batch
from linnaeus.data.dataset import Dataset, Paths
from linnaeus.data.images import decode
from linnaeus.device import cores


class Streamed:
    """The images of a split whose files are too many to hold."""

    def __init__(
        self, dataset: Dataset, device: torch.device, *, size: int, channels: int, resize: str, workers: int
    ) -> None:
        assert not isinstance(dataset.store, np.ndarray)
        self.files = _Files(dataset.store, dataset.rows_N, dataset.labels_N, size, channels, resize)
        self.device = device
        self.workers = min(workers or cores(), cores())

    def batches(self, orders: Iterable[npt.NDArray[np.int64]], epoch: int = 0) -> Iterator[Batch]:
        """A batch for each array of indices into the split; images_BCHW lie channels last in memory.

        Raises:
            ImageError: a file that could be read when the run began cannot be read any more.
        """
        orders = list(orders)
        loader = DataLoader(
            self.files,
            sampler=orders,  # an index of the sampler is a whole batch here
            batch_size=None,
            num_workers=self.workers,
            pin_memory=self.device.type == "cuda",
            prefetch_factor=4 if self.workers else None,
            generator=torch.Generator(),  # the loader would else draw from the global generator, and so change what follows
        )
        for order, (images_BHWC, labels_B) in zip(orders, loader, strict=True):
            yield Batch(
                images_BCHW=images_BHWC.to(self.device, non_blocking=True).permute(0, 3, 1, 2),
                labels_B=labels_B.to(self.device, non_blocking=True),
                indices_B=torch.from_numpy(order),
                epoch=epoch,
            )


class _Files(torch.utils.data.Dataset[tuple[Tensor, Tensor]]):
    """Whole batches by their indices. It travels to the worker processes, so it holds nothing else."""

    def __init__(
        self,
        paths: Paths,
        rows_N: npt.NDArray[np.int64],
        labels_N: npt.NDArray[np.int64],
        size: int,
        channels: int,
        resize: str,
    ) -> None:
        self.paths: Sequence[Path] = paths
        self.rows_N, self.labels_N = rows_N, labels_N
        self.size, self.channels, self.resize = size, channels, resize

    def __getitem__(self, indices: npt.NDArray[np.int64]) -> tuple[Tensor, Tensor]:
        images = [self._image(self.paths[row]) for row in self.rows_N[indices]]
        return torch.from_numpy(np.stack(images)), torch.from_numpy(self.labels_N[indices])

    def _image(self, path: Path) -> npt.NDArray[np.uint8]:
        return decode.read(path, channels=self.channels, size=self.size, resize=self.resize)
