"""One iterator of batches over both paths, and the order in which an epoch visits its images."""

from collections.abc import Iterable, Iterator
from typing import Protocol, Unpack

import numpy as np
import numpy.typing as npt
import torch

from linnaeus.data.batch import Batch
from linnaeus.data.dataset import Dataset
from linnaeus.data.images.decode import Square
from linnaeus.data.randomness import generator
from linnaeus.data.resident import Resident
from linnaeus.data.streamed import Streamed


class Loader(Protocol):
    def batches(self, orders: Iterable[npt.NDArray[np.int64]], epoch: int = 0) -> Iterator[Batch]:
        """A batch for each array of indices into the split, of the epoch that they are trained in (0: none)."""
        ...


def loader(dataset: Dataset, device: torch.device, *, workers: int = 0, **square: Unpack[Square]) -> Loader:
    """The split's batches on `device`: gathered from memory where it is decoded, else decoded by `workers` processes."""
    if isinstance(dataset.store, np.ndarray):
        return Resident(dataset, device)
    return Streamed(dataset, device, workers=workers, **square)


def steps_in_epoch(images: int, batch_size: int) -> int:
    """Batches in an epoch of so many images."""
    return -(-images // batch_size)


def epoch_orders(images: int, batch_size: int, *, seed: int, epoch: int) -> list[npt.NDArray[np.int64]]:
    """The indices of each batch of one epoch: every image once, in batches whose sizes differ by at most one.

    Even sizes rather than a small last batch: no step is noisier than the others, and none has a single image.
    """
    order = torch.randperm(images, generator=generator(seed, "order", epoch)).numpy()
    return list(np.array_split(order, steps_in_epoch(images, batch_size)))


def in_order(images: int, batch_size: int) -> list[npt.NDArray[np.int64]]:
    """The indices of each batch of one pass from the first image to the last."""
    return np.array_split(np.arange(images), steps_in_epoch(images, batch_size))
