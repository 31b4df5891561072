"""Every recipe of recipes/ can be read, names parts that exist, builds its network, and says what was measured with it."""

import re
from pathlib import Path

import pytest
import torch

from linnaeus.classifier.classifier import build_module
from linnaeus.recipe import catalog, read
from linnaeus.recipe.advise import Facts, advise
from linnaeus.recipe.recipe import NO_AUGMENTATION, SHELF_OF, Recipe
from linnaeus.recipe.spec import parse
from linnaeus.training.step import parameter_groups

FOLDER = Path(__file__).parent.parent / "recipes"
RECIPES = sorted(FOLDER.glob("*.toml"))

# What the data are that a recipe's name begins with.
FACTS = {
    "digits": Facts(images=1_797, classes=10, side=8, channels=1, mirror=False),
    "mnist": Facts(images=60_000, classes=10, side=28, channels=1, mirror=False),
    "fashion_mnist": Facts(images=60_000, classes=10, side=28, channels=1, mirror=True),
    "cifar10": Facts(images=50_000, classes=10, side=32, channels=3, mirror=True),
    "cifar100": Facts(images=50_000, classes=100, side=32, channels=3, mirror=True),
}
OTHER = Facts(images=3_000, classes=10, side=224, channels=3, mirror=None)

every_recipe = pytest.mark.parametrize("path", RECIPES, ids=lambda path: path.stem)


def facts_of(path: Path) -> Facts:
    return FACTS.get(path.stem.partition("-")[0], OTHER)


def complete(path: Path) -> Recipe:
    """The recipe as a training would have it: over what is advised for such data."""
    fields = read.read(path)
    return Recipe(**{"data": parse("digits")} | advise(facts_of(path), fields.get("image_size")) | fields)


def test_there_are_recipes() -> None:
    assert RECIPES


@every_recipe
def test_it_reads_and_names_parts_that_exist(path: Path) -> None:
    recipe = complete(path)
    for field, shelf in SHELF_OF.items():
        spec = getattr(recipe, field)
        if spec != NO_AUGMENTATION:
            catalog.check(shelf, spec, recipe.known())


@every_recipe
def test_its_network_takes_its_images_and_its_optimizer_the_network(path: Path) -> None:
    recipe, facts = complete(path), facts_of(path)
    module = build_module(recipe.model, recipe.channels, facts.classes, recipe.image_size).eval()
    with torch.inference_mode():
        logits_BK = module(torch.zeros(2, recipe.channels, recipe.image_size, recipe.image_size))
    assert logits_BK.shape == (2, facts.classes)
    catalog.build("optimizers", recipe.optimizer, parameter_groups(module))
    catalog.build("losses", recipe.loss)
    catalog.build("schedules", recipe.schedule, known=recipe.known())


@every_recipe
def test_its_header_says_how_it_was_measured(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    header = text[: re.search(r"^[^#\n]", text, re.MULTILINE).start()]
    assert "Measured" in header
    assert f"--recipe recipes/{path.name}" in header, "no command that repeats it"


def test_the_table_has_a_row_for_each_recipe() -> None:
    table = (FOLDER / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| \[([\w-]+)\]\(([\w-]+\.toml)\) \|", table, re.MULTILINE)
    assert sorted(f"{name}.toml" for name, _ in rows) == [path.name for path in RECIPES]
    assert all(file == f"{name}.toml" for name, file in rows)
