"""What was forgotten and what was won: counts by hand, words that say no more than the counts, and the networks themselves."""

import json

import numpy as np
import pytest
import torch
from torch import nn

from linnaeus.classifier.card import Preprocessing
from linnaeus.classifier.classifier import Classifier
from linnaeus.data.dataset import Dataset
from linnaeus.errors import DataError, RunError
from linnaeus.evaluation.forgetting import forgetting, measure
from linnaeus.evaluation.predictions import predictions
from linnaeus.recipe.recipe import Recipe
from linnaeus.recipe.spec import Spec
from linnaeus.record import codec
from linnaeus.record.comparison import Forgetting
from linnaeus.record.scores import ConfusedPair
from tests.reporting import said

CLASSES = ("cat", "dog", "frog", "lizard")  # the last is new
OLD = ("frog", "cat", "dog")  # in an order of its own


def sure(answers, classes):
    return np.eye(len(classes), dtype=np.float32)[[classes.index(name) for name in answers]]


def made(images, split="val"):
    """`images`: (label, answer before, answer after), each so many times."""
    rows = [row for *row, times in images for _ in range(times)]
    labels_N = np.array([CLASSES.index(label) for label, _, _ in rows])
    before, after = sure([row[1] for row in rows], OLD), sure([row[2] for row in rows], CLASSES)
    return forgetting(labels_N, CLASSES, after, before, OLD, split=split)


FORGOT = made(
    [
        ("cat", "cat", "cat", 95),
        ("cat", "dog", "dog", 5),
        ("dog", "dog", "dog", 90),
        ("dog", "dog", "lizard", 10),
        ("frog", "frog", "frog", 80),
        ("frog", "frog", "lizard", 16),
        ("frog", "cat", "frog", 4),
        ("lizard", "cat", "lizard", 55),
        ("lizard", "frog", "frog", 40),
        ("lizard", "cat", "cat", 5),
    ]
)


def test_groups_and_classes():
    old, new = FORGOT.groups
    assert (FORGOT.old, FORGOT.new) == (("cat", "dog", "frog"), ("lizard",))
    assert (old.n, old.before.value, old.after.value) == (300, 291 / 300, 269 / 300)
    assert (new.n, new.before, new.after.value) == (100, None, 0.55)
    assert (FORGOT.paired.only_first, FORGOT.paired.only_second, FORGOT.paired.n) == (26, 4, 300)
    assert [(row.name, row.is_new, row.n) for row in FORGOT.classes] == [
        ("cat", False, 100),
        ("dog", False, 100),
        ("frog", False, 100),
        ("lizard", True, 100),
    ]
    assert [row.before.value if row.before else None for row in FORGOT.classes] == [0.95, 1.0, 0.96, None]
    assert [row.after.value for row in FORGOT.classes] == [0.95, 0.9, 0.84, 0.55]


def test_who_is_confused_with_whom():
    assert (FORGOT.new_as_old.count, FORGOT.new_as_old.of) == (45, 100)
    assert FORGOT.new_as_old.pairs == (
        ConfusedPair(name="lizard", confused_with="frog", count=40, support=100),
        ConfusedPair(name="lizard", confused_with="cat", count=5, support=100),
    )
    assert (FORGOT.old_as_new.count, FORGOT.old_as_new.of) == (26, 300)
    assert [(pair.name, pair.count) for pair in FORGOT.old_as_new.pairs] == [("frog", 16), ("dog", 10)]


def test_the_verdict_of_a_loss():
    assert said.told(FORGOT) == (
        "Old classes: 89.7 % correct now, 97.0 % before: 7.3 points lost (95 % interval 4.1–11.2). "
        "New classes: 55.0 % (45.2–64.4, n 100) correct."
    )


def test_no_forgetting_is_said_only_as_what_cannot_be_told():
    found = made(
        [
            ("cat", "cat", "cat", 99),
            ("cat", "cat", "lizard", 1),
            ("dog", "dog", "dog", 100),
            ("lizard", "cat", "lizard", 50),
        ]
    )
    told = said.told(found)
    assert "no change is established with 200 images" in told and "lost" not in told and "gained" not in told
    assert "New classes: 100.0 % (92.9–100.0, n 50) correct." in told
    won = made([("cat", "dog", "cat", 30), ("cat", "cat", "cat", 70), ("lizard", "cat", "lizard", 5)])
    assert "30.0 points gained (95 % interval 2" in said.told(won)


def test_splits_without_images_of_one_group():
    only_new = made([("lizard", "cat", "lizard", 10)])
    assert only_new.paired is None
    assert said.told(only_new).startswith(
        "There are no images of the old classes here, so forgetting cannot be measured."
    )
    only_old = made([("cat", "cat", "cat", 10)])
    assert "New classes" not in said.told(only_old)
    assert only_old.groups[1].n == 0


def test_there_and_back():
    for found in (FORGOT, made([("lizard", "cat", "lizard", 10)])):
        assert codec.from_plain(Forgetting, json.loads(json.dumps(codec.to_plain(found)))) == found
    with pytest.raises(RunError):
        codec.from_plain(Forgetting, {})


class Brightest(nn.Module):
    """Answers with the channel that is brightest; of four classes the last is darkness."""

    def __init__(self, order, dark):
        super().__init__()
        self.order, self.dark = order, dark

    def forward(self, inputs_BCHW):
        means_BC = inputs_BCHW.mean((2, 3))[:, self.order]
        return torch.cat([means_BC, torch.full_like(means_BC[:, :1], 0.1)], 1) if self.dark else means_BC


@pytest.mark.parametrize("size", [8, 4])
def test_the_old_network_is_asked_about_its_own_classes(size):
    """Red, green and blue squares, and dark ones, of which the old network, with its classes in another order, knows nothing."""
    preprocessing = Preprocessing(size=size, channels=3, resize="crop", mean=(0.0,) * 3, std=(1.0,) * 3)
    classes = ("red", "green", "blue", "dark")
    store = np.zeros((40, 8, 8, 3), np.uint8)
    labels_N = np.arange(40) % 4
    for row, label in enumerate(labels_N):
        store[row, ..., min(label, 2)] = 200 if label < 3 else 5
    dataset = Dataset(
        store=store,
        rows_N=np.arange(40),
        labels_N=labels_N,
        names=tuple(map(str, range(40))),
        classes=classes,
    )
    old = Classifier(
        module=Brightest([2, 0, 1], False),
        classes=("blue", "red", "green"),
        preprocessing=preprocessing,
        model=Spec("linear"),
    )
    whole = Preprocessing(size=8, channels=3, resize="crop", mean=(0.0,) * 3, std=(1.0,) * 3)
    new = Classifier(module=Brightest([0, 1, 2], True), classes=classes, preprocessing=whole, model=Spec("linear"))
    recipe = Recipe(
        data=Spec("digits"), image_size=8, channels=3, model=Spec("linear"), optimizer=Spec("sgd"), epochs=1
    )
    after = predictions(new, dataset, recipe)
    found = measure(old, after, dataset, recipe, split="val")
    assert [group.after.value for group in found.groups] == [1.0, 1.0]
    assert found.groups[0].before.value == 1.0 and found.groups[0].n == 30
    with pytest.raises(DataError, match="evaluate it anew"):
        measure(old, after, dataset.take(np.arange(5)), recipe, split="val")
