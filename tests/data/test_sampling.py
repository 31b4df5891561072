"""How often an epoch shows the images of a class."""

from dataclasses import replace

import numpy as np
import pytest

from linnaeus.data import sampling
from linnaeus.data.dataset import Dataset
from linnaeus.data.loader import epoch_orders
from linnaeus.errors import RecipeError, UnknownName
from linnaeus.recipe.class_factors import factors
from linnaeus.recipe.recipe import Recipe
from linnaeus.recipe.spec import Spec

COUNTS = {"cat": 70, "dog": 20, "eel": 5}
RECIPE = Recipe(
    data=Spec("digits"), image_size=8, channels=1, model=Spec("linear"), optimizer=Spec("sgd"), epochs=1, batch_size=16
)


@pytest.fixture
def train() -> Dataset:
    labels = np.random.default_rng(0).permutation(np.repeat(np.arange(3), list(COUNTS.values())))
    store = np.zeros((len(labels), 1, 1, 1), np.uint8)
    names = tuple(map(str, range(len(labels))))
    return Dataset(store=store, rows_N=np.arange(len(labels)), labels_N=labels, names=names, classes=tuple(COUNTS))


def epoch(train: Dataset, how: str, number: int = 1, **changes) -> np.ndarray:
    return np.concatenate(sampling.orders(train, replace(RECIPE, sampling=how, **changes), number))


def shown(train: Dataset, how: str, number: int = 1) -> list[int]:
    return np.bincount(train.labels_N[epoch(train, how, number)], minlength=3).tolist()


def test_natural_is_every_image_once_in_the_order_that_it_always_was(train: Dataset) -> None:
    found = sampling.orders(train, RECIPE, 3)
    assert all(map(np.array_equal, found, epoch_orders(95, 16, seed=0, epoch=3)))
    assert sorted(epoch(train, "natural")) == list(range(95))


def test_balanced_is_as_many_images_each_class_alike(train: Dataset) -> None:
    assert sum(shown(train, "balanced")) == 95
    assert all(31 <= count <= 32 for number in range(1, 20) for count in shown(train, "balanced", number))
    mean = np.mean([shown(train, "balanced", number) for number in range(1, 301)], axis=0)
    assert mean == pytest.approx([95 / 3] * 3, abs=0.1)


def test_root_is_by_the_square_root_of_the_number(train: Dataset) -> None:
    roots = np.sqrt([70, 20, 5])
    mean = np.mean([shown(train, "root", number) for number in range(1, 301)], axis=0)
    assert mean == pytest.approx(95 * roots / roots.sum(), abs=0.1)
    assert sampling.shares(train.take(np.flatnonzero(train.labels_N < 2)), "root")[2] == 0


def test_factors_multiply_what_is_natural(train: Dataset) -> None:
    wanted = np.array([70, 20 * 3, 5 * 0.5]) * 95 / (70 + 60 + 2.5)
    mean = np.mean([shown(train, "dog=3, eel=0.5", number) for number in range(1, 301)], axis=0)
    assert mean == pytest.approx(wanted, abs=0.1)
    assert sampling.shares(train, "dog=1") == pytest.approx(np.array([70, 20, 5]) / 95)


def test_no_image_comes_a_second_time_before_the_others_have_come(train: Dataset) -> None:
    times = np.bincount(epoch(train, "balanced"), minlength=95)
    for label, (least, most) in enumerate([(0, 1), (1, 2), (6, 7)]):  # 32 of 70, of 20, of 5
        assert set(times[train.labels_N == label]) <= {least, most}
    seen = np.unique(np.concatenate([epoch(train, "balanced", number) for number in range(1, 31)]))
    assert len(seen) == 95, "over the epochs, every image has its turn"


@pytest.mark.parametrize("how", ["balanced", "root", "cat=0.1"])
def test_the_order_depends_on_seed_and_epoch_alone(train: Dataset, how: str) -> None:
    first = epoch(train, how)
    assert np.array_equal(first, epoch(train, how))
    assert not np.array_equal(first, epoch(train, how, 2))
    assert not np.array_equal(first, epoch(train, how, seed=1))
    assert not np.array_equal(np.sort(train.labels_N[first]), train.labels_N[first]), "classes are mixed"


@pytest.mark.parametrize("how", ["natural", "balanced"])
def test_a_step_holds_the_images_of_all_its_batches(train: Dataset, how: str) -> None:
    sizes = [len(step) for step in sampling.orders(train, replace(RECIPE, sampling=how, accumulate=3), 1)]
    assert sizes == [48, 47]


@pytest.mark.parametrize(
    "text", ["", "balance", "cat", "cat=", "cat=0", "cat=-1", "cat=inf", "cat=nan", "=2", "cat=1, cat=2"]
)
def test_what_is_no_sampling(text: str) -> None:
    with pytest.raises(RecipeError, match="natural"):
        replace(RECIPE, sampling=text)


def test_factors_are_read_from_the_last_sign_on() -> None:
    assert factors("a=b=2, c d = 0.5") == {"a=b": 2.0, "c d": 0.5}


def test_a_class_that_is_not_there_is_said(train: Dataset) -> None:
    with pytest.raises(UnknownName, match="no class to sample 'cats'; did you mean cat"):
        sampling.orders(train, replace(RECIPE, sampling="cats=2"), 1)


@pytest.mark.parametrize("how", ["natural", "balanced"])
def test_a_part_of_an_epoch_is_its_beginning_and_so_other_images_each_time(train: Dataset, how: str) -> None:
    parts = [epoch(train, how, number, epoch_share=0.5) for number in (1, 2)]
    for number, part in enumerate(parts, 1):
        assert 45 <= len(part) <= 48
        assert np.array_equal(part, epoch(train, how, number)[: len(part)])
    assert set(parts[0]) != set(parts[1])
    assert len(sampling.orders(train, replace(RECIPE, sampling=how, epoch_share=1e-6), 1)) == 1
