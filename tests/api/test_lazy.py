"""`import linnaeus` costs nothing, and serves verbs whatever was imported before."""

import subprocess
import sys

import pytest

import linnaeus


def said(program: str) -> str:
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.strip()


def test_importing_it_loads_nothing_heavy():
    heavy = ("torch", "numpy", "PIL", "matplotlib", "sklearn", "rich", "typer", "msgspec")
    program = f"import linnaeus, sys; print(*(name for name in {heavy} if name in sys.modules))"
    assert said(program) == ""


@pytest.mark.parametrize(
    "before",
    [
        "",
        "import linnaeus.parts",
        "import linnaeus.parts.models.resnet",
        "from linnaeus.parts.datasets import digits",
        "linnaeus.parts()",
        "from linnaeus import train",
    ],
)
def test_parts_is_the_verb_whatever_was_imported_before(before):
    program = f"import linnaeus\n{before}\nprint(*(part.name for part in linnaeus.parts('losses')))"
    assert "cross_entropy" in said(program).split()


def test_a_room_can_be_imported_after_the_verb_was_used():
    program = (
        "import linnaeus; linnaeus.parts('models'); from linnaeus.parts.models import resnet; "
        "print(resnet.__name__, linnaeus.parts.__name__)"
    )
    assert said(program) == "linnaeus.parts.models.resnet parts"


@pytest.mark.parametrize("name", linnaeus.__all__)
def test_each_public_name_says_what_it_is(name):
    assert getattr(linnaeus, name).__doc__
