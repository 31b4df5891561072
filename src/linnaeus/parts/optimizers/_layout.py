"""Gradients and state laid out in memory as their weights are.

The fused kernels walk gradients and state as they lie in memory and do not look at strides: a gradient or a loaded state in
another layout than its weight (contiguous beside channels_last) would be added to the wrong elements, in silence.
"""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor


def loss_of(closure: Callable[[], Any] | None) -> Any:
    """What the closure of a step returns, with gradients; None without one."""
    if closure is None:
        return None
    with torch.enable_grad():
        return closure()


def align(optimizer: torch.optim.Optimizer) -> None:
    """Bring what lies otherwise into the layout of its weight."""
    for weight in (weight for group in optimizer.param_groups for weight in group["params"]):
        if weight.grad is None:
            continue
        if weight.grad.stride() != weight.stride():
            weight.grad = torch.empty_like(weight).copy_(weight.grad)
        for name, value in optimizer.state[weight].items():
            if isinstance(value, Tensor) and value.shape == weight.shape and value.stride() != weight.stride():
                optimizer.state[weight][name] = torch.empty_like(weight).copy_(value)
