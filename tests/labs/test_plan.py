"""Labs: their format, their words, and that each lab that comes along says what can be done."""

import shlex
import tomllib
from pathlib import Path

import pytest
import typer
from click.exceptions import UsageError as ClickUsage

from linnaeus.api.labwork import Work
from linnaeus.api.networks import model_facts
from linnaeus.cli.app import COMMANDS, app
from linnaeus.errors import UnknownName, UsageError
from linnaeus.labs import call
from linnaeus.labs import lab_sheet as sheets
from linnaeus.labs import plan as labs
from linnaeus.recipe import catalog, read
from linnaeus.recipe.spec import parse
from linnaeus.stats import published
from linnaeus.studies import plan
from linnaeus.studies.workers.executor import Place

NAMES = ["lenet", "mobilenet", "residual", "signs", "small-images"]
VALUES = {"runs": "runs/lab", "datasets": "data", "jobs": 2, "recipes": labs.beside("recipes")}
SPECS = {"--model": "models"}

SMALL = """
title = {en = "A lab", ru = "Работа"}
aim = {en = "To see.", ru = "Увидеть."}
small = {en = "Small.", ru = "Мало."}
[defaults]
data = "{datasets}/photos"
[[variants]]
number = 3
model = "lenet(activation='relu')"
[[steps]]
of = "variant"
do = "train {data} --model {model} --name one-{number}"
[[steps]]
of = "all"
do = "train digits"
full = "train digits --epochs 100"
[[steps]]
full = "env"
[[questions]]
en = "Which?"
ru = "Какая?"
of = "all"
[[questions]]
en = "Why?"
ru = "Почему?"
"""


def write(folder: Path, text: str = SMALL) -> str:
    folder.mkdir(exist_ok=True)
    (folder / "lab.toml").write_text(text, encoding="utf-8")
    return str(folder)


def every_command():
    """(lab, words) of each step, of all variants, small and full."""
    for name in NAMES:
        found = labs.load(name)
        for number in (None, *(row["number"] for row in found.variants)):
            for full in (False, True):
                for words in found.commands(number, full=full, values=VALUES):
                    yield name, words


def option(words, name):
    return words[words.index(name) + 1] if name in words else None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("train digits", ["train", "digits"]),
        ("  a   'b c'  ", ["a", "b c"]),
        ("--set at=[81, 122] x", ["--set", "at=[81, 122]", "x"]),
        ("--model lenet(activation='relu', pooling=\"max\")", ["--model", "lenet(activation='relu', pooling=\"max\")"]),
        ("--set augment='shift(4) | flip'", ["--set", "augment=shift(4) | flip"]),
        ("a ''", ["a", ""]),
    ],
)
def test_words(text, words):
    assert labs.words(text) == words


@pytest.mark.parametrize("text", ["train 'digits", "train lenet(", 'a "b'])
def test_words_that_do_not_end(text):
    with pytest.raises(UsageError, match="not closed"):
        labs.words(text)


def test_steps_of_a_variant_and_of_the_whole(tmp_path):
    found = labs.load(write(tmp_path / "mine"))
    values = {"datasets": "my sets"}
    assert found.commands(3, values=values) == [
        ["train", "my sets/photos", "--model", "lenet(activation='relu')", "--name", "one-3"]
    ]
    assert found.commands() == [["train", "digits"]]
    assert found.commands(full=True) == [["train", "digits", "--epochs", "100"], ["env"]]
    assert found.commands(3, values={"data": "b c"})[0][1] == "b c"


def test_names_in_braces_hold_names_but_not_each_other(tmp_path):
    deep = (
        SMALL.replace("[defaults]", '[defaults]\nphotos = "{data}/val"')
        .replace("train digits", "audit {photos}")
        .replace(" --epochs 100", "")
    )
    found = labs.load(write(tmp_path / "mine", deep))
    assert found.commands(values={"datasets": "my sets"})[0] == ["audit", "my sets/photos/val"]
    with pytest.raises(UsageError, match="hold each other"):
        found.commands(values={"data": "{photos}"})


def test_no_brace_is_left_in_a_step():
    for name, words in every_command():
        assert not any("{" in word for word in words), (name, words)


