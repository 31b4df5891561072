"""A network in two at a seam: what lies below is frozen, so what it makes of an image is computed once and kept.

Where a network is a chain of modules, its features are those of the upper part on what the lower part gives. Whether it is one is
not asked but tried: both halves on a few made-up images must give the network's own features, to the bit. Of networks side by side
(`branches`, see parts/models/timm.py) each is cut, and the activations of all stand side by side, too.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from linnaeus.data.randomness import generator
from linnaeus.finetuning import freeze
from linnaeus.finetuning.freeze import CONTAINERS, Plan
from linnaeus.recipe import stages
from linnaeus.recipe.recipe import NO_AUGMENTATION, Recipe

Shape = tuple[int, ...]
LOOKED_AT = 2  # made-up images
# bytes of activations that are kept at most; of more images, each is passed through the whole network again
HELD = 2**31


class Lower(nn.Module):
    """What is frozen: inputs_BCHW to activations_BD, which the upper part takes in `shapes` (C, H, W), one for each branch."""

    def __init__(self, parts: Sequence[nn.Module], shapes: Sequence[Shape]) -> None:
        super().__init__()
        self.parts, self.shapes = nn.ModuleList(parts), tuple(shapes)

    @property
    def width(self) -> int:
        """Numbers in the activations of an image."""
        return sum(map(math.prod, self.shapes))

    def features(self, inputs_BCHW: Tensor) -> Tensor:
        return torch.cat([part(inputs_BCHW).flatten(1) for part in self.parts], 1)


class Upper(nn.Module):
    """What trains: activations_BD to logits_BK. Its modules are those of the whole network, not copies."""

    def __init__(self, parts: Sequence[nn.Module], head: nn.Module, shapes: Sequence[Shape]) -> None:
        super().__init__()
        self.parts, self.head, self.shapes = nn.ModuleList(parts), head, tuple(shapes)

    def features(self, activations_BD: Tensor) -> Tensor:
        found, widths = [], [math.prod(shape) for shape in self.shapes]
        for part, shape, own_BD in zip(self.parts, self.shapes, torch.split(activations_BD, widths, 1), strict=True):
            activations = own_BD.reshape(-1, *shape)
            if activations.ndim == 4:
                activations = activations.contiguous(memory_format=torch.channels_last)
            found.append(part(activations).flatten(1))
        return torch.cat(found, 1)

    def forward(self, activations_BD: Tensor) -> Tensor:
        logits_BK: Tensor = self.head(self.features(activations_BD))
        return logits_BK


@dataclass(frozen=True, slots=True, kw_only=True)
class Halves:
    lower: Lower
    upper: Upper


def of(recipe: Recipe, whole: nn.Module, images: int) -> Halves | None:
    """The network cut where the recipe trains its last blocks on images that never change; None where it does not, or cannot."""
    asked = stages.parse(recipe.train)
    last = next((word for word in (recipe.train, *asked.tried) if stages.parse(word).kind == stages.LAST), None)
    changing = recipe.augment != NO_AUGMENTATION or recipe.views or recipe.progressive
    if last is None or changing or recipe.distill:  # a teacher asks to see images
        return None
    found = halves(whole, freeze.plan(whole, last), recipe.channels, recipe.image_size)
    return found if found is not None and 4 * found.lower.width * images <= HELD else None


def halves(whole: nn.Module, plan: Plan, channels: int, size: int) -> Halves | None:
    """The network cut before the first part that the plan trains; None where it is no chain, or all of it trains.

    The plan is one whose layers are the same in every epoch. Neither weights nor modes are changed.
    """
    trained = {id(weight) for layer in plan.layers[len(plan.layers) - plan.trained(1, 1) :] for weight in layer}
    chains = [_chain(one) for one in freeze.branches(whole)]
    firsts = [next((at for at, part in enumerate(parts) if _ids(part) & trained), 0) for parts in chains]
    head = whole.get_submodule("head")
    if not all(firsts) or not {id(weight) for weight in head.parameters()} <= trained:
        return None
    below = [nn.Sequential(*parts[:first]) for parts, first in zip(chains, firsts, strict=True)]
    above = [nn.Sequential(*parts[first:]) for parts, first in zip(chains, firsts, strict=True)]
    images_BCHW = torch.rand((LOOKED_AT, channels, size, size), generator=generator("seam"))
    images_BCHW = images_BCHW.to(next(head.parameters()).device, memory_format=torch.channels_last)
    try:
        with freeze.modes_kept(whole), torch.inference_mode():
            whole.eval()
            shapes = [tuple(part(images_BCHW).shape[1:]) for part in below]
            found = Halves(lower=Lower(below, shapes), upper=Upper(above, head, shapes))
            same = torch.equal(found.upper.features(found.lower.features(images_BCHW)), whole.features(images_BCHW))  # type: ignore[operator]
    # no chain: a part cannot take what the one before it gives
    except (RuntimeError, TypeError, NotImplementedError, AttributeError):
        return None
    return found if same else None


def _chain(whole: nn.Module) -> list[nn.Module]:
    """The parts of the backbone in the order of their definition; containers are opened, and so is what is all of it."""
    parts = [child for name, child in whole.named_children() if name != "head"]
    while len(parts) == 1 and any(True for _ in parts[0].children()):
        parts = list(parts[0].children())
    while any(isinstance(part, CONTAINERS) for part in parts):
        parts = [inner for part in parts for inner in (part if isinstance(part, CONTAINERS) else [part])]
    return parts


def _ids(part: nn.Module) -> set[int]:
    return {id(weight) for weight in part.parameters()}
