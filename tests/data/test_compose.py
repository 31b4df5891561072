"""What is chosen for data about which nothing is said: photographs begin at a pretrained backbone, all else from nothing."""

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from linnaeus.data.compose import compose
from linnaeus.recipe.advise import PHOTOGRAPH, Facts, advise
from linnaeus.recipe.spec import parse


def folder(root, side, mode="RGB"):
    draws = np.random.default_rng(0)
    for name in ("ants", "bees"):
        (root / name).mkdir(parents=True)
        for number in range(6):
            shape = (side, side + 20, 3)[: 3 if mode == "RGB" else 2]
            pixels = draws.integers(0, 256, shape, np.uint8)
            Image.fromarray(pixels).save(root / name / f"{number}.png")
    return str(root)


def of_weights(name):
    return {"model": parse("linear"), "image_size": 224, "channels": 3, "resize": "crop"} if name == "imagenet" else {}


def test_photographs_begin_at_a_backbone_whose_head_is_fitted(tmp_path):
    recipe, _ = compose(folder(tmp_path, PHOTOGRAPH + 1), None, None, (), of_weights)
    assert (recipe.weights, recipe.image_size, recipe.train) == ("imagenet", 224, "best(head, last(2), all)")
    assert (recipe.budget, recipe.val) == (300.0, 0.0), "of twelve images none is held out"
    assert (str(recipe.head), str(recipe.augment), recipe.model) == ("logistic", "none", parse("linear"))


@pytest.mark.parametrize("changes", [["weights=none"], ["model=convnet"], ["image_size=64"], ["channels=1"]])
def test_whoever_asks_for_a_network_from_nothing_gets_one(tmp_path, changes):
    recipe, _ = compose(folder(tmp_path, 150), None, None, changes, of_weights)
    assert (recipe.weights, recipe.train) == ("", "all")


@pytest.mark.parametrize(("side", "mode"), [(PHOTOGRAPH, "RGB"), (150, "L")])
def test_small_and_grey_images_begin_from_nothing(tmp_path, side, mode):
    recipe, _ = compose(folder(tmp_path, side, mode), None, None, (), of_weights)
    assert (recipe.weights, recipe.train) == ("", "all")


def test_what_is_said_of_training_stands(tmp_path):
    recipe, _ = compose(folder(tmp_path, 150), None, None, ["train=head-then-all", "image_size=160"], of_weights)
    assert (recipe.weights, recipe.image_size, recipe.train) == ("imagenet", 160, "head-then-all")
    assert (str(recipe.head), str(recipe.optimizer)) == ("logistic", "adamw(lr=0.0005, weight_decay=0.05)")


@pytest.mark.parametrize("weights", ["imagenet-lite2", "runs/old", "weights.pt", "timm:resnet18.a1_in1k"])
def test_whatever_is_begun_at_is_fine_tuned(tmp_path, weights):
    recipe, _ = compose(folder(tmp_path, 40), None, None, [f"weights={weights}"], of_weights)
    assert (recipe.weights, recipe.train, str(recipe.head)) == (weights, "best(head, last(2), all)", "logistic")


def test_a_network_of_its_size_from_nothing_is_trained_from_nothing(tmp_path):
    """As `transfer` asks for the way from scratch."""
    wanted = ["model=linear", "image_size=224", "channels=3"]
    recipe, _ = compose(folder(tmp_path, 150), None, None, wanted, of_weights)
    assert (recipe.weights, recipe.train, str(recipe.head)) == ("", "all", "linear")


def test_a_recipe_that_names_an_optimizer_trains_its_head_with_it(tmp_path):
    """SAM over SGD for the head of the laboratory's three classes, and not a fit to features that knows of neither."""
    recipe, _ = compose(
        folder(tmp_path, 40), None, {"weights": "imagenet", "train": "head", "optimizer": parse("sam")}, (), of_weights
    )
    assert (str(recipe.head), str(recipe.optimizer)) == ("linear", "sam")


def test_few_images_with_nothing_said_get_a_narrow_network_and_muon(tmp_path):
    recipe, _ = compose(folder(tmp_path, 40), None, None, ["weights=none"], of_weights)
    assert (str(recipe.model), str(recipe.optimizer)) == ("convnet(width=16, stages=4)", "muon(lr=0.05)")
    assert recipe.epochs == 60


@pytest.mark.parametrize("said", ["model=linear", "model=convnet", "weights=imagenet", "image_size=16"])
def test_muon_is_not_advised_for_a_network_of_another_choice(tmp_path, said):
    recipe, _ = compose(folder(tmp_path, 40), None, None, [said], of_weights)
    assert recipe.optimizer.name == "adamw"


def test_many_images_keep_the_wider_network():
    facts = Facts(images=5_000, classes=6, side=40, channels=3, mirror=None)
    assert str(advise(facts, free=True)["model"]) == "convnet"
    assert str(advise(replace(facts, images=4_999), free=True)["model"]) == "convnet(width=16, stages=4)"
