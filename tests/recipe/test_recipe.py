"""A recipe is whole and right, or it is not made."""

import pytest

from linnaeus.errors import RecipeError, UnknownName
from linnaeus.recipe.recipe import NO_AUGMENTATION, Recipe
from linnaeus.recipe.spec import Spec, parse

LEAST = {
    "data": Spec("digits"),
    "image_size": 8,
    "channels": 1,
    "model": Spec("linear"),
    "optimizer": Spec("adam"),
    "epochs": 2,
}


def test_the_least_that_must_be_said():
    recipe = Recipe(**LEAST)
    assert recipe.augment == NO_AUGMENTATION
    assert recipe.known() == {"image_size": 8, "epochs": 2}
    with pytest.raises(AttributeError):
        recipe.epochs = 3


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"epochs": 0}, "epochs = 0 must be at least 1"),
        ({"epochs": "many"}, "epochs = 'many' must be a whole number"),
        ({"epochs": True}, "epochs = True must be a whole number"),
        ({"epochs": 3.0}, "epochs = 3.0 must be a whole number"),
        ({"image_size": 0}, "image_size = 0 must be from 1 to"),
        ({"channels": 2}, "channels = 2 must be 1 .grey., 3"),
        ({"resize": "squeeze"}, "resize = 'squeeze' must be one of 'crop', 'stretch', 'pad'"),
        ({"val": 1.0}, "val = 1.0 must be from 0 up to"),
        ({"val": -0.1}, "val = -0.1 must be"),
        ({"val": 0.5, "test": 0.5}, "leaves nothing to train on"),
        ({"val": 0.0, "choose": "best"}, "no choosing"),
        ({"batch_size": 0}, "batch_size = 0 must be from 1 to"),
        ({"budget": -1.0}, "budget = -1.0 must be at least 0"),
        ({"budget": float("inf")}, "budget = inf must be a number"),
        ({"clip_norm": float("nan")}, "clip_norm = nan must be a number"),
        ({"ema": 1.0}, "ema = 1.0 must be from 0"),
        ({"threads": -1}, "threads = -1 must be at least 0"),
        ({"seed": -1}, "seed = -1 must be at least 0"),
        ({"strict": 1}, "strict = 1 must be true or false"),
        ({"device": 3}, "device = 3 must be a text"),
        ({"precision": "fp16"}, "precision = 'fp16' must be one of 'auto', 'fp32', 'bf16'"),
        ({"model": "linear"}, "model = 'linear' must be a part"),
        ({"model": Spec("linnear")}, "no model 'linnear'; did you mean linear"),
        ({"optimizer": parse("adam(rate=1)")}, "no option of adam 'rate'"),
        ({"augment": parse("none | flip")}, "no augmentation 'none'"),
        ({"data": parse("digits + digitz")}, "no data set 'digitz'"),
        ({"data": parse("digits(limit=3) + folder")}, "folder needs"),
    ],
)
def test_what_is_refused(change, message):
    with pytest.raises((RecipeError, UnknownName), match=message):
        Recipe(**{**LEAST, **change})


def test_val_0_keeps_the_last_weights():
    assert Recipe(**LEAST, val=0.0).choose == "last"
