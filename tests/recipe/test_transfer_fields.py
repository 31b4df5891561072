"""Fields of a recipe about weights that were trained before: what goes together, and what does not."""

import pytest

from linnaeus.errors import RecipeError, UnknownName
from linnaeus.recipe import stages
from linnaeus.recipe.advise import carried, extended
from linnaeus.recipe.normalise import OF_IMAGENET, normalisation
from linnaeus.recipe.read import read, to_toml
from linnaeus.recipe.recipe import LINEAR, Recipe
from linnaeus.recipe.spec import Spec, parse
from tests.recipe.test_recipe import LEAST

OF_A_RUN = {**LEAST, "weights": "runs/old"}
HEAD = {**OF_A_RUN, "train": "head"}


@pytest.mark.parametrize(
    "fields",
    [
        {"train": "head"},
        {"train": "head-then-all", "head": parse("logistic"), "views": 2, "ema": 0.9},
        {"train": "last(3)", "layer_decay": 0.5},
        {"train": "gradual", "swa": 0.5, "progressive": 0.5},
        {"train": "head", "head": parse("knn(k=3)"), "views": 4},
        {"train": "head", "ema": 0.9, "choose": "best"},
        {"train": "all", "backbone_lr_factor": 0.1, "distill": 1.0, "replay": 0, "adjust": 1.0},
        {"normalise": "0.5 0.4 0.3 / 0.2 0.2 0.1"},
    ],
)
def test_what_goes_together(fields, tmp_path):
    recipe = Recipe(**{**OF_A_RUN, **fields})
    (tmp_path / "recipe.toml").write_text(to_toml(recipe))
    assert Recipe(**read(tmp_path / "recipe.toml")) == recipe


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        # without weights
        ({"weights": "", "train": "head"}, 'train = "head" needs a trained network; name one with weights='),
        ({"weights": "", "train": "last(2)"}, r'train = "last\(2\)" needs a trained network'),
        ({"weights": "", "train": "gradual"}, 'train = "gradual" needs a trained network'),
        ({"weights": "", "backbone_lr_factor": 0.5}, "backbone_lr_factor = 0.5 needs a trained network"),
        ({"weights": "", "layer_decay": 0.5}, "layer_decay = 0.5 needs a trained network"),
        ({"weights": "", "distill": 1.0}, "distill = 1.0 needs a trained network"),
        ({"weights": "", "replay": 5}, "replay = 5 needs a trained network"),
        # for a frozen backbone
        ({"train": "all", "views": 2}, 'views = 2 is for a frozen backbone; set train = "head" or "head-then-all"'),
        ({"train": "last(1)", "head": parse("ridge")}, "head = ridge is for a frozen backbone"),
        ({"train": "gradual", "head": parse("knn(k=2)")}, r"head = knn\(k=2\) is for a frozen backbone"),
        # fitted in one stroke
        (
            {"train": "head", "head": parse("knn"), "ema": 0.9},
            'head = knn is fitted in one stroke: ema, swa and choose = "best"',
        ),
        ({"train": "head", "head": parse("ridge"), "swa": 0.5}, "head = ridge is fitted in one stroke"),
        ({"train": "head", "head": parse("logistic"), "choose": "best"}, "head = logistic is fitted in one stroke"),
        ({"train": "head", "progressive": 0.5}, 'progressive needs images, and train = "head" looks at each once'),
        # words and numbers
        ({"train": "heads"}, 'train = \'heads\' must be "all", "head"'),
        ({"train": ""}, "train = '' must be"),
        ({"train": "last"}, "train = 'last' must be"),
        ({"train": "last(0)"}, r"train = 'last\(0\)' must be .* with n blocks from 1 on"),
        ({"train": "last(-1)"}, "must be"),
        ({"train": "Head"}, "train = 'Head' must be"),
        ({"train": 1}, "train = 1 must be a text"),
        ({"normalise": "grey"}, 'normalise = \'grey\' must be "auto", "imagenet", or means / stds'),
        ({"normalise": "0.5"}, "normalise = '0.5' must be"),
        ({"normalise": "0.5 / 0"}, "normalise = '0.5 / 0' must be"),
        ({"normalise": "0.5 0.5 / 0.2"}, "must be"),
        ({"normalise": "0.5 / nan"}, "must be"),
        ({"normalise": "0.5 / 0.2 / 0.1"}, "must be"),
        ({"normalise": "/"}, "must be"),
        ({"rows": "old"}, "rows = 'old' must be one of 'keep', 'new'"),
        ({"views": -1}, "views = -1 must be at least 0"),
        ({"views": 1.5}, "views = 1.5 must be a whole number"),
        ({"backbone_lr_factor": 0.0}, "backbone_lr_factor = 0.0 must be above 0, and at most 1"),
        ({"backbone_lr_factor": 2.0}, "backbone_lr_factor = 2.0 must be above 0, and at most 1"),
        ({"layer_decay": 0.0}, "layer_decay = 0.0 must be above 0"),
        ({"share": 0.0}, "share = 0.0 must be above 0"),
        ({"share": 1.1}, "share = 1.1 must be above 0, and at most 1"),
        ({"replay": -2}, "replay = -2 must be at least 0, or -1 for all"),
        ({"adjust": -1.0}, "adjust = -1.0 must be at least 0"),
        ({"distill": -0.5}, "distill = -0.5 must be at least 0"),
        ({"weights": 3}, "weights = 3 must be a text"),
        ({"train": "head", "head": Spec("forest")}, "no head 'forest'"),
        ({"train": "head", "head": Spec("lin")}, "did you mean linear"),
        ({"train": "head", "head": parse("knn(neighbours=3)")}, "no option of knn 'neighbours'"),
        ({"train": "head", "head": "logistic"}, "head = 'logistic' must be a part"),
    ],
)
def test_what_does_not(fields, message):
    with pytest.raises((RecipeError, UnknownName), match=message) as caught:
        Recipe(**{**OF_A_RUN, **fields})
    assert len(str(caught.value).splitlines()) == 1


