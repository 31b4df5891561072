"""Recipes as text: what is written reads back, changes reach every field, mistakes are placed."""

from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linnaeus.errors import LinnaeusError, NotationError, RecipeError, UnknownName
from linnaeus.recipe import read
from linnaeus.recipe.recipe import TYPES, Recipe
from linnaeus.recipe.spec import Spec, parse

RECIPE = Recipe(
    data=parse("digits(limit=50)"),
    image_size=8,
    channels=1,
    model=parse("mlp"),
    augment=parse("shift(pixels=1) | erase"),
    optimizer=parse("adamw(lr=0.003, weight_decay=0.05)"),
    epochs=40,
)
FIELDS = {field: getattr(RECIPE, field) for field in Recipe.__dataclass_fields__}


def written(folder: Path, text: str) -> Path:
    file = folder / "recipe.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_a_recipe_reads_back(tmp_path):
    assert Recipe(**read.read(written(tmp_path, read.to_toml(RECIPE)))) == RECIPE


@given(
    st.builds(
        replace,
        st.just(RECIPE),
        epochs=st.integers(1, 10**6),
        seed=st.integers(0, 2**63 - 1),
        val=st.floats(0.01, 0.4),
        budget=st.floats(0, 1e12),
        clip_norm=st.floats(0, 1e-5),
        strict=st.booleans(),
        device=st.text(st.characters(exclude_categories=("Cs", "Cc"))),
        data=st.text(st.characters(exclude_categories=("Cs",)), min_size=1).map(lambda path: Spec("folder", (path,))),
        choose=st.sampled_from(["best", "last"]),
    )
)
def test_any_recipe_reads_back(tmp_path_factory, recipe):
    folder = tmp_path_factory.mktemp("recipe")
    assert Recipe(**read.read(written(folder, read.to_toml(recipe)))) == recipe
    assert Recipe(**read.from_plain(read.to_plain(recipe))) == recipe


def test_a_file_may_set_a_few_fields_only(tmp_path):
    file = written(tmp_path, '# mine\nmodel = "resnet(depth=20)"\nval = 0\nbudget = "10m"\ndata = "./photos"\n')
    assert read.read(file) == {
        "model": parse("resnet(depth=20)"),
        "val": 0.0,
        "budget": 600.0,
        "data": Spec("folder", ("photos",)),
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("epochs = 3\nmodel = resnet\n", r"recipe\.toml: .*line 2"),
        (
            "epochs = 3\nmodell = 'linear'\n",
            r"recipe\.toml, line 2: there is no field of a recipe 'modell'; did you mean model",
        ),
        ("\n\nmodel = 'resnet(depth='\n", r"recipe\.toml, line 3: cannot read 'resnet\(depth='"),
        ("epochs = 3\nmodel = 'resnett'\n", r"recipe\.toml, line 2: there is no model 'resnett'; did you mean resnet"),
        ("model = 'mlp'\noptimizer = 'adam(rate=3)'\n", r"recipe\.toml, line 2: there is no option of adam 'rate'"),
        ("epochs = 3\n\n[optimizer]\nlr = 3\n", r"recipe\.toml, line 3: optimizer = .* must be a part"),
        ("optimizer.lr = 3\n", r"recipe\.toml, line 1: optimizer = .* must be a part"),
        ("epochs = 'three'\n", r"recipe\.toml, line 1: epochs = 'three' must be a whole number"),
        ("seed = 1\nval = 2.5\n", r"recipe\.toml, line 2: val = 2.5 must be from 0"),
        ("'budget' = 'soon'\n", r"recipe\.toml, line 1: 'soon' is not a duration"),
        ("epochs = 3\nepochs = 4\n", r"recipe\.toml: .*line 2"),
    ],
)
def test_a_mistake_is_placed_by_file_and_line(tmp_path, text, message):
    with pytest.raises(RecipeError, match=message):
        read.read(written(tmp_path, text))


def test_a_file_that_cannot_be_read(tmp_path):
    with pytest.raises(RecipeError, match=r"cannot read the recipe .*missing\.toml: No such file"):
        read.read(tmp_path / "missing.toml")
    with pytest.raises(RecipeError, match="Is a directory"):
        read.read(tmp_path)
    (tmp_path / "latin.toml").write_bytes(b"model = 'caf\xe9'\n")
    with pytest.raises(RecipeError, match="not a text in UTF-8"):
        read.read(tmp_path / "latin.toml")


@pytest.mark.parametrize(
    ("assignment", "field", "value"),
    [
        ("epochs=5", "epochs", 5),
        (" epochs = 5 ", "epochs", 5),
        ("strict=true", "strict", True),
        ("strict=False", "strict", False),
        ("precision=bf16", "precision", "bf16"),
        ("precision='bf16'", "precision", "bf16"),
        ("device=cuda:1", "device", "cuda:1"),
        ("val=0", "val", 0.0),
        ("budget=10m", "budget", 600.0),
        ("budget=90", "budget", 90.0),
        ("budget=1.5h", "budget", 5400.0),
        ("budget=2 min", "budget", 120.0),
        ("augment=none", "augment", Spec("none")),
        ("augment=crop(pad=2) | flip", "augment", parse("crop(pad=2) | flip")),
        ("model=resnet(depth=20)", "model", parse("resnet(depth=20)")),
        ("data=digits(limit=3)", "data", parse("digits(limit=3)")),
        ("data=./some photos", "data", Spec("folder", ("some photos",))),
        ("optimizer.lr=0.1", "optimizer", parse("adamw(lr=0.1, weight_decay=0.05)")),
        ("optimizer.betas=[0.5, 0.9]", "optimizer", parse("adamw(lr=0.003, weight_decay=0.05, betas=[0.5, 0.9])")),
        ("model.activation=elu", "model", parse("mlp(activation='elu')")),
    ],
)
def test_single_fields(assignment, field, value):
    assert read.override(FIELDS, [assignment]) == {**FIELDS, field: value}