def test_what_the_report_is_told(tmp_path):
    found = labs.load(write(tmp_path / "mine"))
    sheet = sheets.from_plain(found.told(3), "ru")
    assert (sheet.title, sheet.variant, sheet.aim) == ("Работа", 3, "Увидеть. Мало.")
    assert [question.text for question in sheet.questions] == ["Почему?"]
    whole = sheets.from_plain(found.told(full=True), "en")
    assert (whole.title, whole.aim, len(whole.questions)) == ("A lab", "To see.", 2)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("number = 3", "name = 3", "needs its number"),
        ("[defaults]", "[preset]", "has a field 'preset'"),
        ('full = "env"', 'done = "env"', "a step has do, full, or both"),
        ('of = "all"\ndo', 'of = "some"\ndo', "a step has do, full, or both"),
        ("--name one-{number}", "--name one-{nummer}", "{nummer}; known here"),
        ("train digits --epochs 100", "train 'digits", "not closed"),
        ("train digits --epochs 100", "train digits --epoch 100", "did you mean --epochs"),
        ("train digits --epochs 100", "train digits --epochs many", "--epochs needs a value"),
        ('full = "env"', 'full = "serve"', "there is no verb of a lab 'serve'"),
        ('ru = "Почему?"', 'ru = "Почему?"\nsaid = ["bench"]', "there is no field of a question"),
        ("title =", "course =", "needs a title, an aim, and steps"),
        ("{en", "(en", "cannot read the lab"),
    ],
)
def test_a_lab_that_is_wrong(tmp_path, old, new, message):
    assert old in SMALL
    with pytest.raises(UsageError, match=message.replace("{", r"\{")) as caught:
        labs.load(write(tmp_path / "mine", SMALL.replace(old, new)))
    assert str(caught.value).count("\n") == 0


def test_no_such_lab_and_no_such_variant(tmp_path):
    with pytest.raises(UnknownName, match="did you mean lenet"):
        labs.load("lennet")
    with pytest.raises(UsageError, match="has no variant 4; it has 3"):
        labs.load(write(tmp_path / "mine")).commands(4)


def test_the_words_that_do_all_of_a_lab(tmp_path):
    assert labs.load("lenet").call(3, full=True) == ["lab", "lenet", "--variant", "3", "--full"]
    assert labs.load(str(labs.beside("labs") / "signs")).call(changes=["data=./my photos"]) == [
        "lab", "signs", "--set", "data=./my photos",
    ]  # fmt: skip


def test_the_five_labs_come_along():
    assert [place.name for place in labs.places()] == NAMES


def test_an_installed_package_has_them_inside(tmp_path, monkeypatch):
    """The wheel puts `labs` and `recipes` into the package; there they are found before a clone's."""
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))
    built = project["tool"]["hatch"]["build"]["targets"]
    assert built["wheel"]["force-include"] == {"labs": "linnaeus/_shipped/labs", "recipes": "linnaeus/_shipped/recipes"}
    assert {"labs", "recipes"} <= set(built["sdist"]["include"])
    (tmp_path / "_shipped" / "labs" / "mine").mkdir(parents=True)
    write(tmp_path / "_shipped" / "labs" / "mine")
    monkeypatch.setattr(labs, "PACKAGE", tmp_path)
    assert [place.name for place in labs.places()] == ["mine"]
    assert labs.beside("recipes") == labs.CLONE / "recipes"


@pytest.mark.parametrize("name", NAMES)
def test_each_lab_speaks_both_languages(name):
    found = labs.load(name)
    for number in (None, *(row["number"] for row in found.variants)):
        for language in ("en", "ru"):
            sheet = sheets.from_plain(found.told(number), language, name)
            assert sheet.questions
            assert len(sheet.aim) > 80
    assert set(found.small or found.whole) == {"en", "ru"}
    assert len({row["number"] for row in found.variants}) == len(found.variants) >= 5


@pytest.mark.parametrize("name", NAMES)
def test_each_lab_tells_a_student_what_to_do(name):
    text = (labs.beside("labs") / name / "README.md").read_text(encoding="utf-8")
    assert f"linnaeus lab {name}" in text
    for file in (labs.beside("labs") / name).glob("*.toml"):
        assert file.name in text


def test_each_step_is_a_command_that_exists():
    """Parsed as the command line parses it, and not run: an unknown verb, option or a missing argument shows here."""
    seen = set[str]()
    for name, words in every_command():
        assert words[0] in COMMANDS, f"{name}: {words[0]}"
        command = typer.main.get_command(app(words[0])).commands[words[0]]
        try:
            command.make_context(words[0], list(words[1:]))
        except (ClickUsage, Exception) as error:  # typer brings a click of its own
            pytest.fail(f"{name}: linnaeus {shlex.join(words)}: {error}")
        seen.add(words[0])
    assert seen >= {
        "train",
        "study",
        "bench",
        "extend",
        "continue",
        "predict",
        "reference",
        "compare",
        "show",
        "audit",
    }


