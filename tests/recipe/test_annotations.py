"""What an annotation asks for, and that the values of options are held against it before anything is imported."""

import math
import re
import subprocess
import sys

import pytest

from linnaeus.errors import RecipeError, UnknownName
from linnaeus.recipe import catalog
from linnaeus.recipe.annotations import fault
from linnaeus.recipe.spec import Spec, parse, parse_value


@pytest.mark.parametrize(
    ("annotation", "value", "wanted"),
    [  # a pattern for what is said; None where nothing is
        ("int", "3", None),
        ("int", "-3", None),
        ("int", "3.0", "a whole number, not 3.0"),
        ("int", "True", "a whole number, not True"),
        ("float", "3", None),
        ("float", "0.5", None),
        ("float", "False", "a number, not False"),
        ("float", "'fast'", "a number, not 'fast'"),
        ("float", "nan", "a number, not nan$"),  # the notation knows no such number: it is a name
        ("str", "'elu'", None),
        ("str", "3", "a text, not 3"),
        ("str", "elu", 'a text, not elu; a text is written in quotes: "elu"'),
        ("str", "elu(alpha=1)", r"a text, not elu\(alpha=1\)$"),
        ("bool", "True", None),
        ("bool", "1", "True or False, not 1"),
        ("int | None", "None", None),
        ("int | None", "0.5", "a whole number or None, not 0.5"),
        ("int | str | None", "[1]", r"a whole number, a text or None, not \[1\]"),
        ("Sequence[int]", "[1, 2]", None),
        ("Sequence[int]", "[]", None),
        ("Sequence[int]", "[1, 2.5]", r"a list, each item a whole number, not \[1, 2.5\]"),
        ("Sequence[int]", "3", "a list, each item a whole number, not 3"),
        ("Sequence[str]", "'cat'", "a list, each item a text, not 'cat'"),
        ("collections.abc.Sequence[str]", "['cat']", None),
        ("str | Sequence[str]", "[cat, dog]", r'not \[cat, dog\]; a text is written in quotes: "cat"'),
        ("list[list[int]]", "[[1], [2, 3]]", None),
        ("list[list[int]]", "[[1], 2]", r"not \[\[1\], 2\]"),
        ("list", "[1, 'a']", None),
        ("list", "1", "a list, not 1"),
        ("tuple[int, float]", "[1, 2]", None),
        ("tuple[int, float]", "[1]", r"a list \(a whole number, a number\), not \[1\]"),
        ("tuple[int, ...]", "[1, 2, 3]", None),
        ("tuple[int, ...]", "[1, 'a']", "a list, each item a whole number"),
        ("Literal['a', 'b']", "'b'", None),
        ("Literal['a', 'b'] | None", "'c'", "one of 'a', 'b' or None, not 'c'"),
        ("Literal[1]", "True", "one of 1, not True"),
        ("Callable[[], int] | None", "sgd(lr=1)", None),
        ("Callable[..., Any] | None", "1", r"a part such as name\(option=1\) or None, not 1"),
        ("Callable[[], Any] | Sequence[Callable[[], Any]]", "[crop, flip]", None),
        ("Any", "[1, 'a', elu]", None),
        ("npt.NDArray[np.float32]", "3", None),
        ("int | Tensor", "'a'", None),
        ("'int'", "'a'", None),
    ],
)
def test_what_fits_an_annotation(annotation: str, value: str, wanted: str | None) -> None:
    found = fault(annotation, parse_value(value))
    assert found is None if wanted is None else re.match(f"must be .*{wanted}", found or "it fits"), found


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_a_number_is_finite_whatever_the_annotation(number: float) -> None:
    assert fault("float", number) == f"must be finite, not {number}"
    assert fault("Any", ("a", (number,))) is not None
    with pytest.raises(RecipeError, match="optimizer sgd: lr must be finite, not"):
        catalog.check("optimizers", Spec("sgd").with_option("lr", number))


