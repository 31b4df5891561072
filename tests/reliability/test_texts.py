"""Any text of any kind is read, or refused with one message: recipes, cards, tables, studies, labs, fix lists, published tables.

Half of what is tried is a good file with pieces cut, doubled and exchanged, half is a good file with a value of another kind.
"""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linnaeus import files
from linnaeus.classifier import card
from linnaeus.data.audit import fixes
from linnaeus.data.load import open_source
from linnaeus.errors import LinnaeusError
from linnaeus.labs import grading, lab_sheet
from linnaeus.labs import plan as labs
from linnaeus.recipe import read
from linnaeus.recipe.spec import Spec
from linnaeus.record.folder import RunFolder
from linnaeus.stats import published
from linnaeus.studies import plan as studies

RECIPE = """data = "digits(limit=40)"
model = "mlp(hidden=[16], dropout=0.1)"
epochs = 3
optimizer = "sgd(lr=0.1, momentum=0.9)"
augment = "crop(pad=1) | flip"
val = 0.2
budget = "90s"
precision = "fp32"
"""
STUDY = """maximise = "val accuracy"
sampler = "random"
trials = 30
repeats = 2
stop = "halving(factor=3)"

[recipe]
data = "digits(limit=40)"
epochs = 2

[factors]
"optimizer.lr" = "log(1e-3, 1e-1, points=4)"
batch_size = [32, 64]

[[variants]]
model = "linear"
"""
LAB = """title = {en = "One", ru = "Один"}
aim = {en = "two", ru = "два"}
small = {en = "three", ru = "три"}

[defaults]
data = "digits"

[[variants]]
number = 3
activation = "relu"

[[steps]]
do = "train {data} --name a-{number} --set epochs=1"
full = "train {data} --name a-{number}"
of = "variant"

[[questions]]
en = "why"
ru = "зачем"
runs = ["a-*"]
steps = ["train"]
"""
PUBLISHED = """title = "T"
paper = "P"
arxiv = "1"
metric = "accuracy"
split = "test"
tolerance = 0.5

[facts]
data = "cifar10"
epochs = 200

[[rows]]
name = "a"
model = "resnet(depth=20)"
parameters = 270000
accuracy = 91.2
"""
CARD = {
    "format": 2, "classes": ["a", "b"], "model": "linear", "head": None, "precision": "fp32", "calibration": None,
    "preprocessing": {"size": 8, "channels": 1, "resize": "crop", "mean": [0.5], "std": [0.5], "decoder": 2},
    "checksums": {"model.safetensors": "0" * 32},
}  # fmt: skip
ROW = {"epoch": 1, "step": 4, "lr": 0.1, "loss": 1.0, "accuracy": 0.5, "val_loss": 1.0, "val_accuracy": 0.5, "val_n": 9}
TABLE = "path,label,split\n" + "".join(f"a/{n}.png,{'ab'[n % 2]},train\n" for n in range(6))
FIXES = "path,action,label\na/1.png,relabel,b\na/2.png,drop,\na/3.png,keep,\n"
ANSWERS = "image,label\n1.png,a\n2.png,b\n"


def lab(file: Path) -> object:
    file.replace(file.with_name("lab.toml"))
    return labs.load(str(file.parent))


MANY = int(os.environ.get("LINNAEUS_TEXTS", "5000"))  # of a kind, under the marker slow

# What a file of each kind is called, a good one, and what reads it.
KINDS: dict[str, tuple[str, str, Callable[[Path], object]]] = {
    "recipe": ("x.toml", RECIPE, read.read),
    "kept recipe": ("x.toml", RECIPE, lambda file: read.read(file, kept=True)),
    "study": ("x.toml", STUDY, studies.load),
    "lab": ("x.toml", LAB, lab),
    "lab sheet": ("x.toml", LAB.partition("small")[0], lambda file: lab_sheet.read(file, "en")),
    "published": ("x.toml", PUBLISHED, lambda file: published.read(str(file))),
    "card": (card.CARD, json.dumps(CARD), lambda file: card.read(file.parent)),
    "record": ("record.json", json.dumps({"format": 2, "name": "x"}), lambda file: RunFolder(file.parent).record()),
    "history": ("history.jsonl", json.dumps(files.sealed(ROW)), lambda file: RunFolder(file.parent).history()),
    "table": ("x.csv", TABLE, lambda file: open_source(Spec("table", (str(file),)), to_train=False)),
    "fix list": ("x.csv", FIXES, fixes.read),
    "answers": ("x.csv", ANSWERS, grading._column),
}