CHOICES = [(name, choice) for name, wanted in TYPES.items() for choice in get_args(wanted) if isinstance(choice, str)]


@pytest.mark.parametrize(("name", "choice"), CHOICES)
def test_each_word_that_a_field_offers_can_be_set(name, choice):
    """Also where it looks like the notation: `flip+shift` is no part that is joined to another."""
    assert read.override(FIELDS, [f"{name}={choice}"])[name] == choice


def test_later_changes_win():
    assert read.override(FIELDS, ["epochs=5", "optimizer=sgd", "optimizer.lr=1.0", "epochs=6"]) == {
        **FIELDS,
        "epochs": 6,
        "optimizer": parse("sgd(lr=1.0)"),
    }


@pytest.mark.parametrize(
    ("assignment", "message"),
    [
        ("epochs", "write it as key=value"),
        ("epoch=5", "no field of a recipe 'epoch'; did you mean epochs"),
        ("optimiser.lr=5", "no field of a recipe 'optimiser'; did you mean optimizer"),
        ("epochs.x=5", "epochs is not one part with options"),
        ("augment.pad=5", "augment is not one part with options"),
        ("optimizer.rate=5", "no option of adamw 'rate'"),
        ("epochs=many", "epochs = 'many' must be a whole number"),
        ("budget=soon", "'soon' is not a duration"),
        ("model=resnett", "no model 'resnett'"),
        ("model=3", "model = 3 must be a part"),
        ("model=resnet(", "cannot read 'resnet"),
    ],
)
def test_changes_that_are_refused(assignment, message):
    with pytest.raises((RecipeError, UnknownName, NotationError), match=message) as raised:
        read.override(FIELDS, [assignment])
    assert raised.value.exit_status == 2


def test_the_given_fields_are_not_changed():
    before = dict(FIELDS)
    read.override(FIELDS, ["epochs=5", "optimizer.lr=3"])
    assert before == FIELDS


@pytest.mark.parametrize(
    ("text", "spec"),
    [
        ("digits", Spec("digits")),
        ("digits + mnist", parse("digits + mnist")),
        ("cifar10(limit=3)", parse("cifar10(limit=3)")),
        ("./photos", Spec("folder", ("photos",))),
        ("../photos", Spec("folder", ("../photos",))),
        ("/data/photos", Spec("folder", ("/data/photos",))),
        ("photos.csv", Spec("table", ("photos.csv",))),
        ("list.TSV", Spec("table", ("list.TSV",))),
        ("my photos", Spec("folder", ("my photos",))),
        ("2024-05", Spec("folder", ("2024-05",))),
        ("a/b c.d", Spec("folder", ("a/b c.d",))),
        (r"C:\photos", Spec("folder", (r"C:\photos",))),
        (r"folder('a\nb')", Spec("folder", ("a\nb",))),
        ("./mine.py:letters(n=3)", parse("./mine.py:letters(n=3)")),
        ("~nobody-is-called-so/x", Spec("folder", ("~nobody-is-called-so/x",))),
        ("/" + "x" * 5000, Spec("folder", ("/" + "x" * 5000,))),
    ],
)
def test_data_is_a_call_or_a_path(text, spec, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert read.data_spec(text) == spec


def test_data_that_is_neither(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(NotationError):
        read.data_spec("cifar10(limit=")


def test_a_folder_that_is_there_wins_over_the_notation(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("photos", "digits"):
        (tmp_path / name).mkdir()
    assert read.data_spec("photos") == Spec("folder", ("photos",))
    assert read.data_spec("digits") == Spec("digits")  # ./digits is the folder
    assert read.data_spec("./digits") == Spec("folder", ("digits",))
    (tmp_path / "cats+dogs").mkdir()
    assert read.data_spec("cats+dogs") == Spec("folder", ("cats+dogs",))


@given(st.text(max_size=30))
def test_any_text_is_a_change_or_refused(text):
    try:
        read.override(FIELDS, [text, f"model={text}", f"epochs={text}", f"device={text}"])
    except LinnaeusError as error:
        assert str(error)


def test_paths_are_anchored_and_nothing_else_is(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    found = read.anchored(parse("folder('photos') + table('a.csv', image='file') + mnist(limit=5)"))
    assert found == parse(f"folder('{tmp_path}/photos') + table('{tmp_path}/a.csv', image='file') + mnist(limit=5)")


def test_a_word_that_is_too_long_for_a_file_is_no_data_set() -> None:
    with pytest.raises(UnknownName, match="there is no data set or folder 'aaa"):
        read.data_spec("a" * 300)
