"""The shelves: what stands on them, what a call means, and what is said when it means nothing."""

import sys
from pathlib import Path

import pytest

from linnaeus.errors import NotationError, RecipeError, UnknownName
from linnaeus.recipe import catalog
from linnaeus.recipe.spec import Spec, parse


@pytest.fixture
def mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file of one's own in the working folder."""
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "mine.py"
    file.write_text(
        '"""Mine, all mine.\n\nMore of it."""\n\n\n'
        "def net(first, second, /, width, depth=2, *, act='relu', sizes=[1, 2], rate=1 / 3):\n"
        '    """`width`: channels."""\n'
        "    if width < 0:\n"
        "        raise ValueError('width cannot be negative')\n"
        "    return (first, second, width, depth, act, sizes, rate)\n\n\n"
        "def deep(first, second, /, *, inner=None):\n"
        "    return inner(first, second) if callable(inner) else inner\n\n\n"
        "def broken(first, second, /):\n"
        "    def inside():\n"
        "        return len(3)\n\n"
        "    return inside()\n"
    )
    return file


def test_every_part_on_every_shelf_can_be_described():
    shelves = catalog.shelves()
    assert {"augmentations", "datasets", "losses", "metrics", "models", "optimizers", "schedules"} <= set(shelves)
    for shelf in shelves:
        for name in catalog.names(shelf):
            part = catalog.find(shelf, name)
            assert (part.shelf, part.name, part.function) == (shelf, name, "build")
            assert part.summary.endswith((".", ":", ")")), f"{shelf}/{name} has no sentence for its first line"


def test_no_augmentation_is_no_file():
    assert "none" not in catalog.names("augmentations")


def test_a_part_is_known_by_its_source(mine: Path):
    part = catalog.find("models", "mine.py:net")
    assert part.summary == "Mine, all mine."
    assert part.doc == "Mine, all mine.\n\nMore of it.\n\n`width`: channels."
    assert part.options == {
        "width": catalog.REQUIRED,
        "depth": 2,
        "act": "relu",
        "sizes": (1, 2),
        "rate": "1 / 3",
    }


def test_near_names_are_suggested():
    with pytest.raises(UnknownName, match="there is no model 'resnett'; did you mean resnet") as raised:
        catalog.find("models", "resnett")
    assert "resnet" in raised.value.near
    with pytest.raises(UnknownName, match="no data set 'digitz'; did you mean digits"):
        catalog.find("datasets", "digitz")
    with pytest.raises(UnknownName, match="no loss 'kross_entropy'"):
        catalog.find("losses", "kross_entropy")
    with pytest.raises(UnknownName, match="no shelf 'modells'; did you mean models"):
        catalog.find("modells", "resnet")
    with pytest.raises(UnknownName, match="no optimizer '__init__'"):
        catalog.find("optimizers", "__init__")
    with pytest.raises(UnknownName):
        catalog.find("models", "../optimizers/adam")


@pytest.mark.parametrize(
    ("call", "bound"),
    [
        ("mine.py:net(3)", {"width": 3}),
        ("mine.py:net(3, 4)", {"width": 3, "depth": 4}),
        ("mine.py:net(act='elu', width=3)", {"width": 3, "act": "elu"}),
    ],
)
def test_values_fill_options_in_order(mine: Path, call: str, bound: dict[str, object]):
    assert catalog.bind(catalog.find("models", "mine.py:net"), parse(call)) == bound


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ("mine.py:net", r"needs width, as in mine\.py:net\(width=…\)"),
        ("mine.py:net(1, 2, 3, 4, 5, 6)", r"takes at most 5 values \(width, depth, act, sizes, rate\)"),
        ("mine.py:net(1, width=2)", "width is given twice"),
        ("mine.py:net(width=1, width=2)", "width is given twice"),
        ("mine.py:net(widht=1)", r"no option of mine\.py:net 'widht'; did you mean width"),
        ("mine.py:nett(1)", "defines no function nett"),
        ("other.py:net(1)", r"cannot read other\.py: No such file"),
        ("mine.py:deep(1)", None),
        ("mine.py:deep(inner=[mine.py:net(1), mine.py:net(b=1)])", "no option of mine.py:net 'b'"),
    ],
)
def test_what_is_wrong_with_a_call(mine: Path, call: str, message: str | None):
    if message is None:
        catalog.check("models", parse(call))
    else:
        with pytest.raises((RecipeError, UnknownName), match=message):
            catalog.check("models", parse(call))


def test_a_text_without_quotes_is_explained(mine: Path):
    with pytest.raises(RecipeError, match=r"inner of mine\.py:deep: there is no model 'reptiles'.*write it in quotes"):
        catalog.check("models", parse("mine.py:deep(inner=reptiles)"))


def test_a_pipeline_is_checked_whole():
    catalog.check("augmentations", parse("crop(pad=4) | flip"))
    with pytest.raises(UnknownName, match="flipp"):
        catalog.check("augmentations", parse("crop(pad=4) | (flip | flipp)"))


