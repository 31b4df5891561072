"""Which engine runs a frozen backbone over the images of a training soonest."""

from dataclasses import replace

import numpy as np
from torch import nn

from linnaeus.classifier.classifier import normalise
from linnaeus.classifier.onnx_engine import faster
from linnaeus.classifier.preprocessing import Preprocessing
from linnaeus.data.dataset import Splits
from linnaeus.data.loader import Loader
from linnaeus.device import ONNX, Machine
from linnaeus.events import Watcher
from linnaeus.finetuning import features
from linnaeus.finetuning.backbone import PART, frozen_backbone
from linnaeus.recipe.recipe import Recipe

LOOKED_AT = 4  # images: of sixteen the maps of EfficientNet-Lite2 take 300 MB more, the most that a command needed


def with_engine(
    whole: nn.Module,
    recipe: Recipe,
    splits: Splits,
    images: Loader,
    preprocessing: Preprocessing,
    machine: Machine,
    tell: Watcher,
) -> Machine:
    """The same machine, or one with another engine where that pays: not where features are begun already, nor off the CPU."""
    backbone = frozen_backbone(whole, preprocessing, machine)
    if machine.torch_device.type != "cpu" or machine.precision != "fp32":
        return machine
    if features.are_begun(backbone, splits.train, recipe, splits.fingerprint, views=recipe.views):
        return machine
    count = len(splits.train) * max(1, recipe.views) + (len(splits.val) if splits.val is not None else 0)
    some = np.arange(min(len(splits.train), LOOKED_AT))
    inputs_BCHW = normalise(next(images.batches([some])).images_BCHW, preprocessing)
    found = faster(whole, PART, inputs_BCHW, count, backbone.checksum, machine.threads, tell)
    return machine if found is None else replace(machine, engine=ONNX)