def test_a_long_value_is_not_repeated_whole() -> None:
    found = fault("int", "x" * 10_000)
    assert found is not None
    assert len(found) < 200


@pytest.mark.parametrize(
    ("shelf", "call", "message"),
    [
        ("optimizers", "sgd(lr='fast')", "optimizer sgd: lr must be a number, not 'fast'"),
        ("optimizers", "sgd(nesterov=1)", "optimizer sgd: nesterov must be True or False, not 1"),
        ("optimizers", "muon(rest=1)", "optimizer muon: rest must be a part such as name"),
        ("optimizers", "sam(base=sgd(lr='fast'))", "optimizer sgd: lr must be a number, not 'fast'"),
        ("optimizers", "adam(betas=[0.9, 'a'])", "optimizer adam: betas must be a list, each item a number"),
        ("models", "timm(name=3)", "model timm: name must be a text, not 3"),
        ("models", "timm(resnet18)", 'model timm: name must be a text, not resnet18; .* in quotes: "resnet18"'),
        ("models", "wide_resnet(widen=1.5)", "model wide_resnet: widen must be a whole number, not 1.5"),
        ("models", "mobilenet_v2(dropout='a')", "model mobilenet_v2: dropout must be a number, not 'a'"),
        ("models", "mlp(hidden=16)", "model mlp: hidden must be a list, each item a whole number, not 16"),
        ("augmentations", "crop(pad=1.5)", "augmentation crop: pad must be a whole number, not 1.5"),
        ("augmentations", "crop | sometimes(0.5, shift('a'))", "augmentation shift: pixels must be a whole number"),
        ("datasets", "digits(limit='few')", "data set digits: limit must be a whole number or None, not 'few'"),
        ("datasets", "digits(folder=3)", "data set digits: folder must be a text or None, not 3"),
    ],
)
def test_a_wrong_type_is_one_clear_message(shelf: str, call: str, message: str) -> None:
    with pytest.raises(RecipeError, match=message):
        catalog.check(shelf, parse(call))
    spec = parse(call)
    if (
        spec.name in catalog.names(shelf) and "(" not in call.partition("(")[2]
    ):  # the fault is its own, not a nested part's
        with pytest.raises(RecipeError, match=message):
            catalog.bind(catalog.find(shelf, spec.name), spec)


def test_nothing_is_imported_to_say_so() -> None:
    code = (
        "import sys\n"
        "from linnaeus.recipe import catalog\n"
        "from linnaeus.recipe.spec import parse\n"
        "try:\n    catalog.check('models', parse('timm(name=3)'))\n"
        "except catalog.RecipeError as error:\n    print(error)\n"
        "assert not {'torch', 'timm'} & set(sys.modules)\n"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "model timm: name must be a text, not 3"


def test_what_the_recipe_knows_is_not_judged() -> None:
    """A recipe that is not complete yet knows of an image size, and not which."""
    catalog.check("models", parse("convnet"), {"image_size": None})
    with pytest.raises(RecipeError, match="image_size must be a whole number, not 'big'"):
        catalog.check("models", parse("convnet(image_size='big')"), {"image_size": None})


@pytest.mark.parametrize("shelf", catalog.shelves())
def test_every_default_passes_its_own_annotation(shelf: str) -> None:
    judged = 0
    for name in catalog.names(shelf):
        part = catalog.find(shelf, name)
        for option, default in {**part.common, **part.options}.items():
            assert option in part.annotations, f"{option} of {name} is not annotated, so its values go unchecked"
            if default is not catalog.REQUIRED:
                assert fault(part.annotations[option], default) is None, f"{option} of {name}"
                judged += 1
    assert judged or not any(catalog.find(shelf, name).options for name in catalog.names(shelf))


def test_names_are_still_looked_up_first() -> None:
    with pytest.raises(UnknownName, match="did you mean lr"):
        catalog.check("optimizers", parse("sgd(lrr='fast')"))
