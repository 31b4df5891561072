"""Images through a frozen backbone, pass by pass; each pass is written before the next begins."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn.functional import one_hot

from linnaeus.classifier.passes import at_once
from linnaeus.data import row_file
from linnaeus.data.augment import augmented, pipeline
from linnaeus.data.dataset import Dataset
from linnaeus.data.loader import in_order, loader
from linnaeus.data.randomness import generator
from linnaeus.data.row_log import RowLog
from linnaeus.errors import RecipeError, TrainingError
from linnaeus.finetuning.backbone import FrozenBackbone
from linnaeus.recipe.recipe import Recipe


@dataclass(frozen=True, slots=True)
class Pass:
    """What goes through the backbone for one piece."""

    backbone: FrozenBackbone
    dataset: Dataset
    recipe: Recipe
    view: int
    start: int


def compute(one: Pass, log: RowLog, told: Callable[[int], None]) -> None:
    """Add features_ND of all images to the log; those that it holds are not computed again.

    Raises:
        RecipeError: the augmentation mixes images. TrainingError: one image is too much for the device.
    """
    device = one.backbone.machine.torch_device
    together = at_once(one.backbone.preprocessing.size, device)
    while True:
        try:
            return _add(one, log, together, told)
        except torch.OutOfMemoryError as error:
            if together == 1:
                raise TrainingError("out of memory: one image is too much for the device; set device=cpu") from error
            together = together // 2


def _add(one: Pass, log: RowLog, together: int, told: Callable[[int], None]) -> None:
    """The features of each pass that the log has none of."""
    orders = in_order(len(one.dataset), together)
    if log.lengths != [len(order) for order in orders[: len(log.lengths)]]:
        log.clear()  # of passes of another size, whose augmented views were drawn otherwise
    for features_BD in _passes(one, orders, len(log.lengths)):
        log.append(features_BD.cpu().numpy())
        row_file.let_go(one.dataset.store)
        told(len(log))


def _passes(one: Pass, orders: list[npt.NDArray[np.int64]], after: int) -> Iterator[Tensor]:
    """Of each pass after so many its features_BD."""
    backbone, dataset, recipe = one.backbone, one.dataset, one.recipe
    augment = pipeline(recipe.augment) if one.view else None
    square = backbone.preprocessing.square
    images = loader(dataset, backbone.machine.torch_device, workers=recipe.workers, **square)
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