def test_each_step_names_files_cards_and_parts_that_are_there():
    counted = 0
    for _, words in every_command():
        if words[0] == "study":
            plan.load(Path(words[1]))
            counted += 1
        if words[0] == "reference" and len(words) > 2 and not words[2].startswith("-"):
            card = published.read(words[2])
            if row := option(words, "--row"):
                card.row(row)
            counted += 1
        recipe = option(words, "--recipe")
        if recipe is not None and not recipe.startswith("runs/"):
            assert read.read(Path(recipe))
            counted += 1
        if model := option(words, "--model"):
            catalog.check("models", parse(model), {"image_size": None})
            counted += 1
        changes = [words[place + 1] for place, word in enumerate(words) if word == "--set"]
        read.override({"optimizer": parse("sgd(lr=0.1)"), "epochs": 200}, changes)
    assert counted > 50


def test_each_study_of_a_lab_has_recipes_at_all_its_points():
    for file in sorted(labs.beside("labs").glob("*/*.toml")):
        if file.name == "lab.toml":
            continue
        found = plan.load(file)
        points = found.points() or list(found.space.corners())
        assert points
        for point in points:
            read.override({"epochs": 20} | dict(found.base), found.space.changes(point))


def test_the_networks_of_the_lenet_sheet_are_the_one_that_it_names():
    for row in labs.load("lenet").variants:
        found = model_facts(f"lenet(activation='{row['activation']}')", channels=1, sizes=(28, 32))
        assert found.sizes[28].parameters == found.sizes[32].parameters == 61_706
    rows = plan.load(labs.beside("labs") / "lenet" / "variants.toml").space.variants
    assert {name: fields["optimizer"] for name, fields in rows.items()} == {
        str(row["number"]): row["optimizer"] for row in labs.load("lenet").variants
    }
    assert all(
        rows[str(row["number"])]["model"] == f"lenet(activation='{row['activation']}')"
        for row in labs.load("lenet").variants
    )


def test_the_network_of_the_mobilenet_lab_has_the_weights_of_its_sheet():
    found = model_facts("mobilenet_v2(width=0.5)", classes=100, sizes=(32,))
    assert found.sizes[32].parameters == 815_780


@pytest.mark.parametrize(
    ("text", "function", "positional", "given"),
    [
        ("train mnist --epochs 3 --set optimizer.lr=0.1 --drop-leaks", "train.train", ("mnist",),
         {"epochs": 3, "optimizer.lr": "0.1", "drop_leaks": True}),
        ("bench layers lenet mnist", "bench.bench", ("layers", "lenet", "mnist"), {}),
        ("parts models lenet --classes 100", "networks.model_facts", ("lenet",), {"classes": 100}),
        ("predict last a b --top 2 --out p.csv", "predict.predict", ("last", ["a", "b"]), {"top": 2, "out": "p.csv"}),
        ("study s.toml --jobs 2 --dry-run", "studying.dry_run", ("s.toml",), {"place": Place(jobs=2)}),
        ("study s.toml --set epochs=2", "study.study", ("s.toml",), {"epochs": "2"}),
        ("transfer d --weights w --compare --shares 0.5,1", "transfer.transfer", ("d",),
         {"weights": "w", "ways": ("scratch", "head", "all", "head-then-all"), "shares": (0.5, 1.0)}),
        ("extend run d --replay none", "extend.extend", ("run", "d"), {"replay": None}),
        ("continue run --epochs=2", "continue_.continue_", ("run",), {"epochs": 2}),
    ],
)  # fmt: skip
def test_words_as_a_call(text, function, positional, given):
    found = call.read(labs.words(text))
    assert (found.function, found.positional, {**found.options, **found.settings}) == (function, positional, given)


def test_each_step_is_a_call_that_its_verb_takes(tmp_path, monkeypatch):
    """Bound to the signature of its function, and not called; the flags are those of the command."""
    monkeypatch.setenv("LINNAEUS_DATA", str(tmp_path))
    for name in NAMES:
        found = labs.load(name)
        for number in (None, *(row["number"] for row in found.variants)):
            for full in (False, True):
                assert Work(found, number, full=full, runs=tmp_path, changes={}).calls
    for verb, flags in call.FLAGS.items():
        known = {text for option in typer.main.get_command(app(verb)).commands[verb].params for text in option.opts}
        assert {f"--{flag}" for flag in flags} <= known, verb
        assert (verb in call.SETTABLE) == ("--set" in known), verb


def test_a_step_that_its_verb_does_not_take(tmp_path):
    wrong = SMALL.replace("train digits --epochs 100", "compare --split val").replace("env", "evaluate")
    with pytest.raises(UsageError, match=r"linnaeus evaluate: .*run.*; see linnaeus evaluate --help"):
        Work(labs.load(write(tmp_path / "mine", wrong)), full=True, runs=tmp_path, changes={})
