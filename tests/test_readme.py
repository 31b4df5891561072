"""What the README says is so: its two lines are what CI runs, its links lead somewhere; the tree of CONTRIBUTING is the tree."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def readme() -> str:
    return (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_tree_names_each_folder_of_the_package():
    contributing = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    named = set(re.findall(r"^  (\w+)/ ", contributing, re.MULTILINE))
    there = {path.parent.name for path in (ROOT / "src" / "linnaeus").glob("*/__init__.py")}
    assert named == there
    for name in re.findall(r"^(\w[\w/]*)/ {2,}\S", contributing, re.MULTILINE):
        assert (ROOT / name).is_dir(), f"CONTRIBUTING names {name}/, which is not there"


def test_ci_finds_the_two_commands(readme: str):
    lines = [line for line in readme.splitlines() if line.startswith("pip install ")]
    assert len(lines) == 2
    assert lines[0].endswith("linnaeus train digits")
    assert "pytest" in lines[1]
    assert "grep -E '^pip install ' README.md" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def test_ci_is_a_script_that_bash_can_read():
    assert (ROOT / ".ci" / "run").stat().st_mode & 0o111
    assert subprocess.run(["bash", "-n", ROOT / ".ci" / "run"], check=False).returncode == 0


def test_pages_that_the_readme_points_to_exist(readme: str):
    for name in re.findall(r"\]\(([^)#:]+)\)|!\[[^]]*\]\(([^)]+)\)|`(\w+\.md)`", readme):
        target = next(filter(None, name))
        assert (ROOT / target).exists(), target


def test_constraints_hold_exact_versions_and_no_address():
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    assert all(re.fullmatch(r"[A-Za-z0-9_.-]+==[0-9][0-9a-z.]*", pin) for pin in pins)
    pinned = {pin.partition("==")[0].lower().replace("_", "-") for pin in pins}
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    wanted = {name.lower() for name in re.findall(r'"([A-Za-z0-9_-]+)>=', project)} - {"python"}
    assert wanted <= pinned


def test_each_cell_about_another_project_has_its_evidence(readme: str):
    table = re.search(r"^## Beside others\n.*?(^\|.*?)\n\n", readme, re.MULTILINE | re.DOTALL)[1]
    heads, _, *rows = ([cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines())
    assert heads == ["", "Linnaeus", "fastai", "Ultralytics", "AutoGluon", "Teachable Machine"]
    for row in rows:
        assert len(row) == len(heads)
        assert [cell for cell in row[1:2] if not re.search(r"\]\((?!https?:)", cell)] == []
        assert [cell for cell in row[2:] if not re.search(r"\]\(https://", cell)] == []
