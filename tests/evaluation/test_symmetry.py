"""What turning makes of classes: counted by hand, and measured on networks whose answers are known."""

from dataclasses import dataclass

import numpy as np
import pytest
import torch
from torch import Tensor

from linnaeus.classifier.card import Preprocessing
from linnaeus.data.dataset import Dataset
from linnaeus.evaluation.inspection import symmetry
from linnaeus.recipe.read import override
from linnaeus.recipe.recipe import Recipe
from linnaeus.recipe.spec import parse

CLASSES = ("left", "middle", "right")


def recipe(augment: str = "none") -> Recipe:
    fields = {"data": parse("digits"), "image_size": 9, "channels": 1, "model": parse("linear"), "epochs": 1}
    return Recipe(**override({**fields, "optimizer": parse("sgd"), "augment": parse(augment)}, ()))


def test_classes_that_exchange_their_places():
    labels_N = np.repeat([0, 1, 2], 30)
    plain_N = labels_N.copy()
    plain_N[0] = 1  # one mistake, which is not asked again
    turned_N = np.repeat([2, 1, 0], 30)
    turned_N[1] = 0
    found = symmetry.turned(labels_N, plain_N, turned_N, CLASSES, "mirror", None)
    assert (found.same.value, found.same.n) == (31 / 89, 89)
    there, back = found.moves
    assert (there.name, there.to, there.count, there.share.n, there.back) == ("left", "right", 28, 29, True)
    assert (back.name, back.to, back.count, back.back) == ("right", "left", 30, True)
    assert found.blurred == ()


def test_what_happens_to_half_of_a_class_is_no_move():
    labels_N = np.zeros(40, np.int64)
    turned_N = np.repeat([0, 1], 20)
    assert symmetry.turned(labels_N, labels_N, turned_N, CLASSES, "mirror", None).moves == ()
    one_way = symmetry.turned(labels_N, labels_N, np.ones(40, np.int64), CLASSES, "mirror", None).moves
    assert [(move.to, move.back) for move in one_way] == [("middle", False)]


def test_pairs_that_an_augmentation_has_blurred():
    labels_N = np.repeat([0, 1, 2], 40)
    plain_N = labels_N.copy()
    plain_N[:20], plain_N[80:100] = 2, 0  # left and right by the toss of a coin
    plain_N[40:45] = 0
    found = symmetry.turned(labels_N, plain_N, plain_N, CLASSES, "mirror", "flip")
    (pair,) = found.blurred
    assert (pair.name, pair.confused_with, pair.count, pair.share.n) == ("left", "right", 40, 80)
    assert symmetry.turned(labels_N, plain_N, plain_N, CLASSES, "mirror", None).blurred == ()
    plain_N = np.where(labels_N == 2, 0, labels_N)  # both called left
    assert len(symmetry.turned(labels_N, plain_N, plain_N, CLASSES, "mirror", "flip").blurred) == 1
    few = symmetry.turned(labels_N[::8], plain_N[::8], plain_N[::8], CLASSES, "mirror", "flip")
    assert few.blurred == ()


@pytest.mark.parametrize(
    ("augment", "kind", "part"),
    [
        ("none", "mirror", None),
        ("crop(pad=4) | flip", "mirror", "flip"),
        ("alternating_flip", "mirror", "alternating_flip"),
        ("flip", "upside_down", None),
        ("vertical_flip", "upside_down", "vertical_flip"),
        ("sometimes(0.5, [crop, flip])", "mirror", "sometimes(0.5, [crop, flip])"),
        ("sometimes(p=0.5, part=flip)", "mirror", "sometimes(p=0.5, part=flip)"),
        ('torchvision_v2("RandomHorizontalFlip")', "mirror", "torchvision_v2('RandomHorizontalFlip')"),
        ("rotate", "quarter_turn", None),
        ("rotate(90)", "quarter_turn", "rotate(90)"),
        ("rotate(90)", "half_turn", None),
        ("affine(degrees=180)", "half_turn", "affine(degrees=180)"),
    ],
)
def test_which_part_turns_images(augment, kind, part):
    assert symmetry.augmented_by(kind, parse(augment)) == part


@dataclass
class Bright:
    """Says in which third of the image it is brightest: what a mirror exchanges."""

    device = torch.device("cpu")
    preprocessing = Preprocessing(size=9, channels=1, resize="crop", mean=(0.0,), std=(1.0,))

    def logits(self, images_BCHW: Tensor) -> Tensor:
        return images_BCHW.float().sum(dim=(1, 2)).unflatten(1, (3, 3)).sum(2)


def test_measured():
    images = np.zeros((60, 9, 9, 1), np.uint8)
    labels_N = np.arange(60) % 3
    for image, label in zip(images, labels_N, strict=True):
        image[:, 3 * label + 1] = 200
    dataset = Dataset(
        store=images, rows_N=np.arange(60), labels_N=labels_N, names=tuple(map(str, range(60))), classes=CLASSES
    )
    mirror, upside_down, half_turn, quarter_turn = symmetry.measure(Bright(), dataset, labels_N, recipe("flip"))
    assert [(move.name, move.to, move.count, move.back) for move in mirror.moves] == [
        ("left", "right", 20, True),
        ("right", "left", 20, True),
    ]
    assert mirror.augmented_by == "flip"
    assert upside_down.same.value == 1
    assert half_turn.moves == mirror.moves
    assert quarter_turn.same.value == pytest.approx(1 / 3)  # a line from left to right is equally bright in all thirds
