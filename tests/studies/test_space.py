"""A study's factors: lists, ranges and variants, and what is refused."""

import math
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linnaeus.errors import UsageError
from linnaeus.studies.space import Factor, parse


def test_a_grid_is_the_product_of_lists_and_points():
    space = parse({"batch_size": [32, 64], "optimizer": {"lr": "log(1e-4, 1e-1, points=4)"}}, ())
    assert [factor.name for factor in space.factors] == ["batch_size", "optimizer.lr"]
    assert len(space.grid()) == 8
    assert [point["optimizer.lr"] for point in space.grid()[:4]] == [0.0001, 0.001, 0.01, 0.1]


def test_whole_parts_change_before_their_options():
    space = parse({"optimizer.lr": [0.1, 0.2], "optimizer": ["sgd", "sgd(momentum=0.9)"]}, ())
    assert space.changes({"optimizer.lr": 0.1, "optimizer": "sgd"}) == ["optimizer=sgd", "optimizer.lr=0.1"]


def test_variants_set_several_fields_at_once():
    rows = [
        {"name": "A", "optimizer": "adam(lr=0.001)", "model": "lenet(activation='elu')"},
        {"name": "B", "optimizer": {"lr": 0.1}, "model": "lenet"},
    ]
    space = parse({"batch_size": [32, 64]}, rows)
    assert [point["variant"] for point in space.grid()] == ["A", "A", "B", "B"]
    assert space.changes({"variant": "B", "batch_size": 64}) == ["model=lenet", "batch_size=64", "optimizer.lr=0.1"]


@given(st.sampled_from(["log", "uniform", "int"]), st.integers(1, 50), st.integers(1, 1000), st.floats(0, 1))
def test_a_range_gives_values_within_it(kind, low, width, share):
    factor = Factor(name="batch_size", kind=kind, low=float(low), high=float(low + width))
    value = factor.at(share)
    assert low <= value <= low + width
    assert isinstance(value, int) == (kind == "int")


def test_draws_depend_on_the_seed_alone_and_cover_the_range():
    space = parse({"optimizer.lr": "log(1e-4, 1e-1)", "model.width": "int(2, 4)", "batch_size": [32, 64]}, ())
    draws = space.drawn(3, 300)
    assert draws == space.drawn(3, 301)[:300]  # more trials are no other study
    assert draws[0] != space.drawn(4, 1)[0]
    assert {draw["model.width"] for draw in draws} == {2, 3, 4}
    assert {draw["batch_size"] for draw in draws} == {32, 64}
    logs = sorted(math.log10(draw["optimizer.lr"]) for draw in draws)
    assert -4 <= logs[0] < -3.9
    assert abs(logs[150] + 2.5) < 0.3  # half of the draws lie below the middle of the logarithm


@given(st.lists(st.integers(1, 5), min_size=1, max_size=5), st.integers(1, 200), st.integers(0, 9))
def test_no_point_is_drawn_twice_and_all_come_in_the_end(sizes, count, seed):
    fields = ("batch_size", "epochs", "model.width", "model.depth", "accumulate")
    space = parse({name: list(range(1, size + 1)) for name, size in zip(fields, sizes, strict=False)}, ())
    draws = [tuple(point.values()) for point in space.drawn(seed, count)]
    assert len(set(draws)) == len(draws) == min(count, math.prod(sizes))


def test_levels_come_about_equally_often_even_in_few_draws():
    space = parse({"batch_size": [1, 2], "epochs": [1, 2, 3], "accumulate": [1, 2, 3, 4]}, ())
    for seed in range(20):
        draws = space.drawn(seed, 12)
        for factor in space.factors:
            times = Counter(point[factor.name] for point in draws)
            wanted = 12 / len(factor.levels)
            assert all(abs(times[level] - wanted) <= 2 for level in factor.levels), (seed, times)


@pytest.mark.parametrize(
    ("factors", "variants", "words"),
    [
        ({"modle": ["lenet"]}, (), "modle.*did you mean model"),
        ({"model": ["lenett"]}, (), "factors.model.*lenett.*did you mean lenet"),
        ({"model": ["lenet(activatoin='elu')"]}, (), "activatoin.*did you mean activation"),
        ({"optimizer.lr": "log(0, 0.1)"}, (), "log range must begin above zero"),
        ({"optimizer.lr": "log(-1, 0.1)"}, (), "log range must begin above zero"),
        ({"optimizer.lr": []}, (), "empty list"),
        ({"optimizer.lr": "log(0.1, 0.1)"}, (), "low end must be below"),
        ({"optimizer.lr": "log(0.1)"}, (), "two ends"),
        ({"optimizer.lr": "log(1, 2, point=3)"}, (), "did you mean points"),
        ({"optimizer.lr": "log(1, 2, points=1)"}, (), "points must be"),
        ({"model.width": "int(1.5, 3)"}, (), "whole numbers"),
        ({"optimizer.lr": "sgd"}, (), "is one value"),
        ({"optimizer.lr": 0.1}, (), "write a list"),
        ({"optimizer.lr": "log(1,"}, (), "cannot read"),
        ({"optimizer.lr": [0.1, 0.1]}, (), "names a value twice"),
        ({"optimizer.lr": [[0.1]]}, (), "is no value"),
        ({"seed": [1, 2]}, (), "repeats"),
        ({"val": [0.1, 0.2]}, (), "same validation images"),
        ({"data.limit": [10, 20]}, (), "whole data sets"),
        ({}, (), "needs something that differs"),
        ({}, [{"name": "A", "model": "lenet"}, {"name": "A", "model": "mlp"}], "given twice"),
        ({}, [{"name": "A", "modell": "lenet"}], "row A.*did you mean model"),
        ({"model": ["lenet", "mlp"]}, [{"name": "A", "model": "lenet"}], "take one of them"),
    ],
)
def test_what_is_no_factor_is_refused_with_a_reason(factors, variants, words):
    with pytest.raises(UsageError, match=words):
        parse(factors, variants)


def test_a_grid_of_a_range_without_points_says_how():
    with pytest.raises(UsageError, match=r'points=4\)", or choose sampler'):
        parse({"optimizer.lr": "log(1e-4, 1e-1)"}, ()).grid()
    with pytest.raises(UsageError, match="at most 100,000"):
        parse({"optimizer.lr": "uniform(0, 1, points=1000)", "ema": "uniform(0, 0.9, points=1000)"}, ()).grid()
