"""Muon (Jordan et al. 2024, kellerjordan.github.io/posts/muon): momentum whose matrices are made orthogonal; torch's own.

torch's Muon takes matrices; here a filter O × I × H × W is the matrix O × (I·H·W). What is no such matrix (norms, biases,
filters of one channel each, dense layers unless `dense=True`) goes to another optimizer, AdamW unless `rest` says.
"""

from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor

from linnaeus.parts.optimizers._light import Light, loss_of

QUINTIC = 3.4445, -4.7750, 2.0315  # the source's


def build(
    groups: Iterable[dict[str, Any]],
    /,
    *,
    lr: float = 0.02,
    momentum: float = 0.95,
    nesterov: bool = True,
    weight_decay: float = 0.0,
    iterations: int = 5,
    normalise: bool = False,
    dense: bool = False,
    rest: Callable[..., torch.optim.Optimizer] | None = None,
) -> torch.optim.Optimizer:
    """`lr` is the learning rate. `momentum` and `nesterov` as of `sgd`; `iterations` of Newton–Schulz make the matrix nearly
    orthogonal; `dense` gives Muon the dense layers too. Each step takes lr × `weight_decay` off the weights (0: off).

    `normalise` sets each filter bank back to the norm √O before every step, as the CIFAR-10 speed runs do. `rest`, as in
    `muon(rest=sgd(lr=0.05))`, takes the other weights; left out: AdamW with lr 0.001 and the groups' weight decay.
    ValueError: an option is out of range, the network has no such matrix, or `rest` takes several gradients a step.
    """
    if not 0 <= momentum < 1:
        raise ValueError(f"momentum = {momentum:g} must be from 0 up to but not including 1")
    if not 1 <= iterations < 100:
        raise ValueError(f"iterations = {iterations} must be from 1 to 99")
    ours, others = [], []
    for group in groups:
        matrices = [weight for weight in group["params"] if _is_matrix(weight, dense)]
        remaining = [weight for weight in group["params"] if not _is_matrix(weight, dense)]
        ours += [{**group, "params": matrices}] if matrices else []
        others += [{**group, "params": remaining}] if remaining else []
    if not ours:
        raise ValueError("there is no filter that muon could make orthogonal; muon(dense=True) takes dense layers")
    other = None
    if others:
        other = rest(others) if rest else _AdamW(others, lr=0.001, weight_decay=weight_decay)
        if isinstance(other, torch.optim.LBFGS):
            raise ValueError("muon needs a rest that steps with one gradient, such as sgd or adamw")
    options = {"momentum": momentum, "nesterov": nesterov, "ns_steps": iterations, "weight_decay": weight_decay}
    return Muon(ours, other, normalise, lr=lr, **options)


def _is_matrix(weight: Tensor, dense: bool) -> bool:
    return (weight.ndim == 4 and weight.shape[1] > 1) or (dense and weight.ndim == 2)


class Muon(Light):
    """torch's Muon over flat copies of the filters, and the other optimizer beside it; groups and state are theirs."""

    def __init__(
        self, groups: list[dict[str, Any]], rest: torch.optim.Optimizer | None, normalise: bool, **options: Any
    ) -> None:
        super().__init__(groups, options)
        self.normalise, self.rest = normalise, rest
        self.own = len(self.param_groups)
        self.flat = {
            weight: torch.nn.Parameter(weight.detach().flatten(1).clone())
            for group in self.param_groups
            for weight in group["params"]
        }
        flat_groups = [{**group, "params": [self.flat[weight] for weight in group["params"]]} for group in groups]
        self.muon = _Muon(flat_groups, **options)
        if rest is not None:
            self.param_groups = [*self.param_groups, *rest.param_groups]
        self._share()

    def _share(self) -> None:
        """One state for all three: what is saved and loaded here is what they work with."""
        for weight, flat in self.flat.items():
            self.muon.state[flat] = self.state[weight]
        if self.rest is not None:
            self.rest.param_groups, self.rest.state = self.param_groups[self.own :], self.state

    @torch.no_grad()
    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        loss = loss_of(closure)
        for group, flat_group in zip(self.param_groups[: self.own], self.muon.param_groups, strict=True):
            flat_group["lr"] = group["lr"]
            for weight in group["params"]:
                flat = self.flat[weight]
                flat.data, flat.grad = weight.detach().flatten(1).clone(), None
                if weight.grad is not None:
                    flat.grad = weight.grad.flatten(1)
                    if self.normalise and group["lr"]:
                        flat.mul_(len(flat) ** 0.5 / flat.norm())
        self.muon.step()
        for weight, flat in self.flat.items():
            if weight.grad is not None:
                weight.copy_(flat.view_as(weight))
        if self.rest is not None:
            self.rest.step()
        return loss

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        super().load_state_dict(state_dict)
        self._share()


class _Muon(Light, torch.optim.Muon):
    """torch's; on a CPU in float32, where torch's is in bf16, which many processors only emulate.

    A step of LeNet-5's matrices (3 iterations, one thread of an AMD EPYC): 1.6 ms in bf16, 1.5 in float32; held to AVX2 19.4 and 1.5.
    """

    @torch.no_grad()
    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        weights = [weight for group in self.param_groups for weight in group["params"]]
        if any(weight.device.type != "cpu" for weight in weights):
            return super().step(closure)
        loss = loss_of(closure)
        for group in self.param_groups:
            for weight in group["params"]:
                if weight.grad is not None:
                    self._move(weight, weight.grad, group)
        return loss

    def _move(self, weight: Tensor, gradient: Tensor, group: dict[str, Any]) -> None:
        state = self.state[weight]
        if not state:
            state["momentum_buffer"] = torch.zeros_like(gradient)
        mean = state["momentum_buffer"].lerp_(gradient, 1 - group["momentum"])
        update = gradient.lerp(mean, group["momentum"]) if group["nesterov"] else mean
        rows, columns = weight.shape
        weight.mul_(1 - group["lr"] * group["weight_decay"])
        weight.add_(orthogonal(update, group["ns_steps"]), alpha=-group["lr"] * max(1.0, rows / columns) ** 0.5)


def orthogonal(matrix: Tensor, iterations: int) -> Tensor:
    """Nearly so, its singular values brought towards 1 by the source's quintic Newton–Schulz iteration, in the matrix's own precision."""
    a, b, c = QUINTIC
    is_tall = len(matrix) > matrix.shape[1]
    wide = matrix.T if is_tall else matrix
    wide = wide / wide.norm().clamp(min=1e-7)
    for _ in range(iterations):
        gram = wide @ wide.T
        wide = torch.addmm(wide, torch.addmm(gram, gram, gram, beta=b, alpha=c), wide, beta=a)
    return wide.T if is_tall else wide


class _AdamW(Light, torch.optim.AdamW):
    """torch's."""
