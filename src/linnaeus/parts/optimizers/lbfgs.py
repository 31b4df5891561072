"""L-BFGS: torch's own, for small problems, where a batch holds all images.

Liu & Nocedal 1989, "On the limited memory BFGS method for large scale optimization", Mathematical Programming 45.

Each step calls the closure several times; only the first time moves the running statistics of batch norm.
"""

from collections.abc import Callable, Iterable
from contextlib import nullcontext
from typing import Any

import torch

from linnaeus.parts.optimizers._light import Light


def build(
    groups: Iterable[dict[str, Any]],
    /,
    *,
    lr: float = 1.0,
    iterations: int = 20,
    history: int = 10,
    weight_decay: float = 0.0,
    line_search: bool = True,
) -> torch.optim.Optimizer:
    """`lr` is the learning rate. `iterations` at most in a step; `history` gradients are kept; `line_search` by the strong Wolfe
    conditions.

    `weight_decay` is added to the gradient (L2; 0: off), but not for groups that set their own to 0.
    ValueError: no iteration, no history, or a weight decay beside the line search, which looks at the loss alone.
    """
    if iterations < 1 or history < 1:
        raise ValueError(f"iterations = {iterations} and history = {history} must be at least 1")
    if line_search and weight_decay:
        raise ValueError("the line search looks at the loss alone, so weight_decay needs line_search=False")
    groups = list(groups)
    decayed = [weight for group in groups if group.get("weight_decay", 1) for weight in group["params"]]
    return LBFGS(
        [weight for group in groups for weight in group["params"]],
        decayed if weight_decay else [],
        weight_decay,
        lr=lr,
        max_iter=iterations,
        history_size=history,
        line_search_fn="strong_wolfe" if line_search else None,
    )


class LBFGS(Light, torch.optim.LBFGS):
    """torch's, which knows one group, one layout and no weight decay."""

    def __init__(
        self, weights: list[torch.nn.Parameter], decayed: list[torch.nn.Parameter], weight_decay: float, **options: Any
    ) -> None:
        super().__init__(weights, **options)
        self.decayed, self.weight_decay = decayed, weight_decay

    def step(self, closure: Callable[[], Any]) -> Any:  # type: ignore[override]  # torch's is untyped
        frozen = getattr(closure, "frozen_statistics", nullcontext)
        calls = 0

        def gradient() -> Any:
            nonlocal calls
            with frozen() if calls else nullcontext():
                loss = closure()
            calls += 1
            for weight in self.decayed:
                if weight.grad is not None:
                    weight.grad.add_(weight.detach(), alpha=self.weight_decay)
            for weight in self.param_groups[0]["params"]:
                if weight.grad is not None:
                    weight.grad = weight.grad.contiguous()  # torch flattens gradients by `view`
            return loss

        if self.param_groups[0]["lr"] == 0:  # a step of length zero, which the line search would divide by
            return gradient()
        return torch.optim.LBFGS.step(self, gradient)  # type: ignore[no-untyped-call]
