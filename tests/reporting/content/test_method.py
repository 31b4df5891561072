"""Network, recipe, machine and how to repeat it: sentences in the field's words, defaults folded, no paths of the machine."""

import re
from dataclasses import replace

import pytest

from linnaeus.recipe.recipe import Recipe
from linnaeus.record.facts import Environment, ModelFacts, Times
from linnaeus.record.sharing import file_word, run_word, shared
from linnaeus.reporting.blocks import Code, Facts, Folded, Table
from linnaeus.reporting.content import machine, network, recipe, repeat
from linnaeus.reporting.subject import read
from linnaeus.reporting.words import languages, words
from tests.reporting import said, synthetic

EN = words("en")


def run(tmp_path, name="digits-1", **changes):
    recipe_ = changes.pop("recipe", {})
    folder = synthetic.run(tmp_path / "runs", name=name, **changes)
    if not recipe_:
        return read(folder)
    return read(
        synthetic.run(tmp_path / "runs", name=name, recipe={**read(folder).record.recipe, **recipe_}, **changes)
    )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("folder('/home/ann/photos')", "folder('photos')"),
        ("folder('/home/ann/my photos/')", "folder('my photos')"),
        ("/home/ann/photos", "photos"),
        ("~/photos and C:\\Users\\ann\\signs", "photos and signs"),
        ("./photos", "./photos"),
        (
            "runs/one/recipe.toml, 17/19, https://arxiv.org/abs/1",
            "runs/one/recipe.toml, 17/19, https://arxiv.org/abs/1",
        ),
        ("resnet(depth=32, stem='small')", "resnet(depth=32, stem='small')"),
        (r"'group=(.*/\d\d\d\d\d)_\d+$|(.*)'", r"'group=(.*/\d\d\d\d\d)_\d+$|(.*)'"),
        (r"group=([^/]*/cat/\d+)_a", r"group=([^/]*/cat/\d+)_a"),
    ],
)
def test_no_absolute_path_is_passed_on(text, told):
    assert shared(text) == told


def test_a_run_is_called_by_its_name_or_a_relative_path(tmp_path):
    ours, other = synthetic.run(tmp_path / "runs"), synthetic.run(tmp_path / "labs of ann")
    assert run_word(ours.folder if hasattr(ours, "folder") else ours) == "digits-1"
    assert run_word(other) == "'labs of ann/digits-1'"
    assert file_word(ours, "recipe.toml") == "runs/digits-1/recipe.toml"


def test_layers_with_their_sums(tmp_path):
    found = run(tmp_path)
    section, model = network.section(found, EN), found.record.model
    layers = said.rows(said.find(section, Table), EN)
    assert [row[0] for row in layers] == [*(layer.name for layer in model.layers), "total"]
    assert layers[0] == ["features.0", "Conv2d", "6 × 8 × 8", "156", "9,984", "yes"]
    assert layers[1][3:] == ["", "", ""] and layers[3][5] == "frozen"
    assert layers[-1][3] == f"{model.parameters:,}" and layers[-1][4] == f"{model.macs:,}"
    text = said.of(section, EN)
    assert "1,018 weights, of which 1,006 are trained; 10,824 MACs. Its weights are initialized at random." in text


def test_a_network_that_was_described_before_or_never(tmp_path):
    first, second = run(tmp_path), run(tmp_path, "two", recipe={"weights": "/home/ann/own.pt"})
    text = said.of(network.section(second, EN, first), EN)
    assert "Its layers are those of run digits-1" in text and "starts from the weights own.pt" in text
    assert "features.0" not in text
    bare = run(tmp_path, "bare", model=ModelFacts(parameters=0, trainable=0, macs=0, layers=()))
    assert "cut off before it was measured" in said.of(network.section(bare, EN), EN)


def test_the_recipe_in_sentences_and_what_differs_from_the_defaults(tmp_path):
    section = recipe.section(run(tmp_path), EN)
    text = said.of(section, EN)
    assert "The loss is cross-entropy, minimized by AdamW (learning rate 0.003, weight decay 0.05)." in text
    assert "Training takes 40 epochs in batches of 64 images." in text
    assert "augmented at random, anew in each epoch: shifts (1), random erasing." in text
    assert "lowest validation loss; the validation score is therefore slightly optimistic" in text
    chosen = {row[0]: row[1] for row in said.rows(said.find(section, Table), EN)}
    assert chosen["model"] == "lenet(activation='tanh')" and chosen["epochs"] == "40" and chosen["choose"] == "best"
    assert "seed" not in chosen and "loss" not in chosen
    rest = {row[0]: row[1] for row in said.rows(said.find(section, Folded).blocks[0], EN)}
    assert rest["seed"] == "0" and rest["ema"] == "off" and rest["strict"] == "false"
    assert not chosen.keys() & rest.keys() - {"Data", "Training", "Machine"}


