"""Sharpness-aware minimisation (Foret et al. 2020, arXiv 2010.01412) around any optimizer, and its adaptive form.

A step climbs from the weights w to w + e, the worst point within `rho`, takes the gradient there, goes back to w and lets
the base optimizer step with that gradient. Its price is a second forward and backward pass.

    e = rho · g / ‖g‖                   SAM
    e = rho · T²g / ‖Tg‖                ASAM (Kwon et al. 2021, arXiv 2102.11600): T = |w| + 0.01 for weights and 1 for
                                        biases and norms; wants a `rho` about ten times as large

The second pass leaves the running statistics of batch norm alone, by the closure's `frozen_statistics`: they describe the
network at w, not at w + e.
"""

from collections.abc import Callable, Iterable
from contextlib import nullcontext
from typing import Any

import torch
from torch import Tensor

from linnaeus.parts.optimizers._light import Light, loss_of


def build(
    groups: Iterable[dict[str, Any]],
    /,
    *,
    base: Callable[..., torch.optim.Optimizer] | None = None,
    rho: float = 0.05,
    adaptive: bool = False,
    every: int = 1,
) -> torch.optim.Optimizer:
    """`base` is another optimizer, as in `sam(base=sgd(lr=0.1))`; left out: SGD with lr 0.1 and momentum 0.9.

    `rho` is the radius; `adaptive`: ASAM; `every` 2, 3, … climbs only at each 2nd, 3rd, … step and so lowers the price.
    ValueError: `rho` is not above 0, `every` below 1, or the base takes several gradients a step.
    """
    if rho <= 0:
        raise ValueError(f"rho = {rho:g} must be above 0")
    if every < 1:
        raise ValueError(f"every = {every} must be at least 1")
    optimizer = base(list(groups)) if base else _SGD(groups, lr=0.1, momentum=0.9)
    if isinstance(optimizer, torch.optim.LBFGS | SAM):
        raise ValueError("sam needs a base that steps with one gradient, such as sgd, adamw or muon")
    return SAM(optimizer, rho, adaptive, every)


class SAM(Light):
    """Shares its groups and its state with the base, which alone moves the weights for good."""

    def __init__(self, base: torch.optim.Optimizer, rho: float, adaptive: bool, every: int) -> None:
        super().__init__(base.param_groups, {})
        self.base, self.rho, self.adaptive, self.every = base, rho, adaptive, every
        self._share()
        self.param_groups[0].setdefault("sam_step", 0)  # in a group, so that it is saved with the state

    def _share(self) -> None:
        self.param_groups, self.state = self.base.param_groups, self.base.state

    @torch.no_grad()
    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        if closure is None:
            raise ValueError("sam takes two gradients a step: call step(closure)")
        loss = loss_of(closure)
        first = self.param_groups[0]
        if first["sam_step"] % self.every == 0:
            frozen = getattr(closure, "frozen_statistics", nullcontext)
            self._at_the_worst_point(closure, frozen)
        first["sam_step"] += 1
        self.base.step()
        return loss

    def _at_the_worst_point(self, closure: Callable[[], Any], frozen: Callable[[], Any]) -> None:
        """Leaves in `.grad` the gradients at w + e, and the weights bit for bit at w."""
        weights = [weight for group in self.param_groups for weight in group["params"] if weight.grad is not None]
        scales = [_scale(weight) if self.adaptive else None for weight in weights]
        steps = [_times(weight.grad, scale) for weight, scale in zip(weights, scales, strict=True)]
        norm = torch.linalg.vector_norm(torch.stack([torch.linalg.vector_norm(step) for step in steps]))
        radius = self.rho / (norm + 1e-12)
        kept = [weight.clone() for weight in weights]
        for weight, step, scale in zip(weights, steps, scales, strict=True):
            weight.add_(_times(step, scale) * radius)
        with frozen(), torch.enable_grad():
            closure()
        for weight, old in zip(weights, kept, strict=True):
            weight.copy_(old)

    def state_dict(self) -> dict[str, Any]:
        return self.base.state_dict()

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        self.base.load_state_dict(state_dict)
        self._share()


def _scale(weight: Tensor) -> Tensor | None:
    return weight.abs() + 0.01 if weight.ndim > 1 else None


def _times(value: Tensor, scale: Tensor | None) -> Tensor:
    return value if scale is None else value * scale


class _SGD(Light, torch.optim.SGD):
    """torch's."""
