"""The loss of a recipe: `cross_entropy + l2(0.0001)` is what the predictions cost, and what the weights cost beside."""

from collections.abc import Callable, Sequence
from functools import reduce
from typing import Any

import torch
from torch import Tensor, nn

from linnaeus.errors import RecipeError
from linnaeus.recipe import catalog
from linnaeus.recipe.spec import Spec

Loss = Callable[[Tensor, Tensor], Tensor]
Penalty = Callable[[str, Tensor], Tensor | None]

SHOWN = 8  # names of weights that a message repeats


def build(spec: Spec, module: nn.Module, classes: int) -> Loss:
    """The sum of a spec's losses, f(logits_BK, targets_BK) → loss_B; its penalties lie in its attribute `penalties`.

    Raises:
        RecipeError: no loss of the predictions or one that cannot take so many classes, parts joined by `|`, or a penalty that
            leaves every weight of the network alone.
    """
    if spec.name == "|":
        raise RecipeError(f"loss = {spec}: losses do not follow one another; add them with +")
    parts: list[tuple[Spec, Any]] = [(part, catalog.build("losses", part)) for part in spec.operands()]
    losses: list[Loss] = [part for _, part in parts if not getattr(part, "of_weights", False)]
    penalties = [part for _, part in parts if getattr(part, "of_weights", False)]
    if not losses:
        raise RecipeError(f"loss = {spec} asks nothing of the predictions; add a loss, as in cross_entropy + {spec}")
    for part, built in parts:
        if not getattr(built, "of_weights", False):
            _try(part, built, classes)
        elif all(built(name, weight) is None for name, weight in module.named_parameters()):
            names = [name for name, weight in module.named_parameters() if weight.ndim > 1]
            more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
            raise RecipeError(
                f"loss = {spec}: {part} leaves every weight alone; the network's are {', '.join(names[:SHOWN])}{more}"
            )

    def loss(logits_BK: Tensor, targets_BK: Tensor) -> Tensor:
        return reduce(Tensor.add, (each(logits_BK, targets_BK) for each in losses))

    loss.penalties = penalties  # type: ignore[attr-defined]
    return loss


def _try(part: Spec, built: Loss, classes: int) -> None:
    try:
        built(torch.zeros(1, classes), torch.eye(classes)[:1])
    except ValueError as error:
        raise RecipeError(f"loss {part}: {error}") from error


def penalty(module: nn.Module, loss: Loss, *, within: str = "") -> Tensor | None:
    """What a network's weights cost: its own penalty and those of the loss, on what trains. None: nothing.

    `within` names the part that the module is of the whole network, such as "head", where it is trained by itself.
    """
    own = getattr(module, "penalty", None)
    terms: list[Tensor] = [] if own is None else [own()]
    penalties: Sequence[Penalty] = getattr(loss, "penalties", ())
    for name, weight in module.named_parameters(prefix=within) if penalties else ():
        name = name.removeprefix("_orig_mod.")  # a compiled network's
        if weight.requires_grad:
            terms += [term for each in penalties if (term := each(name, weight)) is not None]
    return reduce(Tensor.add, terms) if terms else None
