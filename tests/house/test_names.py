"""The public names: each is there, has one meaning, and is the same in the command and in Python."""

import inspect
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import linnaeus
from linnaeus.cli import app
from tests.house import names
from tests.house.source import PACKAGE, ROOT, Source, read

ROOMS = {path.stem for path in PACKAGE.iterdir() if path.suffix == ".py" or (path / "__init__.py").is_file()}
FUNCTIONS = [name for name in linnaeus.__all__ if inspect.isfunction(getattr(linnaeus, name))]
COMMANDS = list(app.COMMANDS)


def test_every_public_name_is_there_once() -> None:
    assert len(set(linnaeus.__all__)) == len(linnaeus.__all__)
    assert all(hasattr(linnaeus, name) for name in linnaeus.__all__)
    assert set(linnaeus.__all__) <= set(dir(linnaeus))
    with pytest.raises(AttributeError, match="no attribute 'teach'"):
        _ = linnaeus.teach


def test_no_room_is_named_like_a_verb() -> None:
    assert names.rooms_named_like_verbs(ROOMS, FUNCTIONS) == []
    assert names.rooms_named_like_verbs({*ROOMS, "train"}, FUNCTIONS) == ["train"]


def test_the_command_and_python_have_the_same_verbs() -> None:
    assert names.unlike_the_command(FUNCTIONS, COMMANDS) == []
    assert names.unlike_the_command([*FUNCTIONS, "find_rate"], COMMANDS) == ["find-rate"]
    assert names.unlike_the_command(FUNCTIONS, [*COMMANDS, "teach"]) == ["teach"]
    assert set(names.NO_VERBS) <= set(FUNCTIONS)  # none that is no longer needed


def test_what_a_verb_returns_can_be_imported() -> None:
    assert names.hidden_types(read(), linnaeus.__all__) == []


@pytest.mark.parametrize(
    ("path", "text", "hidden"),
    [
        ("api/x.py", "def x() -> 'Attic | None': ...", ["Attic"]),
        ("api/x.py", "def x() -> dict[str, list[Attic]]: ...", ["Attic"]),
        ("api/x.py", "def x() -> list[RunRecord]: ...", []),
        ("api/x.py", "def _y() -> Attic: ...\ndef x() -> Path | None: ...", []),
        ("stats/x.py", "def x() -> Attic: ...", []),
    ],
)
def test_a_hidden_type_is_found(path: str, text: str, hidden: list[str]) -> None:
    found = names.hidden_types([Source(path, text)], linnaeus.__all__)
    assert [violation.what.split()[2].rstrip(",") for violation in found] == hidden


@pytest.mark.parametrize(
    "first", ["import linnaeus.parts", "import linnaeus.parts.models", "from linnaeus.recipe import catalog"]
)
def test_parts_stays_the_verb(first: str) -> None:
    """Whatever was imported before: the one verb whose name a room bears."""
    program = f"{first}\nimport linnaeus\nassert callable(linnaeus.parts), linnaeus.parts\nlinnaeus.parts()"
    environment = {"PYTHONPATH": str(PACKAGE.parent), "PATH": str(Path(sys.executable).parent)}
    subprocess.run([sys.executable, "-c", program], check=True, env=environment, timeout=120)


def test_the_package_says_that_it_is_typed() -> None:
    assert (PACKAGE / "py.typed").is_file()


def test_the_version_stands_in_one_place() -> None:
    from importlib.metadata import version

    from linnaeus._version import __version__

    assert linnaeus.__version__ == __version__
    assert version("linnaeus") == __version__
    assert [source.path for source in read() if f'"{__version__}"' in source.text] == ["_version.py"]


def test_the_extra_all_is_all_of_them_and_each_floor_says_why() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    project = tomllib.loads(text)["project"]
    extras = project["optional-dependencies"]

    def needed(extra: str) -> set[str]:
        of_ours = [one.removeprefix("linnaeus[").rstrip("]").split(",") for one in extras[extra] if "linnaeus[" in one]
        inner = (needed(name) for names in of_ours for name in names)
        return {one for one in extras[extra] if "linnaeus[" not in one}.union(*inner)

    assert needed("all") == set().union(*(needed(extra) for extra in extras if extra not in ("dev", "docs", "release")))
    for dependency in project["dependencies"]:
        assert f'"{dependency}", # ' in text, f"why {dependency}?"
