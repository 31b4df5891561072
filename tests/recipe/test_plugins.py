"""The package of docs/plugins.md, installed as it stands there: its part is one like any other."""

import importlib
import re
import sys
import tomllib
from pathlib import Path

import pytest
import torch

from linnaeus.errors import RecipeError, UnknownName
from linnaeus.recipe import catalog
from linnaeus.recipe.spec import parse
from linnaeus.testing import check_model

PAGE = Path(__file__).parent.parent.parent / "docs" / "plugins.md"


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """What pip leaves of the package: the module, and the entry points beside it."""
    project = tomllib.loads(blocks("toml")[0])["project"]
    (tmp_path / "linnaeus_tiny.py").write_text(blocks("python")[0], encoding="utf-8")
    told = tmp_path / f"linnaeus_tiny-{project['version']}.dist-info"
    told.mkdir()
    (told / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n")
    groups = project["entry-points"]
    lines = (
        f"[{group}]\n" + "".join(f"{name} = {value}\n" for name, value in groups[group].items()) for group in groups
    )
    (told / "entry_points.txt").write_text("\n".join(lines))
    monkeypatch.syspath_prepend(str(tmp_path))
    importlib.invalidate_caches()
    catalog._entry_points.cache_clear()
    yield
    catalog._entry_points.cache_clear()


def test_a_part_of_a_package_is_one_like_any_other(installed) -> None:
    assert "tiny" in catalog.names("models") and "tiny" not in catalog.names("losses")
    part = catalog.find("models", "tiny")
    assert "linnaeus_tiny" not in sys.modules  # nothing is imported before it is asked for
    assert dict(part.options) == {"width": 16}
    module = catalog.build("models", parse("tiny(width=4)"), 3, 5)
    assert module(torch.zeros(2, 3, 8, 8)).shape == (2, 5)
    check_model("tiny(width=8)")
    with pytest.raises(UnknownName, match="option of tiny"):
        catalog.build("models", parse("tiny(widht=4)"), 3, 5)
    with pytest.raises(RecipeError, match="at least 1 channel"):
        catalog.build("models", parse("tiny(width=0)"), 3, 5)


def test_it_is_gone_with_its_package() -> None:
    with pytest.raises(UnknownName):
        catalog.find("models", "tiny")


def test_the_page_names_all_shelves() -> None:
    groups = set(re.findall(r"`linnaeus\.(\w+)`", PAGE.read_text(encoding="utf-8"))) - {"testing"}
    assert groups == set(catalog.shelves())
