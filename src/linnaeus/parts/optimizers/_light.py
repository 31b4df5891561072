"""torch's optimizers, stepping without its compiler, with gradients and state laid out in memory as their weights are.

torch wraps what an optimizer does in functions that import `torch._dynamo` when they are first called, to tell it what not to
compile: 1.5 s of the 6.2 s of the processor that `linnaeus train digits --epochs 1` took (AMD EPYC, AVX2; `python -X importtime`).
Only the network is ever compiled here, so the functions beneath the wrappers are called.

The fused kernels walk gradients and state as they lie in memory and do not look at strides: a gradient or a loaded state in
another layout than its weight (contiguous beside channels_last) would be added to the wrong elements, in silence.
"""

from collections.abc import Callable
from inspect import unwrap
from typing import Any

import torch
from torch import Tensor
from torch.optim import Optimizer


class Light(Optimizer):
    """Stands before one of torch's in the bases of a class, and steps as it does."""

    add_param_group = unwrap(Optimizer.add_param_group)
    zero_grad = unwrap(Optimizer.zero_grad)
    state_dict = unwrap(Optimizer.state_dict)
    load_state_dict = unwrap(Optimizer.load_state_dict)

    @torch.no_grad()
    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        loss = loss_of(closure)
        self.before_step()
        unwrap(super().step.__func__)(self)  # type: ignore[attr-defined]  # a bound method has one
        return loss

    def before_step(self) -> None:
        """What is to be done between the gradients and the step."""


class Fused(Light):
    """One pass over memory: a half (SGD) or a third (Adam) of the time of the plain loop on a CPU."""

    def before_step(self) -> None:
        align(self)


def loss_of(closure: Callable[[], Any] | None) -> Any:
    """What the closure of a step returns, with gradients; None without one."""
    if closure is None:
        return None
    with torch.enable_grad():
        return closure()


def align(optimizer: Optimizer) -> None:
    """Bring what lies otherwise into the layout of its weight."""
    for weight in (weight for group in optimizer.param_groups for weight in group["params"]):
        if weight.grad is None:
            continue
        if weight.grad.stride() != weight.stride():
            weight.grad = torch.empty_like(weight).copy_(weight.grad)
        for name, value in optimizer.state[weight].items():
            if isinstance(value, Tensor) and value.shape == weight.shape and value.stride() != weight.stride():
                optimizer.state[weight][name] = torch.empty_like(weight).copy_(value)
