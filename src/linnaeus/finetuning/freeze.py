"""What of a network trains, and at which rate.

A network is its blocks, in order from the images to the head, and the head. A block that does not train is frozen: its
weights get no gradient and its modules stay in evaluation mode in every step, so that no statistic of batch norm moves,
whoever calls `train()` in between (pytorch#66073 is what happens otherwise).
"""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from torch import nn

from linnaeus.recipe import stages
from linnaeus.recipe.recipe import Recipe
from linnaeus.recipe.stages import Stages

CONTAINERS = (nn.Sequential, nn.ModuleList)


def blocks(module: nn.Module) -> list[nn.Module]:
    """The parts of the backbone that hold weights, the first to see the images first; a norm goes with what is before it.

    Containers are opened, and so is a part that is the whole backbone.
    """
    waiting = [child for name, child in module.named_children() if name != "head" and _has_weights(child)]
    while any(isinstance(each, CONTAINERS) for each in waiting) or len(waiting) == 1:
        opened = [
            part
            for each in waiting
            for part in (_parts(each) if isinstance(each, CONTAINERS) or len(waiting) == 1 else [each])
        ]
        if opened == waiting:
            break
        waiting = opened
    return waiting


def branches(module: nn.Module) -> tuple[nn.Module, ...]:
    """The networks side by side that a network says it is made of (`branches()`), or it alone."""
    made_of: Any = getattr(module, "branches", None)
    return tuple(made_of()) if made_of is not None else (module,)


def _parts(module: nn.Module) -> list[nn.Module]:
    return [child for child in module.children() if _has_weights(child)] or [module]