def test_what_the_recipe_knows_fills_open_options(mine: Path):
    part = catalog.find("models", "mine.py:net")
    known = {"width": 8, "depth": 9, "height": 7}
    assert catalog.bind(part, Spec("mine.py:net"), known) == {"width": 8, "depth": 9}
    assert catalog.bind(part, parse("mine.py:net(1)"), known) == {"width": 1, "depth": 9}


def test_building(mine: Path):
    assert catalog.build("models", parse("mine.py:net(3, act='elu')"), "a", "b") == (
        "a",
        "b",
        3,
        2,
        "elu",
        [1, 2],
        1 / 3,
    )
    assert catalog.build("models", parse("./mine.py:net(3)"), "a", "b")[2] == 3
    assert catalog.build("optimizers", parse("sgd(lr=0.5)"), [_parameter()]).defaults["lr"] == 0.5


def test_a_nested_part_arrives_as_its_builder(mine: Path):
    assert catalog.build("models", parse("mine.py:deep(inner=mine.py:net(3))"), "a", "b")[:3] == ("a", "b", 3)
    assert catalog.build("models", parse("mine.py:deep(inner=3)"), "a", "b") == 3
    with pytest.raises(RecipeError, match="width cannot be negative"):
        catalog.build("models", parse("mine.py:deep(inner=mine.py:net(-1))"), "a", "b")


def test_complaints_of_a_builder_become_the_users_message(mine: Path):
    with pytest.raises(RecipeError, match=r"model mine\.py:net\(-1\): width cannot be negative"):
        catalog.build("models", parse("mine.py:net(-1)"), "a", "b")
    with pytest.raises(RecipeError, match=r"model mine\.py:net\('x'\): '<' not supported"):
        catalog.build("models", parse("mine.py:net('x')"), "a", "b")


def test_a_fault_deep_in_a_builder_is_no_users_mistake(mine: Path):
    with pytest.raises(TypeError, match="has no len"):
        catalog.build("models", parse("mine.py:broken"), "a", "b")


def test_one_part_is_not_a_pipeline():
    with pytest.raises(NotationError, match=r"one optimizer is needed here, not sgd \| adam"):
        catalog.build("optimizers", parse("sgd | adam"), [])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("def net(:", "is not valid Python"),
        ("import nowhere\ndef net(): ...", "importing bad.py failed: ModuleNotFoundError"),
    ],
)
def test_a_broken_file_of_ones_own(mine: Path, text: str, message: str):
    mine.with_name("bad.py").write_text(text)
    with pytest.raises(RecipeError, match=message):
        catalog.build("models", parse("bad.py:net"))


def test_every_data_set_takes_the_options_of_its_shelf():
    for name in catalog.names("datasets"):
        part = catalog.find("datasets", name)
        assert {"classes", "limit", "folder"} <= {*part.options, *part.common}
        assert not set(part.options) & set(part.common)
    assert not catalog.find("models", "resnet").common


def test_common_options_are_told_apart_and_only_by_name():
    part = catalog.find("datasets", "digits")
    bound = catalog.bind(part, parse("digits(limit=3, folder='/x')"))
    assert catalog.split_common(part, bound) == ({}, {"limit": 3, "folder": "/x"})
    with pytest.raises(UnknownName, match="did you mean limit"):
        catalog.bind(part, parse("digits(limits=3)"))
    with pytest.raises(RecipeError, match="takes at most"):
        catalog.bind(part, Spec("digits", tuple(range(len(part.options) + 1))))


def test_a_data_set_is_built_with_the_options_of_its_shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    built = catalog.build("datasets", parse("digits(limit=3, classes=[1, 7])"), tmp_path)
    (images, labels) = built["splits"]["all"]
    assert len(images) == 6
    assert len(built["classes"]) == 2
    assert sorted(labels.tolist()) == [0, 0, 0, 1, 1, 1]

    monkeypatch.chdir(tmp_path)
    Path("sets.py").write_text("def where(folder, /):\n    return folder\n")
    assert catalog.build("datasets", parse("sets.py:where"), tmp_path) == tmp_path
    assert catalog.build("datasets", parse("sets.py:where(folder='/some/where')"), tmp_path) == Path("/some/where")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert catalog.build("datasets", parse("sets.py:where(folder='~/there')"), tmp_path) == tmp_path / "there"
    Path("owns.py").write_text("def own(cache, /, *, folder=None):\n    return folder\n")  # as mnist has it
    assert catalog.build("datasets", parse("owns.py:own(folder='~/there')"), tmp_path) == str(tmp_path / "there")


def _parameter():
    import torch

    return torch.zeros(2, requires_grad=True)


def test_a_file_of_ones_own_imports_what_lies_beside_it(tmp_path: Path) -> None:
    (tmp_path / "widths_of_mine.py").write_text("width = 4\n")
    (tmp_path / "colorsys.py").write_text("raise RuntimeError('hides what everybody uses')\n")
    (tmp_path / "mine.py").write_text(
        "import colorsys\nfrom widths_of_mine import width\n\n\ndef net(c, k, /):\n    return width, colorsys.ONE_THIRD\n"
    )
    before = list(sys.path)
    assert catalog.build("models", Spec(f"{tmp_path / 'mine.py'}:net"), 3, 2) == (4, 1 / 3)
    assert sys.path == before
