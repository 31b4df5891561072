"""Images through a frozen backbone, pass by pass; each pass is written before the next begins."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn.functional import one_hot

from linnaeus.classifier.passes import at_once
from linnaeus.data.augment import augmented, pipeline
from linnaeus.data.dataset import Dataset
from linnaeus.data.loader import in_order, loader
from linnaeus.data.randomness import generator
from linnaeus.data.row_log import RowLog
from linnaeus.errors import RecipeError, TrainingError
from linnaeus.finetuning.backbone import FrozenBackbone
from linnaeus.recipe.recipe import Recipe

Array = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Pass:
    """What goes through the backbone for one piece."""

    backbone: FrozenBackbone
    dataset: Dataset
    recipe: Recipe
    view: int
    start: int


def computed(one: Pass, begun: Path, told: Callable[[int], None]) -> list[Array]:
    """features_ND of all images, in blocks; those that lie in the file `begun` are not computed again, and the others are added to it.

    Raises:
        RecipeError: the augmentation mixes images. RunError: the disk is full. TrainingError: one image is too much for the device.
    """
    device = one.backbone.machine.torch_device
    together = at_once(one.backbone.preprocessing.size, device)
    while True:
        try:
            return _blocks(one, begun, together, told)
        except torch.OutOfMemoryError as error:
            if together == 1:
                raise TrainingError("out of memory: one image is too much for the device; set device=cpu") from error
            together = together // 2


def _blocks(one: Pass, begun: Path, together: int, told: Callable[[int], None]) -> list[Array]:
    """The features of each pass, those of an earlier process that was stopped first."""
    orders = in_order(len(one.dataset), together)
    with RowLog(begun) as log:
        if [len(rows) for rows in log.blocks] != [len(order) for order in orders[: len(log.blocks)]]:
            log.clear()  # of passes of another size, whose augmented views were drawn otherwise
        for features_BD in _passes(one, orders, len(log.blocks)):
            log.append(features_BD.cpu().numpy())
            told(len(log))
        return log.blocks


def _passes(one: Pass, orders: list[npt.NDArray[np.int64]], after: int) -> Iterator[Tensor]:
    """Of each pass after so many its features_BD."""
    backbone, dataset, recipe = one.backbone, one.dataset, one.recipe
    augment = pipeline(recipe.augment) if one.view else None
    wanted = backbone.preprocessing
    images = loader(
        dataset,
        backbone.machine.torch_device,
        size=wanted.size,
        channels=wanted.channels,
        resize=wanted.resize,
        decoder=wanted.decoder,
        workers=recipe.workers,
    )
    for index, batch in enumerate(images.batches(orders[after:], max(one.view, 1)), after):
        seen_BCHW = batch.images_BCHW
        if augment is not None:
            targets_BK = one_hot(batch.labels_B, len(dataset.classes)).float()
            draws = generator(recipe.seed, "view", one.view, one.start, index)
            seen_BCHW, changed_BK = augmented(augment, batch, targets_BK, draws)
            if not torch.equal(targets_BK, changed_BK):
                raise RecipeError(
                    f"augment = {recipe.augment} mixes images, and features of mixed images cannot be kept; leave that "
                    'out, or set train = "all"'
                )
        yield backbone.features(seen_BCHW)
