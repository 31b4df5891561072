"""The rules of the house, held by reading its source. `tests/house/test_planted.py` sees each of them fail on a planted source."""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Sequence

import pytest

from tests.house import allowed, rules, sentences
from tests.house.source import PACKAGE, ROOT, Source, Violation, read

RULES: dict[Callable[[Sequence[Source]], list[Violation]], allowed.Allowed] = {
    rules.upward_imports: {},
    rules.circles: {},
    rules.torch_where_none_belongs: allowed.TORCH,
    rules.ours_in_parts: {},
    rules.long_files: {},
    rules.long_functions: allowed.LONG_FUNCTIONS,
    rules.branchy_functions: {},
    rules.crowded_signatures: {},
    rules.busy_files: allowed.BUSY_FILES,
    rules.files_for_anything: {},
    rules.names_twice: allowed.NAMES_TWICE,
    rules.undocumented: {},
    sentences.english_sentences: allowed.SENTENCES,
    sentences.formatted_scores: allowed.SCORES,
}


@pytest.fixture(scope="module")
def house() -> list[Source]:
    return read()


def beyond(found: Sequence[Violation], exceptions: allowed.Allowed) -> list[str]:
    """What no exception allows, and the exceptions that nothing needs any more."""
    counts = Counter(violation.where for violation in found)
    new = [
        f"{violation.where}: {violation.what}"
        for violation in found
        if counts[violation.where] > exceptions.get(violation.where, (0, ""))[0]
    ]
    return [*sorted(new), *(f"{where}: no longer needed in allowed.py" for where in exceptions if not counts[where])]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_house(rule, house):
    assert len(house) > 200  # it did read the house
    assert beyond(rule(house), RULES[rule]) == []


def test_an_exception_bounds_and_ends():
    two = [Violation("data/x.py", "one"), Violation("data/x.py", "other")]
    assert beyond(two, {"data/x.py": (2, "why")}) == []
    assert len(beyond(two, {"data/x.py": (1, "why")})) == 2
    assert len(beyond(two, {})) == 2
    assert beyond([], {"data/x.py": (1, "why")}) == ["data/x.py: no longer needed in allowed.py"]


def test_files_of_tests_are_short():
    paths = sorted((ROOT / "tests").rglob("*.py"))
    assert (
        rules.long_files(
            [Source(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")) for path in paths]
        )
        == []
    )


def test_all_rooms_have_a_floor_and_all_floors_a_room():
    rooms = {path.stem for path in PACKAGE.iterdir() if path.suffix == ".py" or (path / "__init__.py").is_file()}
    not_there_yet = {"web"}
    assert rooms == set(rules.FLOOR) - (not_there_yet - rooms)
    assert len(rules.FLOOR) == sum(map(len, rules.FLOORS))  # none on two floors


# Modules are imported one by one, and torch is looked for after each: the first that brings it is named.
IMPORT_ALL = """
import importlib, sys
for name in sys.argv[1:]:
    importlib.import_module(name)
    loaded = sorted({"torch", "torchvision", "timm"} & set(sys.modules))
    if loaded:
        sys.exit(f"{name} loads {', '.join(loaded)}")
"""
NOT_YET_TORCH_FREE = {
    "data/audit/contact_sheet.py": "shows augmented images, and augmentations are torch's",
}


def imported(modules: Sequence[str]) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(PACKAGE.parent)}
    command = [sys.executable, "-W", "ignore", "-c", IMPORT_ALL, *modules]
    return subprocess.run(command, capture_output=True, text=True, env=environment, timeout=300)


def test_what_shall_load_no_torch_loads_none(house):
    modules = [
        source.module for source in house if rules.is_torch_free(source.path) and source.path not in NOT_YET_TORCH_FREE
    ]
    assert len(modules) > 100
    done = imported(modules)
    assert done.returncode == 0, done.stderr


def test_torch_is_seen_where_it_is_loaded():
    done = imported(["linnaeus.recipe.spec", "linnaeus.training.step"])
    assert done.returncode == 1
    assert done.stderr.startswith("linnaeus.training.step loads torch")


@pytest.mark.parametrize("path", NOT_YET_TORCH_FREE)
def test_an_exception_from_torch_is_needed(path):
    module = Source(path, "").module
    assert imported([module]).returncode == 1, f"{path} loads no torch any more: take it out of NOT_YET_TORCH_FREE"