def test_of_a_second_run_only_what_differs_from_the_first(tmp_path):
    first, second = run(tmp_path), run(tmp_path, "two", recipe={"epochs": 7, "augment": "none"})
    text = said.of(recipe.section(second, EN, first), EN)
    assert "fields that differ from run digits-1" in text and "epochs | 7" in text and "augment | off" in text
    assert "not augmented" in text and "model |" not in text
    assert "The recipe is that of run digits-1." in said.of(recipe.section(run(tmp_path, "same"), EN, first), EN)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"weights": "x", "train": "head"}, "Only the head is trained; the backbone is frozen"),
        ({"weights": "x", "train": "head", "head": "logistic"}, "a classifier is fitted: logistic regression."),
        ({"weights": "x", "train": "last(2)"}, "The head and the last blocks are trained"),
        ({"choose": "last"}, "at the end of training; no epoch was chosen"),
    ],
)
def test_ways_of_training(tmp_path, changes, told):
    assert told in said.of(recipe.section(run(tmp_path, recipe=changes), EN), EN)


def test_every_field_has_its_room_and_unknown_ones_too():
    assert list(recipe.ROOMS) == list(Recipe.__dataclass_fields__)
    assert recipe.ROOMS["loading"] == "data" and recipe.ROOMS["model"] == "training"
    assert recipe.ROOMS["tta"] == "training" and recipe.ROOMS["track"] == "machine"
    assert recipe.rooms({"haunted": 1, "model": "x"}) == [("training", ["model"]), ("other", ["haunted"])]
    assert set(recipe.OFF) <= set(Recipe.__dataclass_fields__)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("sgd(lr=0.2, nesterov=True)", "stochastic gradient descent (SGD) (learning rate 0.2, Nesterov momentum)"),
        ("mine(alpha=2)", "mine (alpha = 2)"),
        ("crop(pad=4) | flip", "random crops (padding, pixels 4), horizontal flip"),
        ("not ) notation", "not ) notation"),
    ],
)  # fmt: skip
def test_parts_in_words(text, told):
    assert said.plain(recipe.in_words(text, EN)) == told


def test_what_was_timed_and_on_what(tmp_path):
    section = machine.section(run(tmp_path), EN)
    times, facts = (said.find(section, Facts, place) for place in (0, 1))
    assert [said.plain(text) for _, text in times.pairs] == ["5.13 s", "0.13 s", "9,801", "5.90 s"]
    known = {said.plain(name): said.plain(value) for name, value in facts.pairs}
    assert known["number format"] == "fp32" and known["compiled"] == "no" and known["memory, GiB"] == "15.6"
    assert "GPU" not in known and "processes" not in known and "NumPy" not in known
    newer = run(tmp_path, "new", time=Times(), environment=replace(synthetic.ENVIRONMENT, numpy="2.1", processes=2))
    text = said.of(machine.section(newer, EN), EN)
    assert "Nothing has been timed yet." in text and "NumPy: 2.1" in text and "processes: 2" in text


@pytest.mark.parametrize("language", languages())
def test_every_fact_of_the_machine_has_a_name(language):
    for name in Environment.__dataclass_fields__:
        assert words(language).has(f"machine-{name}")


def test_commands_and_fingerprints_without_paths(tmp_path):
    found = run(tmp_path, splits=("val", "test"), recipe={"data": "folder('/home/ann/photos')"})
    section = repeat.section(found, EN)
    lines = [block.text for block in section.blocks if isinstance(block, Code)]
    assert lines == [
        "linnaeus train --recipe runs/digits-1/recipe.toml --precision fp32 --threads 2 --set device=cpu --set compile=off",
        "linnaeus evaluate digits-1 --split val",
        "linnaeus evaluate digits-1 --split test",
        "linnaeus predict digits-1 FILE",
    ]
    text = said.of(section, EN)
    assert "9f2c41d07b6e5a38" in text and re.search(r"SHA-256 of the recipe: [0-9a-f]{64}", text)
    assert "data = \"folder('photos')\"" in text and "/home" not in text and str(tmp_path) not in text
    identity = repeat.identity(found, EN)
    assert identity.startswith("digits-1 · data 9f2c41d07b6e5a38 · recipe ") and "PyTorch 2.15.0" in identity


def test_a_run_that_stopped_is_resumed(tmp_path):
    lines = dict(repeat.commands(run(tmp_path, status="stopped", splits=())))
    assert list(lines) == ["train", "resume"] and lines["resume"] == "linnaeus resume digits-1"


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("of", [network, recipe, machine, repeat])
def test_every_language_says_it(tmp_path, of, language):
    found = run(tmp_path, recipe={"weights": "x"})
    text = said.of(of.section(found, words(language)), words(language))
    assert not re.search(r"\{ ?\$", text) and len(text) > 100