def _has_weights(module: nn.Module) -> bool:
    return any(True for _ in module.parameters())


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What of one network trains, epoch by epoch. `layers` are its blocks and, last, its head.

    `beside` are the modules without weights that go with each layer: dropout, and norms that have statistics alone.
    """

    layers: tuple[tuple[nn.Parameter, ...], ...]
    beside: tuple[tuple[nn.Module, ...], ...]
    stages: Stages

    def trained(self, epoch: int, epochs: int) -> int:
        """How many of the layers train in an epoch, from 1, counted from the head.

        Under "gradual" (Howard & Ruder 2018, arXiv 1801.06146) the head alone in the first epoch; the others join one
        after another, evenly, until half of the epochs are done.
        """
        match self.stages.kind:
            case stages.HEAD:
                return 1
            case stages.LAST:
                return min(len(self.layers), 1 + self.stages.blocks)
            case stages.GRADUAL:
                share = min(1.0, (epoch - 1) / max(1, epochs // 2))
                return 1 + round(share * (len(self.layers) - 1))
        return len(self.layers)

    def apply(self, epoch: int, epochs: int) -> None:
        """Freeze and thaw for an epoch."""
        first = len(self.layers) - self.trained(epoch, epochs)
        for place, weights in enumerate(self.layers):
            for weight in weights:
                weight.requires_grad_(place >= first)
                if place < first:
                    weight.grad = None  # an optimizer leaves alone what has no gradient

    def still(self, epoch: int, epochs: int) -> tuple[nn.Module, ...]:
        """The modules without weights that are frozen in an epoch; those with weights show it by `requires_grad`."""
        first = len(self.layers) - self.trained(epoch, epochs)
        return tuple(part for parts in self.beside[:first] for part in parts)

    def groups(self, recipe: Recipe) -> list[dict[str, Any]]:
        """Parameter groups of all that ever trains; `scale`, if not 1, is what the learning rate of a group is multiplied by."""
        most = max(self.trained(epoch, recipe.epochs) for epoch in (1, recipe.epochs))
        layers = self.layers[len(self.layers) - most :]
        scales = [recipe.backbone_lr_factor * recipe.layer_decay**depth for depth in range(len(layers) - 1, 0, -1)] + [
            1.0
        ]
        by_scale: dict[float, list[nn.Parameter]] = {}
        for scale, weights in zip(scales, layers, strict=True):
            by_scale.setdefault(scale, []).extend(weights)
        return [
            {**group, **({"scale": scale} if scale != 1.0 else {})}
            for scale, weights in by_scale.items()
            for group in groups(weights)
        ]


def groups(weights: Iterable[nn.Parameter]) -> list[dict[str, Any]]:
    """Weights in one parameter group; norms, biases and other vectors in a second, without weight decay."""
    weights = list(weights)
    decayed: dict[str, Any] = {"params": [weight for weight in weights if weight.ndim > 1]}
    others: dict[str, Any] = {"params": [weight for weight in weights if weight.ndim <= 1], "weight_decay": 0.0}
    return [group for group in (decayed, others) if group["params"]]


def plan(module: nn.Module, train: str) -> Plan:
    """The plan for a network that is ready to train. What the network itself holds fixed is in no layer."""
    head = getattr(module, "head", None)
    of_head = [] if head is None else _own(head)
    sides = [_layers(branch) for branch in branches(module)]
    most = max(map(len, sides))  # the last of each side together, then the last but one
    layers = [
        [weight for side in sides if depth <= len(side) for weight in side[-depth]] for depth in range(most, 0, -1)
    ]
    placed = {id(weight) for layer in [*layers, of_head] for weight in layer}
    layers[0] += [weight for weight in _own(module) if id(weight) not in placed]  # such as a class token
    whole = tuple(tuple(layer) for layer in [*layers, of_head] if layer)
    return Plan(layers=whole, beside=_beside(module, whole), stages=stages.parse(train))


def _layers(branch: nn.Module) -> list[list[nn.Parameter]]:
    """The weights of each block, the first to see the images first; vectors alone go with the block before them."""
    layers: list[list[nn.Parameter]] = [[]]
    for block in blocks(branch):
        weights = _own(block)
        if any(weight.ndim > 1 for weight in weights) and layers[-1]:
            layers.append([])
        layers[-1] += weights
    return layers


def _beside(module: nn.Module, layers: tuple[tuple[nn.Parameter, ...], ...]) -> tuple[tuple[nn.Module, ...], ...]:
    """The modules without weights by layer: each goes with the weights before it, the first ones with those behind them."""
    layer_of = {id(weight): place for place, layer in enumerate(layers) for weight in layer}
    found: tuple[list[nn.Module], ...] = tuple([] for _ in layers)
    place = 0
    for part in module.modules():
        if not any(True for _ in part.children()):
            weights = list(part.parameters())
            place = next((layer_of[id(weight)] for weight in weights if id(weight) in layer_of), place)
            if not weights and found:
                found[place].append(part)
    return tuple(map(tuple, found))


def _own(module: nn.Module) -> list[nn.Parameter]:
    return [weight for weight in module.parameters() if weight.requires_grad]


def training_mode(module: nn.Module, still: Iterable[nn.Module] = ()) -> None:
    """`module.train()`, but for what is frozen; `still` is that of it which has no weights."""
    module.train()
    for part in (*frozen(module), *still):
        part.eval()


@contextmanager
def modes_kept(module: nn.Module) -> Iterator[None]:
    """Whatever is set to train or to answer within is afterwards as it was."""
    modes = [(part, part.training) for part in module.modules()]
    try:
        yield
    finally:
        for part, mode in modes:
            part.training = mode


def frozen(module: nn.Module) -> Iterator[nn.Module]:
    """The outermost parts that hold weights none of which trains."""
    for child in module.children():
        weights = list(child.parameters())
        if weights and not any(weight.requires_grad for weight in weights):
            yield child
        else:
            yield from frozen(child)


def frozen_names(module: nn.Module, still: Collection[nn.Module] = ()) -> set[str]:
    """The names of all modules within frozen parts, and of those that are `still`."""
    inside = {id(part) for outermost in (*frozen(module), *still) for part in outermost.modules()}
    return {name for name, part in module.named_modules() if id(part) in inside}
