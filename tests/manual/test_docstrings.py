"""Each public name says what it takes, gives back and raises, in which units, with an example; and the examples run."""

import ast
import dataclasses
import doctest
import inspect
import re
import shutil
import typing
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import linnaeus
from linnaeus import testing
from manual.fields import described
from manual.pages import errors, given_by

PUBLIC = {
    **{name: getattr(linnaeus, name) for name in linnaeus.__all__},
    **{f"testing.{name}": getattr(testing, name) for name in testing.__all__},
    **{f"errors.{kind.__name__}": kind for kind in errors()},
}
FUNCTIONS = [name for name, found in PUBLIC.items() if not inspect.isclass(found) and hasattr(found, "__name__")]
CLASSES = [name for name, found in PUBLIC.items() if inspect.isclass(found)]
RAISE_NOTHING = {"env", "nobody", "runs"}
EXAMPLES = [name for name, found in PUBLIC.items() if ">>>" in (inspect.getdoc(found) or "")]
NOT_RUN = {
    "lab": "it takes MNIST; tests/cli/test_lab.py runs labs",
    "serve": "it answers until it is stopped; tests/web runs it",
    "reference": "it takes a run on CIFAR-10; tests/api/test_reference.py makes one",
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_says_what_it_takes_gives_and_raises(name):
    function, doc = PUBLIC[name], inspect.getdoc(PUBLIC[name]) or ""
    signature = inspect.signature(function)
    told = set(re.findall(r"^    (\w+): ", doc, re.MULTILINE))
    assert set(signature.parameters) - told == set()
    gives = signature.return_annotation not in (None, "None", typing.NoReturn)
    assert not gives or "\nReturns:\n" in doc
    assert name in RAISE_NOTHING or "\nRaises:\n" in doc
    assert ">>>" in doc


@pytest.mark.parametrize("name", CLASSES)
def test_a_class_says_what_it_is_and_each_field_and_method_too(name):
    found = PUBLIC[name]
    doc = found.__doc__ or ""
    assert len(doc.split()) > 3
    assert not doc.startswith(f"{found.__name__}(")  # which dataclass writes where nobody did
    bare = [
        key
        for key, value in vars(found).items()
        if not key.startswith("_")
        and (callable(value) or isinstance(value, property | classmethod | staticmethod))
        and not inspect.getdoc(getattr(found, key))
    ]
    assert bare == []
    if dataclasses.is_dataclass(found):
        assert [one.name for one in dataclasses.fields(found) if not is_described(found, one.name)] == []


@pytest.mark.parametrize("name", CLASSES)
def test_a_class_has_an_example_or_is_returned_by_a_verb_that_has_one(name):
    of_errors = name.startswith("errors.") and "LinnaeusError" in EXAMPLES  # each kind is caught as their base is
    assert name in EXAMPLES or of_errors or given_by(name)


def is_described(found, field):
    """By its comment, or by name in the docstring of the class that has it."""
    for kind in found.__mro__[:-1]:
        lines = Path(inspect.getsourcefile(kind)).read_text(encoding="utf-8").splitlines()
        tree = ast.parse("\n".join(lines))
        body = next(
            node for node in ast.walk(tree) if isinstance(node, ast.ClassDef) and node.name == kind.__name__
        ).body
        for node in body:
            if isinstance(node, ast.AnnAssign) and node.target.id == field:
                return bool(described(lines, node.lineno, node.end_lineno)) or f"`{field}`" in (kind.__doc__ or "")
    return False


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A folder with what the examples name: runs, photographs, a study, an exported model."""
    folder = tmp_path_factory.mktemp("examples")
    draws = np.random.default_rng(0)
    for kind in ("cats", "dogs"):
        (folder / "photos" / kind).mkdir(parents=True)
        for number in range(12):
            pixels = draws.integers(0, 256, (24, 24, 3), dtype=np.uint8)
            Image.fromarray(pixels).save(folder / "photos" / kind / f"{number}.png")
    for kind in ("gulls", "owls"):
        shutil.copytree(folder / "photos" / "cats", folder / "birds" / kind)
    for name in ("photo.png", "photo.jpg", "folder/1.png"):
        (folder / name).parent.mkdir(exist_ok=True)
        Image.fromarray(draws.integers(0, 256, (60, 80), dtype=np.uint8)).save(folder / name)
    (folder / "runs" / "photos-1").mkdir(parents=True)
    (folder / "runs" / "photos-1" / "fixes.csv").write_text(
        "path,action,label\ncats/1.png,drop,\ncats/2.png,relabel,dogs\n"
    )
    (folder / "study.toml").write_text(
        'maximise = "val accuracy"\n[recipe]\ndata = "digits(limit=60)"\nmodel = "linear"\nepochs = 1\n'
        '[factors]\n"optimizer.lr" = [0.01, 0.1]\n'
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
        quick = {"model": "linear", "epochs": 1, "threads": 1, "precision": "fp32", "progress": False, "report": False}
        linnaeus.train("./photos", name="pets-1", **{**quick, "model": "convnet(width=8)", "image_size": 16})
        linnaeus.train("digits(limit=60)", name="plain", **quick)
        record = linnaeus.train("digits(limit=60)", name="augmented", **quick)
        yield folder, record


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", [name for name in EXAMPLES if name not in NOT_RUN])
def test_its_example_runs(name, place, monkeypatch, capsys):
    folder, record = place
    monkeypatch.chdir(folder)
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
    array = np.zeros((8, 8), np.uint8)
    if name == "show":  # its example has opened the test images
        linnaeus.evaluate("last", split="test", progress=False)
    names = {"linnaeus": linnaeus, "record": record, "np": np, "Image": Image, "array": array, "Path": Path}
    for example in doctest.DocTestParser().get_examples(inspect.getdoc(PUBLIC[name])):
        if not example.want:
            exec(compile(example.source, name, "exec"), names)
            continue
        capsys.readouterr()
        exec(compile(example.source, name, "single"), names)
        assert doctest.OutputChecker().check_output(
            example.want, capsys.readouterr().out, doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
        )
