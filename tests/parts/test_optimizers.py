"""Every optimizer against the contract of its shelf, and against torch's plain loop."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import torch

from linnaeus.errors import RecipeError
from linnaeus.parts.optimizers import adam, adamw, lbfgs, muon, sam, sgd
from linnaeus.recipe import catalog
from linnaeus.recipe.spec import parse
from linnaeus.testing import check_optimizer

SETTINGS = {
    "lbfgs": ["lbfgs", "lbfgs(line_search=False, weight_decay=0.01, lr=0.1)"],
    "muon": ["muon", "muon(normalise=True, lr=0.1, rest=sgd(lr=0.05))", "muon(dense=True)"],
    "rmsprop": ["rmsprop", "rmsprop(momentum=0.9, centered=True)"],
    "sam": [
        "sam",
        "sam(base=sgd(lr=0.1, nesterov=True), adaptive=True, rho=0.5)",
        "sam(base=adamw(lr=0.01), every=2)",
        "sam(base=muon)",
    ],
    "sgd": ["sgd", "sgd(lr=0.05, momentum=0.9, nesterov=True, weight_decay=0.0005)"],
}
FUSED = [
    (sgd.build, torch.optim.SGD, {"lr": 0.1, "momentum": 0.9, "nesterov": True, "weight_decay": 0.01}),
    (adam.build, torch.optim.Adam, {"lr": 0.01, "weight_decay": 0.01}),
    (adamw.build, torch.optim.AdamW, {"lr": 0.01, "weight_decay": 0.01}),
]


@pytest.mark.parametrize(
    "part", [setting for name in catalog.names("optimizers") for setting in SETTINGS.get(name, [name])]
)
def test_contract(part: str) -> None:
    check_optimizer(part)


@pytest.mark.parametrize(("build", "plain", "options"), FUSED)
@pytest.mark.parametrize("layouts", ["gradient", "state", "neither"])
def test_fused_steps_equal_the_plain_loop_in_any_mixture_of_layouts(
    build: Any, plain: Any, options: dict[str, Any], layouts: str
) -> None:
    """torch's fused kernels on a CPU ignore strides, in silence: see the class's docstring."""

    def train(build_it: Any, mix: bool) -> torch.Tensor:
        draws = torch.Generator().manual_seed(0)
        filters = torch.randn(8, 4, 3, 3, generator=draws).contiguous(memory_format=torch.channels_last)
        weight = torch.nn.Parameter(filters)
        optimizer = build_it([{"params": [weight]}])
        for step in range(3):
            gradient = torch.randn(8, 4, 3, 3, generator=draws)
            wanted = torch.contiguous_format if mix and layouts == "gradient" else torch.channels_last
            weight.grad = gradient.contiguous(memory_format=wanted)
            optimizer.step()
            if mix and layouts == "state" and step == 0:
                state = optimizer.state_dict()
                for values in state["state"].values():
                    values.update({key: value.contiguous() for key, value in values.items()})
                optimizer.load_state_dict(state)
        return weight.detach()

    fused = train(lambda groups: build(groups, **options), mix=True)
    looped = train(lambda groups: plain(groups, fused=False, foreach=False, **options), mix=False)
    torch.testing.assert_close(fused, looped, rtol=1e-5, atol=1e-6)


def test_groups_keep_their_own_weight_decay() -> None:
    weights = [torch.nn.Parameter(torch.ones(3, 3)), torch.nn.Parameter(torch.ones(3))]
    optimizer = sgd.build(
        [{"params": weights[:1]}, {"params": weights[1:], "weight_decay": 0.0}], lr=0.1, momentum=0.0, weight_decay=0.5
    )
    for weight in weights:
        weight.grad = torch.zeros_like(weight)
    optimizer.step()
    assert torch.allclose(weights[0], torch.tensor(0.95)) and torch.equal(weights[1], torch.ones(3))


class Quadratic:
    """loss = Σ aᵢ wᵢ² / 2 over a matrix and a vector, and how often it was asked for."""

    def __init__(self) -> None:
        self.weights = [
            torch.nn.Parameter(torch.tensor([[1.0, -2.0], [0.5, 3.0]])),
            torch.nn.Parameter(torch.tensor([2.0, -1.0])),
        ]
        self.curvatures = [torch.tensor([[1.0, 2.0], [3.0, 4.0]]), torch.tensor([5.0, 6.0])]
        self.groups = [{"params": self.weights}]
        self.calls = self.calls_frozen = 0
        self.frozen = False

    def closure(self) -> torch.Tensor:
        self.calls, self.calls_frozen = self.calls + 1, self.calls_frozen + self.frozen
        for weight, curvature in zip(self.weights, self.curvatures, strict=True):
            weight.grad = curvature * weight.detach()
        pairs = zip(self.weights, self.curvatures, strict=True)
        return sum(((curvature * weight.detach() ** 2).sum() / 2 for weight, curvature in pairs), torch.zeros(()))

    @contextmanager
    def frozen_statistics(self) -> Iterator[None]:
        self.frozen = True
        yield
        self.frozen = False

    def as_closure(self) -> Any:
        def closure() -> torch.Tensor:
            return self.closure()

        closure.frozen_statistics = self.frozen_statistics  # type: ignore[attr-defined]
        return closure


@pytest.mark.parametrize("adaptive", [False, True])
def test_sam_steps_with_the_gradient_of_the_worst_point(adaptive: bool) -> None:
    problem = Quadratic()
    optimizer = sam.build(
        problem.groups, base=lambda groups: sgd.build(groups, lr=0.1, momentum=0.0), adaptive=adaptive
    )
    before = [weight.detach().clone() for weight in problem.weights]
    scales = [before[0].abs() + 0.01 if adaptive else torch.ones(2, 2), torch.ones(2)]
    gradients = [curvature * weight for curvature, weight in zip(problem.curvatures, before, strict=True)]
    norm = torch.cat([(scale * gradient).flatten() for scale, gradient in zip(scales, gradients, strict=True)]).norm()
    loss = optimizer.step(problem.as_closure())
    assert loss == Quadratic().closure()  # the loss at w, not at the worst point
    assert (problem.calls, problem.calls_frozen) == (2, 1)
    for weight, old, curvature, scale, gradient in zip(
        problem.weights, before, problem.curvatures, scales, gradients, strict=True
    ):
        worst = old + 0.05 * scale**2 * gradient / norm
        torch.testing.assert_close(weight.detach(), old - 0.1 * curvature * worst)


def test_sam_climbs_at_every_kth_step_and_remembers_where_it_was() -> None:
    problem = Quadratic()
    optimizer = sam.build(problem.groups, every=3)
    calls = []
    for step in range(7):
        if step == 4:
            state, optimizer = optimizer.state_dict(), sam.build(problem.groups, every=3)
            optimizer.load_state_dict(state)
        before = problem.calls
        optimizer.step(problem.as_closure())
        calls.append(problem.calls - before)
    assert calls == [2, 1, 1, 2, 1, 1, 2]
    with pytest.raises(ValueError, match="closure"):
        optimizer.step()


def test_muon_is_torchs_on_flat_filters() -> None:
    draws = torch.Generator().manual_seed(0)
    filters, gradient = torch.randn(2, 8, 3, 3, 3, generator=draws)
    weight = torch.nn.Parameter(filters.contiguous(memory_format=torch.channels_last))
    flat = torch.nn.Parameter(filters.flatten(1))
    ours = muon.build([{"params": [weight]}], lr=0.1, weight_decay=0.01)
    theirs = torch.optim.Muon([flat], lr=0.1, weight_decay=0.01)
    for scale in (1, 2, -1):
        weight.grad, flat.grad = scale * gradient, scale * gradient.flatten(1)
        ours.step()
        theirs.step()
    # torch's iterates in bf16, ours in float32: three steps of rate 0.1, whose entries are 0.2 on average
    torch.testing.assert_close(weight.detach().flatten(1), flat.detach(), rtol=0, atol=0.005)


@pytest.mark.parametrize("shape", [(16, 150), (84, 12)])
def test_muons_matrices_are_torchs_more_exactly(shape: tuple[int, int]) -> None:
    matrix = torch.randn(*shape, generator=torch.Generator().manual_seed(0))
    found = muon.orthogonal(matrix, 5)
    theirs = torch.optim._muon._zeropower_via_newtonschulz(matrix, muon.QUINTIC, 5, 1e-7)
    torch.testing.assert_close(found, theirs.float(), rtol=0, atol=0.02)
    torch.testing.assert_close(found, muon.orthogonal(matrix.double(), 5).float(), rtol=0, atol=1e-4)
    values = torch.linalg.svdvals(found)
    assert values.min() > 0.5 and values.max() < 1.5


def test_muon_shares_out_the_weights() -> None:
    module = torch.nn.Sequential(
        torch.nn.Conv2d(3, 8, 3), torch.nn.Conv2d(8, 8, 3, groups=8), torch.nn.Flatten(), torch.nn.Linear(8, 2)
    )
    groups = [
        {"params": [weight for weight in module.parameters() if weight.ndim > 1]},
        {"params": [weight for weight in module.parameters() if weight.ndim <= 1], "weight_decay": 0.0},
    ]
    filters, others, vectors = muon.build(groups, lr=0.1, rest=lambda groups: sgd.build(groups, lr=0.03)).param_groups
    assert filters["params"] == [module[0].weight] and filters["lr"] == 0.1
    assert others["params"] == [module[1].weight, module[3].weight] and others["lr"] == 0.03
    assert vectors["weight_decay"] == 0 and len(vectors["params"]) == 3
    dense = muon.build([{"params": list(module.parameters())}], dense=True).param_groups[0]["params"]
    assert dense == [module[0].weight, module[3].weight]


def test_lbfgs_solves_a_quadratic_in_one_step() -> None:
    problem = Quadratic()
    optimizer = lbfgs.build(problem.groups, iterations=30)
    optimizer.step(problem.as_closure())
    assert problem.closure() < 1e-8
    assert problem.calls_frozen == problem.calls - 2  # all but the first of the step, and the one just now


@pytest.mark.parametrize(
    ("part", "message"),
    [
        ("sgd(momentum=1)", "momentum"),
        ("sgd(lr=-1)", "learning rate"),
        ("adam(betas=[0.9])", "betas"),
        ("sam(rho=0)", "rho"),
        ("sam(every=0)", "every"),
        ("sam(base=lbfgs)", "one gradient"),
        ("sam(base=sam)", "one gradient"),
        ("muon", "no filter"),
        ("muon(momentum=1)", "momentum"),
        ("muon(iterations=0)", "iterations"),
        ("lbfgs(iterations=0)", "iterations"),
        ("lbfgs(weight_decay=0.1)", "line_search"),
    ],
)
def test_options_out_of_range_are_refused_with_a_reason(part: str, message: str) -> None:
    with pytest.raises(RecipeError, match=message):
        catalog.build("optimizers", parse(part), [{"params": [torch.nn.Parameter(torch.ones(2))]}])


def test_no_optimizer_imports_torchs_compiler():
    """It would cost each training a second and a half before its first step."""
    code = """
import sys, torch
from linnaeus.recipe import catalog
from linnaeus.recipe.spec import parse
for name in catalog.names("optimizers"):
    weight = torch.nn.Parameter(torch.randn(4, 3, 3, 3))
    optimizer = catalog.build("optimizers", parse(name), [{"params": [weight]}])
    def closure():
        optimizer.zero_grad()
        loss = (weight**2).sum()
        loss.backward()
        return loss
    before = weight.detach().clone()
    optimizer.step(closure)
    optimizer.load_state_dict(optimizer.state_dict())
    assert not torch.equal(before, weight), name
    assert "torch._dynamo" not in sys.modules, name
"""
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
