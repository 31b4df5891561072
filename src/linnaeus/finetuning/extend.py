"""New classes beside old ones: the network as it was, and where the rows of the new classes begin.

A new row begins at its class's mean feature (weight imprinting: Qi, Brown & Lowe 2018, arXiv 1712.07136), less the mean of all
classes, as long as the old rows are on average; its bias makes the class answer to its own images as loudly as the old ones
do to theirs. Nothing of the old rows changes.
"""

from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from linnaeus.classifier import classifier
from linnaeus.classifier.classifier import Classifier, build_module
from linnaeus.data.dataset import Dataset, Splits
from linnaeus.data.loader import in_order, loader
from linnaeus.errors import RecipeError
from linnaeus.finetuning.backbone import FrozenBackbone
from linnaeus.finetuning.balance import Teacher
from linnaeus.finetuning.weights import matching, source
from linnaeus.finetuning.weights.start import Start
from linnaeus.recipe.recipe import Recipe

EACH = 100  # images of a class that its mean is taken over
TOGETHER = 64  # images that pass at once


def known_classes(recipe: Recipe) -> tuple[str, ...]:
    """The classes that `weights` know, where the recipe says how many of their images are used (`replay`); else nothing.

    Raises:
        RecipeError: the weights do not tell their classes.
    """
    if recipe.replay < 0:
        return ()
    classes = source.find(recipe.weights).classes
    if not classes:
        raise RecipeError(
            f"replay = {recipe.replay} is for the classes that the weights know, and {recipe.weights} does not name them"
        )
    return classes


def network_before(recipe: Recipe) -> Classifier:
    """The classifier that `weights` is, as it was before this training.

    Raises:
        RecipeError: the weights do not tell their network and classes.
    """
    if Path(recipe.weights).is_dir():
        return classifier.load(Path(recipe.weights))
    found = source.find(recipe.weights)
    if found.model is None or found.preprocessing is None or not found.classes:
        raise RecipeError(f"{recipe.weights} are weights alone: they do not tell which classes their network answers")
    module = build_module(found.model, found.preprocessing.channels, len(found.classes), found.preprocessing.size)
    module.load_state_dict(matching.match(found.read()[0], module).weights)
    return Classifier(module=module.eval(), classes=found.classes, preprocessing=found.preprocessing, model=found.model)


def teacher(recipe: Recipe, splits: Splits, device: torch.device) -> Teacher:
    """The network before, as it weighs in on the loss.

    Raises:
        RecipeError: it wants other images, or answers classes that these data do not have.
    """
    before = network_before(recipe)
    gone = [name for name in before.classes if name not in splits.classes]
    if gone:
        raise RecipeError(
            f"distill = {recipe.distill:g} holds the network to all of its old classes, and these data have no "
            f"{', '.join(gone[:5])}; set distill = 0"
        )
    places = torch.tensor([splits.classes.index(name) for name in before.classes], device=device)
    module = before.module.to(device).eval().requires_grad_(False)
    return Teacher(module=module, places=places, weight=recipe.distill)


@torch.no_grad()
def begin_rows(module: nn.Module, start: Start, train: Dataset, backbone: FrozenBackbone) -> None:
    """Give the rows of the classes that `start` does not know their beginning. A head that is not linear is left as it is."""
    head = module.head
    new = [k for k, name in enumerate(train.classes) if name not in start.known]
    if not isinstance(head, nn.Linear) or not start.known or not new:
        return
    means = {
        k: backbone_mean for k in range(len(train.classes)) if (backbone_mean := _mean(backbone, train, k)) is not None
    }
    old = [k for k in means if k not in new]
    centre_D = torch.stack(list(means.values())).mean(0)
    rows_OD = head.weight[[k for k in range(len(train.classes)) if k not in new]]
    length = rows_OD.norm(dim=1).mean()
    loudness = (
        torch.stack([head.weight[k] @ means[k] + (head.bias[k] if head.bias is not None else 0) for k in old]).mean()
        if old
        else rows_OD.norm(dim=1).mean() * centre_D.norm() / 2
    )
    for k in set(new) & means.keys():
        direction_D = means[k] - centre_D
        head.weight[k] = length * direction_D / direction_D.norm().clamp_min(1e-12)
        if head.bias is not None:
            head.bias[k] = loudness - head.weight[k] @ means[k]


def _mean(backbone: FrozenBackbone, train: Dataset, label: int) -> Tensor | None:
    """The mean feature of a class, over evenly spaced images of it; None where it has none."""
    places = np.flatnonzero(train.labels_N == label)
    if not len(places):
        return None
    some = train.take(places[np.linspace(0, len(places) - 1, min(EACH, len(places))).astype(np.int64)])
    images = loader(some, backbone.machine.torch_device, **backbone.preprocessing.square)
    found = [backbone.features(batch.images_BCHW) for batch in images.batches(in_order(len(some), TOGETHER))]
    return torch.cat(found).mean(0)
