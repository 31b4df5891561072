"""Every schedule against the contract of its shelf, and against torch's schedulers or a table written out."""

import pytest
import torch

from linnaeus.errors import RecipeError
from linnaeus.parts.schedules import (
    constant,
    cosine,
    linear,
    multi_step,
    one_cycle,
    plateau,
    step,
    warm_restarts,
    warmup,
)
from linnaeus.recipe import catalog
from linnaeus.recipe.spec import parse
from linnaeus.testing import check_schedule

SETTINGS = {
    "cosine": ["cosine", "cosine(warmup=0.2, final=0.1)"],
    "linear": ["linear", "linear(warmup=0.2, final=0.1)"],
    "multi_step": ["multi_step(at=[8, 12])"],
    "plateau": ["plateau", "plateau(factor=0.5, patience=1, cooldown=2, minimum=0.1)"],
    "step": ["step(every=5)"],
    "warm_restarts": ["warm_restarts", "warm_restarts(cycles=4, growth=1, final=0.1)"],
    "warmup": [
        "warmup",
        *(
            f"warmup(0.1, start=0.2, then={schedule})"
            for schedule in ("constant", "cosine", "linear", "one_cycle", "plateau", "step(every=4)", "warm_restarts")
        ),
        "warmup(then=multi_step(at=[8, 12]))",
    ],
}


@pytest.mark.parametrize(
    "part", [setting for name in catalog.names("schedules") for setting in SETTINGS.get(name, [name])]
)
def test_contract(part: str) -> None:
    check_schedule(part)


def of_torch(scheduler: type, steps: int, metrics: list[float] | None = None, **options: object) -> list[float]:
    """The factors that a scheduler of torch gives for each step."""
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0, momentum=0.9)
    theirs = scheduler(optimizer, **options)
    rates = []
    for number in range(steps):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        theirs.step(*([metrics[number]] if metrics else []))
    return rates


def test_constant_is_one() -> None:
    assert {constant.build()(fraction, []) for fraction in (0.0, 0.3, 0.999)} == {1.0}


def test_step_falls_at_the_first_step_of_an_epoch() -> None:
    ours = [step.build(every=7, factor=0.1, epochs=25)(number / 2500, []) for number in range(2500)]
    theirs = of_torch(torch.optim.lr_scheduler.StepLR, 25, step_size=7, gamma=0.1)
    assert ours == pytest.approx([rate for rate in theirs for _ in range(100)])
    thirds = step.build(every=1, factor=0.5, epochs=49)  # 1/49 × 49 is just below 1 in floating point
    assert [thirds(epoch / 49, []) for epoch in range(49)] == [0.5**epoch for epoch in range(49)]


def test_one_cycle_is_that_of_torch() -> None:
    theirs = of_torch(torch.optim.lr_scheduler.OneCycleLR, 101, max_lr=1.0, total_steps=101, cycle_momentum=False)
    schedule = one_cycle.build(warmup=0.3, start=0.04, final=4e-6)
    # torch puts its turning point at 0.3 × 101 − 1 = 29.3 of 100 intervals; ours is at exactly the share asked for.
    ours = [one_cycle.build(warmup=0.293)(number / 100, []) for number in range(101)]
    assert ours == pytest.approx(theirs, abs=1e-9)
    assert schedule(0.0, []) == pytest.approx(0.04) and schedule(0.3, []) == pytest.approx(1.0)


def test_cosine_is_that_of_torch_and_warms_up() -> None:
    theirs = of_torch(torch.optim.lr_scheduler.CosineAnnealingLR, 100, T_max=100, eta_min=0.1)
    ours = [cosine.build(final=0.1)(number / 100, []) for number in range(100)]
    assert ours == pytest.approx(theirs)
    warm = cosine.build(warmup=0.2)
    assert [warm(0.0, []), warm(0.1, []), warm(0.2, []), warm(0.6, [])] == pytest.approx([0.0, 0.5, 1.0, 0.5])