SIGNS = st.sampled_from(
    [*"[]{}()\"'=,|+-.\n\0\t#:;\\_", "\ud7ff", "é", "1e999", "nan", "[[", '"""', "a.b.c", "9" * 5000, "{data}",
     "-" * 300]
)  # fmt: skip
VALUES = st.sampled_from(
    ["3", "-1", "true", "nan", '""', '"x"', "[]", "[[]]", "[1, 'a']", "{}", "{a = 1}", "[{a = 1}]", "1979-05-27", "1e400", '"{data}"',
     "9223372036854775808", "'../../x'", '"' + "(" * 70 + '"', '"a.py:b"', "0x" + "f" * 400]
)  # fmt: skip


@st.composite
def spoilt(draw: st.DrawFn, good: str) -> str:
    text = good
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(text)))
        end = draw(st.integers(start, min(len(text), start + 30)))
        text = text[:start] + draw(SIGNS | st.text(max_size=4) | st.just(text[start:end] * 2)) + text[end:]
    return text


@st.composite
def exchanged(draw: st.DrawFn, good: str) -> str:
    """One value is another one; of JSON the same, since most of these are JSON's as well."""
    lines = (
        good.replace(", ", ",\n").splitlines(keepends=True) if good.startswith("{") else good.splitlines(keepends=True)
    )
    place = draw(st.integers(0, len(lines) - 1))
    sign = next((sign for sign in ("=", ": ", ",") if sign in lines[place]), None)
    if sign is None:
        return "".join(lines[:place] + lines[place + 1 :])
    name, tail = lines[place].split(sign, 1)[0], ",\n" if lines[place].endswith(",\n") else "\n"
    lines[place] = f"{name}{sign} {draw(VALUES)}{tail}"
    return "".join(lines)


def refused_or_read(place: Path, kind: str, text: str) -> None:
    name, _, reader = KINDS[kind]
    file = place / name
    file.write_bytes(text.encode("utf-8", "surrogatepass"))
    try:
        reader(file)
    except LinnaeusError as error:
        assert str(error) and "Traceback" not in str(error)


def attempts(kind: str, count: int, place: Path) -> None:
    good = KINDS[kind][1]

    @settings(max_examples=count, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(st.one_of(spoilt(good), exchanged(good), exchanged(good), st.text(max_size=200)))
    def attempt(text: str) -> None:
        refused_or_read(place, kind, text)

    attempt()


@pytest.mark.parametrize("kind", KINDS)
def test_a_few_texts(kind: str, tmp_path: Path) -> None:
    attempts(kind, 60, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_many_texts(kind: str, tmp_path: Path) -> None:
    attempts(kind, MANY, tmp_path)


NESTED: dict[str, str] = {
    "arrays": "epochs = " + "[" * 50_000,
    "tables": "epochs = " + "{a=" * 50_000,
    "dots": "a" + ".a" * 300_000 + " = 1",
    "heads": "[" + "a." * 300_000 + "a]",
    "long": "epochs = 1\n" * 200_000,
    "digits": "epochs = " + "9" * 100_000,
    "json": "[" * 200_000,
    "json tables": '{"a":' * 200_000,
}


@pytest.mark.parametrize("nested", NESTED)
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_nested_or_long_without_reason(kind: str, nested: str, tmp_path: Path) -> None:
    refused_or_read(tmp_path, kind, NESTED[nested])


def test_good_ones_are_good(tmp_path: Path) -> None:
    """What is spoilt above is read whole: else nothing would have been tried but the first line."""
    for name, text, reader in (KINDS[kind] for kind in KINDS if kind not in ("record", "history", "table")):
        (tmp_path / name).write_text(text)
        assert reader(tmp_path / name) is not None


def test_names_in_braces_do_not_multiply(tmp_path: Path) -> None:
    laughs = "".join(f'n{at} = "{{n{at + 1}}}{{n{at + 1}}}"\n' for at in range(40)) + 'n40 = "ha"\n'
    with pytest.raises(LinnaeusError, match="too long"):
        refused = LAB.replace('data = "digits"\n', f'data = "{{n0}}"\n{laughs}')
        (tmp_path / "x.toml").write_text(refused)
        lab(tmp_path / "x.toml")
