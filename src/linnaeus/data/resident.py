"""Batches of images held in memory: on the training device where they fit there."""

from collections.abc import Iterable, Iterator

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from linnaeus.data.batch import Batch
from linnaeus.data.dataset import Dataset

SHARE_OF_DEVICE = 0.4  # of an accelerator's free memory that images may take


class Resident:
    """The images of a decoded split, ready to be gathered in any order."""

    def __init__(self, dataset: Dataset, device: torch.device) -> None:
        assert isinstance(dataset.store, np.ndarray)
        self.dataset, self.device = dataset, device
        self.labels_N = torch.from_numpy(dataset.labels_N).to(device)
        self.on_device: Tensor | None = None
        if (
            device.type == "cuda"
            and dataset.store[0].nbytes * len(dataset) < SHARE_OF_DEVICE * torch.cuda.mem_get_info(device)[0]
        ):
            self.on_device = torch.from_numpy(dataset.store[dataset.rows_N]).to(device)

    def batches(self, orders: Iterable[npt.NDArray[np.int64]], epoch: int = 0) -> Iterator[Batch]:
        """A batch for each array of indices into the split; images_BCHW lie channels last in memory."""
        for order in orders:
            indices_B = torch.from_numpy(order)
            yield Batch(
                images_BCHW=self._images(order).permute(0, 3, 1, 2),
                labels_B=self.labels_N[indices_B.to(self.device)],
                indices_B=indices_B,
                epoch=epoch,
            )

    def _images(self, order: npt.NDArray[np.int64]) -> Tensor:
        if self.on_device is not None:
            return self.on_device[torch.from_numpy(order).to(self.device)]
        assert isinstance(self.dataset.store, np.ndarray)
        return torch.from_numpy(self.dataset.store[self.dataset.rows_N[order]]).to(self.device)
