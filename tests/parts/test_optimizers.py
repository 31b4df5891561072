"""Every optimizer against the contract of its shelf, and against torch's plain loop."""

from typing import Any

import pytest
import torch

from linnaeus.errors import RecipeError
from linnaeus.parts.optimizers import adam, adamw, sgd
from linnaeus.recipe import catalog
from linnaeus.recipe.spec import parse
from linnaeus.testing import check_optimizer

SETTINGS = {"sgd": ["sgd", "sgd(lr=0.05, momentum=0.9, nesterov=True, weight_decay=0.0005)"]}
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


@pytest.mark.parametrize(
    ("part", "message"),
    [("sgd(momentum=1)", "momentum"), ("sgd(lr=-1)", "learning rate"), ("adam(betas=[0.9])", "betas")],
)
def test_options_out_of_range_are_refused_with_a_reason(part: str, message: str) -> None:
    with pytest.raises(RecipeError, match=message):
        catalog.build("optimizers", parse(part), [{"params": [torch.nn.Parameter(torch.ones(2))]}])