def test_multi_step_is_that_of_torch() -> None:
    theirs = of_torch(torch.optim.lr_scheduler.MultiStepLR, 200, milestones=[81, 122], gamma=0.1)
    schedule = multi_step.build(at=[81, 122], epochs=200)
    assert [schedule(epoch / 200, []) for epoch in range(200)] == pytest.approx(theirs)
    assert schedule(81 / 200 - 1e-6, []) == 1.0


def test_linear_is_a_line() -> None:
    line = linear.build(warmup=0.2, final=0.1)
    factors = [line(fraction, []) for fraction in (0.0, 0.1, 0.2, 0.6, 1.0)]
    assert factors == pytest.approx([0.0, 0.5, 1.0, 0.55, 0.1])


def test_warm_restarts_are_those_of_torch() -> None:
    scheduler = torch.optim.lr_scheduler.CosineAnnealingWarmRestarts
    theirs = of_torch(scheduler, 70, T_0=10, T_mult=2, eta_min=0.1)  # 10 + 20 + 40
    schedule = warm_restarts.build(cycles=3, growth=2, final=0.1)
    assert [schedule(epoch / 70, []) for epoch in range(70)] == pytest.approx(theirs)


def test_warmup_rises_to_where_the_other_begins() -> None:
    falling = cosine.build()
    warm = warmup.build(share=0.2, start=0.1, then=cosine.build)
    assert warm(0.0, []) == pytest.approx(0.1) and warm(0.5, []) == falling(0.5, [])
    assert warm(0.1, []) == pytest.approx((0.1 + falling(0.2, [])) / 2)
    assert warmup.build(then=plateau.build).needs_validation and not warm.needs_validation


@pytest.mark.parametrize(("patience", "cooldown"), [(0, 0), (1, 0), (2, 3), (3, 1)])
def test_plateau_is_that_of_torch(patience: int, cooldown: int) -> None:
    losses = [5.0, 4.0, 4.0, 4.0, 3.99999, 3.9, 4.1, 4.2, 4.0, 3.8, *[3.9] * 20]
    theirs = of_torch(
        torch.optim.lr_scheduler.ReduceLROnPlateau,
        len(losses) + 1,
        metrics=[*losses, 0.0],
        factor=0.5,
        patience=patience,
        cooldown=cooldown,
        min_lr=0.01,
    )
    schedule = plateau.build(factor=0.5, patience=patience, cooldown=cooldown, minimum=0.01)
    ours = [schedule(0.0, losses[:epoch]) for epoch in range(len(losses) + 1)]
    assert min(ours) < 1
    assert ours == pytest.approx(theirs)
    assert schedule.needs_validation


@pytest.mark.parametrize(
    ("part", "message"),
    [
        ("step(every=0, epochs=9)", "every"),
        ("step(every=2, factor=2, epochs=9)", "factor"),
        ("cosine(warmup=1)", "warmup"),
        ("cosine(final=2)", "final"),
        ("one_cycle(warmup=0)", "warmup"),
        ("linear(warmup=1)", "warmup"),
        ("linear(final=-1)", "final"),
        ("multi_step(at=[], epochs=9)", "at"),
        ("multi_step(at=[5, 3], epochs=9)", "at"),
        ("multi_step(at=[9], epochs=9)", "beyond the training"),
        ("multi_step(at=[3], factor=2, epochs=9)", "factor"),
        ("warm_restarts(cycles=0)", "cycles"),
        ("warm_restarts(growth=0)", "growth"),
        ("warm_restarts(final=2)", "final"),
        ("warmup(share=0)", "share"),
        ("warmup(start=2)", "start"),
        ("plateau(factor=1)", "factor"),
        ("plateau(patience=-1)", "patience"),
        ("plateau(minimum=2)", "minimum"),
    ],
)
def test_options_out_of_range_are_refused_with_a_reason(part: str, message: str) -> None:
    with pytest.raises(RecipeError, match=message):
        catalog.build("schedules", parse(part))