def test_a_network_that_timm_has_trained_needs_no_other_weights():
    model = parse('timm("resnet18", pretrained=True)')
    assert Recipe(**{**LEAST, "model": model, "train": "head"}).weights == ""


@pytest.mark.parametrize(
    ("text", "kind", "blocks"),
    [
        ("all", "all", 0),
        ("head", "head", 0),
        ("head-then-all", "head-then-all", 0),
        ("gradual", "gradual", 0),
        ("last(1)", "last", 1),
        ("last( 12 )", "last", 12),
    ],
)
def test_the_words_of_train(text, kind, blocks):
    found = stages.parse(text)
    assert (found.kind, found.blocks) == (kind, blocks)


def test_the_words_of_normalise():
    assert normalisation("auto") is None
    assert normalisation("imagenet") == OF_IMAGENET
    assert normalisation(" 0.5 / 0.25 ") == ((0.5,), (0.25,))
    assert normalisation("0.1, 0.2 0.3 / 1,2,3") == ((0.1, 0.2, 0.3), (1.0, 2.0, 3.0))


# What is advised


@pytest.mark.parametrize("mode", ["head", "all", "head-then-all"])
def test_each_way_is_a_whole_recipe(mode):
    recipe = Recipe(**{**OF_A_RUN, **carried(mode)})
    assert recipe.train == mode
    assert (recipe.head == LINEAR) == (mode == "all")


@pytest.mark.parametrize("named", ["optimizer", "loss", "schedule"])
def test_a_head_is_trained_by_steps_where_the_recipe_says_how(named):
    assert carried("head", {named})["head"] == LINEAR == carried("head", {named, "views"})["head"]
    assert (
        carried("head", {"views", "epochs"})["head"] == parse("logistic") == carried("head-then-all", {named})["head"]
    )


@pytest.mark.parametrize(
    "before",
    [
        {"train": "head", "head": parse("knn"), "views": 3},
        {"train": "head-then-all", "head": parse("ridge"), "ema": 0.9},
        {"progressive": 0.5, "swa": 0.5, "rows": "new"},
        {"choose": "best", "adjust": 0.5, "share": 0.5, "budget": 60.0},
    ],
)
@pytest.mark.parametrize("replay", [-1, 0, 5])
def test_every_recipe_can_be_extended(before, replay):
    made = Recipe(**extended({**OF_A_RUN, **before}, weights="runs/new", data=parse("digits + mnist"), replay=replay))
    assert (made.weights, made.replay, made.rows, made.head, made.views) == ("runs/new", replay, "keep", LINEAR, 0)
    assert made.seed == 1 and made.train == "all" and made.budget == 0
    assert made.adjust == (1.0 if replay == 0 else 0.5)
