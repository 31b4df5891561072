"""Stochastic gradient descent with momentum: torch's own.

Robbins & Monro 1951, "A stochastic approximation method", Annals of Mathematical Statistics 22; momentum, Nesterov's too: Sutskever
et al. 2013, "On the importance of initialization and momentum in deep learning".
"""

from collections.abc import Iterable
from typing import Any

import torch

from linnaeus.parts.optimizers._light import Fused


def build(
    groups: Iterable[dict[str, Any]],
    /,
    *,
    lr: float = 0.1,
    momentum: float = 0.9,
    nesterov: bool = False,
    weight_decay: float = 0.0,
) -> torch.optim.Optimizer:
    """`lr` is the learning rate. `momentum` 0: off; `nesterov` takes the gradient where the momentum leads. `weight_decay` is added to
    the gradient (L2); 0: off; groups that set their own keep it. ValueError: `momentum` is 1 or more, or `nesterov` has none.
    """
    if momentum >= 1:
        raise ValueError(f"momentum = {momentum:g} must stay below 1, or the steps grow for ever")
    return SGD(groups, lr=lr, momentum=momentum, nesterov=nesterov, weight_decay=weight_decay, fused=True)


class SGD(Fused, torch.optim.SGD):
    """torch's, fused."""

    def before_step(self) -> None:
        super().before_step()
        for group in self.param_groups:
            self._begin_late(group)

    def _begin_late(self, group: dict[str, Any]) -> None:
        """Give weights that join the others later their momentum: the fused kernel wants it of all or of none."""
        weights = [weight for weight in group["params"] if weight.grad is not None]
        late = [weight for weight in weights if self.state[weight].get("momentum_buffer") is None]
        if group["momentum"] and 0 < len(late) < len(weights):
            for weight in late:
                self.state[weight]["momentum_buffer"] = torch.zeros_like(weight)
